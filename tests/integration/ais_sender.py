"""Sentences of ships, and a sender of them over TCP or UDP on this machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import reduce

from pyais.encode import encode_dict

POSITION = {"type": 1, "mmsi": 219000431, "lon": 12.5, "lat": 55.5, "speed": 10.4, "course": 140.7, "heading": 140}


def tagged(at: datetime, **said: object) -> bytes:
    """One line: a position of that moment, to the second."""
    block = f"c:{int(at.timestamp())}"
    checksum = reduce(int.__xor__, block.encode(), 0)
    (sentence,) = encode_dict(POSITION | said, sentence_type="VDM")
    return f"\\{block}*{checksum:02X}\\{sentence}\r\n".encode()


def now() -> datetime:
    """The second that runs, UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody uses."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sender_that_waits() -> Iterator[tuple[int, socket.socket]]:
    """A sender that clients call: its port, and the socket that accepts them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server.getsockname()[1], server


def datagram(port: int, *lines: bytes) -> None:
    """Send lines in one datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"".join(lines), ("127.0.0.1", port))
