#!/usr/bin/python3
"""Logs in over IMAP with TLS, opens INBOX, fetches a message and leaves, again and again, with so many connections side by side. Words:
ADDRESS PORT NAME AUTHORITY USER CONNECTIONS SECONDS, and "proxy" to say first who asks, as a front door does (PROXY protocol, version
2). The password is the only line on standard input. Prints how many times a second; ends with 1 when one of them fails."""
import imaplib
import socket
import ssl
import sys
import threading
import time

address, port, name, authority, user, connections, seconds = sys.argv[1:8]
says_who = sys.argv[8:] == ["proxy"]
password = sys.stdin.readline().strip()
context = ssl.create_default_context(cafile=authority)
# Signature, version 2 and PROXY, IPv4 and TCP, 12 bytes: from 198.51.100.7:40000 to 198.51.100.8:993.
header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + socket.inet_aton("198.51.100.7") + socket.inet_aton("198.51.100.8") + bytes([0x9C, 0x40, 3, 0xE1])


class Client(imaplib.IMAP4):
    def open(self, *_words, **_more):
        plain = socket.create_connection((address, int(port)), timeout=30)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else TLS waits for the server's word about the header
        if says_who:
            plain.sendall(header)
        self.sock = context.wrap_socket(plain, server_hostname=name)
        self.file = self.sock.makefile("rb")


def visit():
    client = Client()
    client.login(user, password)
    client.select("INBOX", readonly=True)
    status, data = client.fetch("1", "(BODY.PEEK[])")
    if status != "OK" or not isinstance(data[0], tuple):
        raise SystemExit(f"no message: {status} {data}")
    client.logout()


done = []
failures = []
end = time.monotonic() + float(seconds)


def work():
    try:
        while time.monotonic() < end and not failures:
            visit()
            done.append(time.monotonic())
    except BaseException as failure:  # told by the main thread
        failures.append(failure)


began = time.monotonic()
threads = [threading.Thread(target=work) for _ in range(int(connections))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if failures:
    sys.exit(f"{type(failures[0]).__name__}: {failures[0]}")
print(len(done) / (max(done) - began))
