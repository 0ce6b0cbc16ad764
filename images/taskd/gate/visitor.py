"""Where a connection comes from. The front door says it in a header of its own (PROXY protocol, version 2)."""

import ipaddress
import os
import socket
import struct

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def front() -> ipaddress.IPv4Network | None:
    """Where the front door comes from; others are not believed. On one machine that is its address on this network, the default route. In a
    cluster the front door has any address, and policies let nobody else in."""
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return ipaddress.IPv4Network("0.0.0.0/0")
    with open("/proc/net/route", encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words[1] == "00000000":
                return ipaddress.IPv4Network(socket.inet_ntoa(struct.pack("<L", int(words[2], 16))))
    return None


def address(connection: socket.socket, peer: str, believed: ipaddress.IPv4Network | None) -> str:
    """The visitor's address. What the front door says of it is taken off the connection, if it is there."""
    first = connection.recv(1, socket.MSG_PEEK)
    if first == b"":
        raise ConnectionError("it ended before it began")
    if believed is None or ipaddress.ip_address(peer) not in believed or first != SIGNATURE[:1]:
        return peer
    head = _exactly(connection, 16)
    if head[:12] != SIGNATURE or head[12] >> 4 != 2:
        raise ConnectionError("it began with something that is neither TLS nor the front door's")
    rest = _exactly(connection, int.from_bytes(head[14:16], "big"))
    if head[12] & 15 != 1:
        return peer  # the front door's own visit
    sizes = {1: 4, 2: 16}
    size = sizes.get(head[13] >> 4, 0)
    return str(ipaddress.ip_address(rest[:size])) if size and len(rest) >= size else peer


def _exactly(connection: socket.socket, count: int) -> bytes:
    text = b""
    while len(text) < count:
        piece = connection.recv(count - len(text))
        if piece == b"":
            raise ConnectionError("it ended in the middle of its first words")
        text += piece
    return text
