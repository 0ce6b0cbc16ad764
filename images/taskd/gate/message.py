"""Messages of the Taskserver protocol: four bytes with the length of everything, headers, an empty line, a payload."""

import re
from collections.abc import Callable

MOST_BYTES = 8 << 20
MOST_HEAD = 4096

HEADER = re.compile(r"([a-z]{1,32}): ?([^\x00-\x1f\x7f]*)")


MALFORMED = (400, "Malformed data")
UNAVAILABLE = (420, "Server temporarily unavailable")
DENIED = (430, "Access denied")
NOT_IMPLEMENTED = (502, "Not implemented")
TOO_BIG = (504, "Request too big")


class Refused(Exception):
    """What a visitor is told: one of the protocol's codes, with its words."""

    def __init__(self, reason: tuple[int, str]) -> None:
        super().__init__(f"{reason[0]} {reason[1]}")
        self.reason = reason


def serialize(headers: dict[str, str], payload: bytes = b"") -> bytes:
    """The bytes of a message, length and all."""
    head = "".join(f"{name}: {value}\n" for name, value in headers.items())
    text = head.encode() + b"\n" + payload + b"\n"
    return (len(text) + 4).to_bytes(4, "big") + text


def outcome(answer: bytes) -> str:
    """The code and the status of an answer."""
    headers = parse(answer[4:].split(b"\n\n", 1)[0])
    return f"{headers.get('code')} {headers.get('status')}"


def refusal(refused: Refused) -> bytes:
    """The answer that says so."""
    return serialize({"client": "freehold", "code": str(refused.reason[0]), "status": refused.reason[1]})


class Reader:
    """Reads one message; its payload only when somebody asks for it, since the head says who sends it."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._text = b""
        self._length = 0

    def head(self) -> dict[str, str]:
        """The headers, each once."""
        self._length = int.from_bytes(self._take(4), "big") - 4
        if self._length > MOST_BYTES:
            raise Refused(TOO_BIG)
        while b"\n\n" not in self._text:
            missing = min(MOST_HEAD, self._length) - len(self._text)
            if missing <= 0:
                raise Refused(MALFORMED)
            self._text += self._some(missing)
        head, self._text = self._text.split(b"\n\n", 1)
        self._length -= len(head) + 2
        return parse(head)

    def is_longer_than(self, count: int) -> bool:
        """Whether the payload is."""
        return self._length > count

    def payload(self) -> bytes:
        """What follows the headers."""
        return self._take(self._length)

    def _take(self, count: int) -> bytes:
        pieces = [self._text]
        missing = count - len(self._text)
        while missing > 0:
            pieces.append(self._some(missing))
            missing -= len(pieces[-1])
        text = b"".join(pieces)
        self._text = text[count:]
        return text[:count]

    def _some(self, most: int) -> bytes:
        piece = self._read(most)
        if piece == b"":
            raise ConnectionError("it ended in the middle of a message")
        return piece


def parse(head: bytes) -> dict[str, str]:
    """Headers from their lines."""
    headers: dict[str, str] = {}
    try:
        lines = head.decode().split("\n")
    except UnicodeDecodeError:
        raise Refused(MALFORMED) from None
    for line in lines:
        match = HEADER.fullmatch(line.rstrip())
        if match is None or match[1] in headers:
            raise Refused(MALFORMED)
        headers[match[1]] = match[2]
    return headers
