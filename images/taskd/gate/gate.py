"""The gate: ends TLS, finds out who comes, and asks taskd for those who may.

taskd serves one connection at a time and waits for it as long as it takes, takes the words of a stranger for the path of an
account, and never asks the disk whether it has written. So nobody talks to it but this.
"""

import os
import signal
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import accounts
import history
import message
import visitor
from taskd import Taskd

PORT = 53589
TLS = "/run/tls/current"
CERTIFICATE = f"{TLS}/certificate.pem"
KEY = f"{TLS}/key.pem"

MOST_CONNECTIONS = 64
MOST_OF_ONE = 8
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


class Visitors:
    """How many connections each address has, so that nobody takes all places."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._counting = threading.Lock()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """A place for as long as it lasts."""
        with self._counting:
            if self._counts[address] >= MOST_OF_ONE:
                raise ConnectionError("too many from one address")
            self._counts[address] += 1
        try:
            yield
        finally:
            with self._counting:
                self._counts[address] -= 1
                self._counts += Counter()  # keeps none that are zero


class Gate:
    """Everything that visits share."""

    def __init__(self) -> None:
        self.certificate = Certificate()
        self.taskd = Taskd(CERTIFICATE, KEY)
        self.believed = visitor.front()
        self.places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self.visitors = Visitors()
        self.large = threading.Lock()

    def visit(self, connection: socket.socket, peer: str) -> None:
        """One connection from its begin to its end."""
        address = peer
        try:
            with connection:
                connection.settimeout(HELLO_WITHIN)
                address = visitor.address(connection, peer, self.believed)
                with self.visitors.place(address):
                    with self.certificate.context().wrap_socket(connection, server_side=True) as tls:
                        self.talk(tls, address)
        except ConnectionError:
            pass  # whoever only looks whether somebody listens
        except OSError as error:  # of the socket and of TLS: nobody is left to be told
            print(f"{address} was given up: {error}")
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
            if not admits(head.get("org", ""), name, key):
                raise message.Refused(message.DENIED)
            if head.get("type") != "sync" or head.get("protocol") != "v1":
                raise message.Refused(message.NOT_IMPLEMENTED)
            answer = self.sync(name, key, reader)
            words = message.outcome(answer)
        except message.Refused as refused:
            if refused.reason is message.DENIED:
                time.sleep(max(0, begin + REFUSAL_TAKES - time.monotonic()))
            answer = message.refusal(refused)
            words = str(refused)
        print(f"{address} {who} {words}, {len(answer)} bytes")
        tls.settimeout(MESSAGE_WITHIN)
        tls.sendall(answer)
        _leave(tls)

    def sync(self, name: str, key: str, reader: message.Reader) -> bytes:
        """What taskd answers. Of the large payloads there is one at a time."""
        with self.large if reader.is_longer_than(LARGE) else nullcontext():
            payload = reader.payload()
            try:
                return self.taskd.ask(name, key, payload)
            except OSError as error:
                print(f"taskd did not answer {name}: {error.strerror}")  # the whole error may name a key
                raise message.Refused(message.UNAVAILABLE) from error


def admits(organisation: str, name: str, key: str) -> bool:
    """Whether somebody may come in; nobody may while that is not known."""
    try:
        return accounts.admits(organisation, name, key)
    except OSError as error:
        print(f"it is not known who may come in: {error}")
        raise message.Refused(message.UNAVAILABLE) from error


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
    history.settle_all(accounts.USERS)
    gate = Gate()
    signal.signal(signal.SIGTERM, lambda *_: gate.taskd.end())
    listener = socket.create_server(("0.0.0.0", PORT), backlog=MOST_CONNECTIONS)
    print(f"listening on port {PORT}")
    while True:
        connection, (peer, _) = listener.accept()
        if gate.places.acquire(blocking=False):
            threading.Thread(target=gate.visit, args=(connection, peer), daemon=True).start()
        else:
            connection.close()


if __name__ == "__main__":
    main()
