"""Where a live feed comes from, as it is written: tcp://, tcp-listen://, udp:// or file:."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from watchfloor.geo.errors import BadQuestion

FORMS = "tcp://HOST:PORT, tcp-listen://ADDRESS:PORT, udp://ADDRESS:PORT or file:PATH"


class Way(StrEnum):
    """How sentences come: we call a sender, senders call us, datagrams come, a file is replayed."""

    TCP = "tcp"
    TCP_LISTEN = "tcp-listen"
    UDP = "udp"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Source:
    """One source of sentences; host and port, or the path of a file."""

    way: Way
    host: str = ""
    port: int = 0
    path: Path = Path()

    def __str__(self) -> str:
        if self.way is Way.FILE:
            return f"file:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.way}://{host}:{self.port}"


def parse_source(text: str, *, is_beyond_machine: bool = False) -> Source:
    """The source that a text names.

    is_beyond_machine: whether another address than one of this machine's loopback is meant on purpose. Raises
    BadQuestion.
    """
    if text.startswith("file:"):
        if not (path := text.removeprefix("file:")):
            raise BadQuestion(f"{text!r} names no file: write {FORMS}")
        return Source(Way.FILE, path=Path(path).absolute())
    way, host, port = _parts(text)
    if not is_beyond_machine and not _is_loopback(host):
        raise BadQuestion(
            f"{host} is not an address of this machine's loopback: whoever reaches it could hand us positions; "
            "name it on purpose with --beyond-this-machine"
        )
    return Source(way, "127.0.0.1" if host == "localhost" else host, port)


def _parts(text: str) -> tuple[Way, str, int]:
    try:
        parts = urlsplit(text)
        way, host, port = Way(parts.scheme), parts.hostname, parts.port
    except ValueError:
        raise BadQuestion(f"{text[:100]!r} is no source: write {FORMS}") from None
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if way is Way.FILE or not host or not port or extra:
        raise BadQuestion(f"{text[:100]!r} is no source: write {FORMS}")
    return way, host, port


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
