"""taskd itself: one process on the loopback address, asked one thing at a time. It does nothing but keep and merge tasks."""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import accounts
import message
from history import History, Payload

ROOT = Path("/var/lib/taskd")
ADDRESS = ("127.0.0.1", 53590)
ANSWER_WITHIN = 60  # seconds
GOOD = ("200", "201")

# Its log would tell what people's tasks say.
SETTINGS = f"""confirmation=0
family=IPv4
ip.log=0
log=/dev/null
queue.size=10
request.limit={message.MOST_BYTES + 1}
root={ROOT}
server={ADDRESS[0]}:{ADDRESS[1]}
trust=allow all
verbose=0
"""


class Taskd:
    """A taskd that runs. It insists on TLS and on a certificate of whoever comes: the site's own serves for both."""

    def __init__(self, certificate: str, key: str) -> None:
        settings = f"{SETTINGS}server.cert={certificate}\nserver.key={key}\n"
        (ROOT / "config").write_text(settings, encoding="utf-8")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE
        self._context.load_cert_chain(certificate, key)
        self._asking = threading.Lock()
        self._process = subprocess.Popen(["taskd", "server", "--data", ROOT], stdin=subprocess.DEVNULL)
        self._start()

    def ask(self, name: str, key: str, payload: bytes) -> bytes:
        """The answer to a sync of somebody who may, when what came with it is on the disk."""
        sent = Payload.parse(payload)
        if not sent.is_sound():
            raise message.Refused(message.MALFORMED)
        with self._asking:
            history = History(key)
            history.settle()
            lost = history.lost(sent)
            rest = sent if lost is None else lost.rest(sent)
            head, got = self._exchange(name, key, rest.text())
            if head.get("code") not in GOOD:
                return message.serialize(head, got)
            answer = Payload.parse(got)
            if lost is not None:
                head = {"client": "freehold", "code": "200", "status": "Ok"}
                answer = lost.before(answer, rest)
            if sent.tasks:
                history.keep(sent, answer)
            return message.serialize(head, answer.text())

    def _exchange(self, name: str, key: str, payload: bytes) -> tuple[dict[str, str], bytes]:
        headers = {"client": "freehold", "protocol": "v1", "type": "sync"}
        headers |= {"org": accounts.ORGANISATION, "user": name, "key": key}
        try:
            with socket.create_connection(ADDRESS, ANSWER_WITHIN) as plain, self._context.wrap_socket(plain) as tls:
                tls.sendall(message.serialize(headers, payload))
                reader = message.Reader(tls.recv)
                return reader.head(), reader.payload()
        except TimeoutError:
            self._process.kill()  # it would not come back by itself
            raise

    def end(self) -> None:
        """Ends everything, when whoever is being answered has been."""
        self._asking.acquire(timeout=5)
        os._exit(0)

    def _start(self) -> None:
        """Returns when it listens. Without it there is nothing to do: when it ends, everything does."""
        threading.Thread(target=self._watch, daemon=True).start()
        end = time.monotonic() + ANSWER_WITHIN
        while time.monotonic() < end:
            try:
                socket.create_connection(ADDRESS, 1).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        sys.exit("error: taskd does not listen")

    def _watch(self) -> None:
        print(f"error: taskd ended with {self._process.wait()}")
        os._exit(1)
