#!/usr/bin/python3
"""serve PORT…: answers HTTP there. proxied PORT: says who comes by PROXY protocol. connect HOST PORT: prints open, or why not. eat MEGABYTES, fork COUNT: use things up."""

import base64
import hashlib
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/websocket":
            return self.websocket()
        if url.path == "/slow":
            time.sleep(float(parse_qs(url.query).get("seconds", ["1"])[0]))
        if url.path == "/exit":
            os._exit(7)
        self.send_json({
            "path": self.path,
            "from": self.client_address[0],
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "all": [[name.lower(), value] for name, value in self.headers.items()],
            "greeting": os.environ.get("GREETING", ""),
        })

    def do_PUT(self):
        digest, size = hashlib.sha256(), 0
        for block in self.body():
            digest.update(block)
            size += len(block)
        self.send_json({"size": size, "sha256": digest.hexdigest()})

    do_POST = do_PUT

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            while (length := int(self.rfile.readline().split(b";")[0], 16)) > 0:
                yield self.rfile.read(length)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length", 0))
        while left > 0 and (block := self.rfile.read(min(left, 1 << 20))):
            left -= len(block)
            yield block

    def send_json(self, value):
        text = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def websocket(self):
        """RFC 6455: sends every frame back as it came, until the other side closes."""
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.close_connection = True
        while head := self.rfile.read(2):
            kind, length = head[0], head[1] & 127
            if length == 126:
                length = struct.unpack(">H", self.rfile.read(2))[0]
            mask = self.rfile.read(4)
            data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(length)))
            self.wfile.write(bytes([kind]) + (bytes([126]) + struct.pack(">H", len(data)) if len(data) > 125 else bytes([len(data)])) + data)
            if kind & 15 == 8:
                return

    def log_message(self, form, *values):
        print(self.headers.get("X-Forwarded-For", "-") if hasattr(self, "headers") else "-", form % values, flush=True)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def serve(*ports):
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    servers = [Server(("0.0.0.0", int(port)), Answer) for port in ports]
    print("serving", *ports, flush=True)
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


def proxied(port):
    """Reads a PROXY protocol header, version 2, as its specification has it, and answers with the addresses in it."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    listener = socket.create_server(("0.0.0.0", int(port)))
    print("proxied", port, flush=True)
    while True:
        visitor, _ = listener.accept()
        head = visitor.recv(16, socket.MSG_WAITALL)
        if head[:12] == b"\r\n\r\n\0\r\nQUIT\n" and head[13] == 0x11:
            body = visitor.recv(struct.unpack(">H", head[14:16])[0], socket.MSG_WAITALL)
            visitor.sendall(f"you are {socket.inet_ntoa(body[:4])}\n".encode())
        visitor.close()


def connect(host, port):
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
        print("open")
    except OSError as error:
        print(f"closed: {error}")


def eat(megabytes):
    held = []
    for _ in range(int(megabytes)):
        held.append(bytearray(os.urandom(4096) * 256))
    print("ate", megabytes, flush=True)


def fork(count):
    made = 0
    for _ in range(int(count)):
        try:
            if os.fork() == 0:
                time.sleep(5)
                os._exit(0)
            made += 1
        except OSError:
            break
    print("made", made, flush=True)


{"serve": serve, "proxied": proxied, "connect": connect, "eat": eat, "fork": fork}[sys.argv[1]](*sys.argv[2:])
