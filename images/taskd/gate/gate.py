"""The gate: ends TLS, finds out who comes, and asks taskd for those who may.

taskd serves one connection at a time and waits for it as long as it takes, takes the words of a stranger for the path of an
account, and never asks the disk whether it has written. So nobody talks to it but this.
"""

import os
import signal
import socket
import ssl
import sys
import threading
import time

import accounts
import message
import visitor
from taskd import Taskd

PORT = 53589
TLS = "/run/tls/current"
CERTIFICATE = f"{TLS}/certificate.pem"
KEY = f"{TLS}/key.pem"

MOST_CONNECTIONS = 64
HELLO_WITHIN = 10  # seconds
MESSAGE_WITHIN = 60
REFUSAL_TAKES = 1
LARGE = 1 << 20


class Certificate:
    """The certificate that freehold keeps, as it is at each visit."""

    def __init__(self) -> None:
        self._version = ""
        self._context = self._load()

    def context(self) -> ssl.SSLContext:
        """What a visit that begins now is shown."""
        if os.path.realpath(TLS) != self._version:
            try:
                self._context = self._load()
            except (OSError, ssl.SSLError) as error:
                print(f"the new certificate cannot be read, the old one stays: {error}")
        return self._context

    def _load(self) -> ssl.SSLContext:
        self._version = os.path.realpath(TLS)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(CERTIFICATE, KEY)
        return context


class Gate:
    """Everything that visits share."""

    def __init__(self) -> None:
        self.certificate = Certificate()
        self.taskd = Taskd(CERTIFICATE, KEY)
        self.believed = visitor.gateway()
        self.places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self.large = threading.Lock()

    def visit(self, connection: socket.socket, peer: str) -> None:
        """One connection from its begin to its end."""
        try:
            with connection:
                connection.settimeout(HELLO_WITHIN)
                address = visitor.address(connection, peer, self.believed)
                context = self.certificate.context()
                with context.wrap_socket(connection, server_side=True) as tls:
                    self.talk(tls, address)
        except OSError as error:  # of the socket and of TLS: nobody is left to be told
            if not isinstance(error, ConnectionError):
                print(f"{peer} gave up or was given up: {error}")
        finally:
            self.places.release()

    def talk(self, tls: ssl.SSLSocket, address: str) -> None:
        """One message and its answer."""
        begin = time.monotonic()

        def read(most: int) -> bytes:
            tls.settimeout(max(0.001, begin + MESSAGE_WITHIN - time.monotonic()))
            return tls.recv(most)

        reader = message.Reader(read)
        who = "somebody"
        try:
            head = reader.head()
            name, key = head.get("user", ""), head.get("key", "")
            if accounts.NAME.fullmatch(name):
                who = name
            if not accounts.admits(head.get("org", ""), name, key):
                raise message.DENIED
            if head.get("type") != "sync" or head.get("protocol") != "v1":
                raise message.NOT_IMPLEMENTED
            answer = self.sync(name, key, reader)
            outcome = message.Reader(_from(answer)).head()
            words = f"{outcome.get('code')} {outcome.get('status')}"
        except message.Refused as refused:
            if refused is message.DENIED:
                time.sleep(max(0, begin + REFUSAL_TAKES - time.monotonic()))
            answer = message.refusal(refused)
            words = str(refused)
        print(f"{address} {who} {words}, {len(answer)} bytes")
        tls.settimeout(MESSAGE_WITHIN)
        tls.sendall(answer)
        _leave(tls)

    def sync(self, name: str, key: str, reader: message.Reader) -> bytes:
        """What taskd answers."""
        if not reader.is_longer_than(LARGE):
            return self.ask(name, key, reader.payload())
        with self.large:
            return self.ask(name, key, reader.payload())

    def ask(self, name: str, key: str, payload: bytes) -> bytes:
        """The same, for a payload that has come."""
        try:
            return self.taskd.ask(name, key, payload)
        except OSError as error:
            print(f"taskd did not answer {name}: {error}")
            raise message.UNAVAILABLE from error


def _from(text: bytes):
    pieces = iter([text])
    return lambda _: next(pieces, b"")


def _leave(tls: ssl.SSLSocket) -> None:
    """Ends the connection so that what was sent arrives, whatever the other side still has to say."""
    try:
        tls.settimeout(1)
        tls.unwrap()
    except OSError:
        pass  # most clients just go


def main() -> None:
    os.umask(0o077)
    accounts.prepare()
    gate = Gate()
    listener = socket.create_server(("0.0.0.0", PORT), backlog=64)
    # whoever is being answered is answered to the end
    signal.signal(signal.SIGTERM, lambda *_: (gate.taskd.asking.acquire(timeout=5), os._exit(0)))
    threading.Thread(target=lambda: (gate.taskd.process.wait(), print("taskd ended"), os._exit(1)), daemon=True).start()
    print(f"listening on port {PORT}")
    while True:
        connection, (peer, _) = listener.accept()
        if not gate.places.acquire(blocking=False):
            connection.close()
            continue
        threading.Thread(target=gate.visit, args=(connection, peer), daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
