"""Lines that have come and wait to be published: bounded in lines and bytes; the newest are kept, the lost counted."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from watchfloor.data.ingest.nmea_sentences import LONGEST_LINE

MOST_LINES = 100_000
MOST_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end: who sent it (a number of its connection), when it came (microseconds since 1970)."""

    raw: bytes
    at_us: int
    peer: int = 0


@dataclass(slots=True)
class Taken:
    """Lines in the order in which they came; is_torn: whether lines before them were dropped."""

    lines: list[Line] = field(default_factory=list)
    is_torn: bool = False


class Inbox:
    """A queue between those who receive and the one who publishes. `heard`, `dropped`: lines since it was made."""

    def __init__(self, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES) -> None:
        self._most_lines, self._most_bytes = most_lines, most_bytes
        self._lines: deque[Line] = deque()
        self._bytes = 0
        self._is_torn = False
        self._is_ended = False
        self._changed = threading.Condition()
        self.heard = self.dropped = 0

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will come."""
        return self._is_ended

    def put(self, lines: Iterable[bytes], peer: int = 0, at_us: int | None = None) -> None:
        """Add lines; where there is no room the oldest go. at_us: when they came; now, if it is not said."""
        came = time.time_ns() // 1_000 if at_us is None else at_us
        with self._changed:
            for raw in lines:
                self._lines.append(Line(raw, came, peer))
                self._bytes += len(raw)
                self.heard += 1
            while len(self._lines) > self._most_lines or self._bytes > self._most_bytes:
                self._bytes -= len(self._lines.popleft().raw)
                self.dropped += 1
                self._is_torn = True

    def put_when_room(self, raw: bytes, wait_s: float) -> bool:
        """Add one line of a source that can wait; False if there was no room for so long."""
        with self._changed:
            has_room = len(self._lines) < self._most_lines and self._bytes < self._most_bytes
            if not has_room and not self._changed.wait(wait_s):
                return False
        self.put([raw])
        return True

    def take(self, most: int) -> Taken:
        """The oldest lines, at most so many."""
        with self._changed:
            taken = Taken([self._lines.popleft() for _ in range(min(most, len(self._lines)))], self._is_torn)
            self._bytes -= sum(len(line.raw) for line in taken.lines)
            if taken.lines:
                self._is_torn = False
            self._changed.notify_all()
        return taken

    def end(self) -> None:
        """Nothing more will come."""
        self._is_ended = True


class Splitter:
    """Cuts a stream of bytes into lines. One that is too long is left out and counted; little of it is ever held."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_skipping = False
        self.overlong = 0

    def lines(self, data: bytes) -> list[bytes]:
        """Lines that these bytes complete, without their ends; empty ones are left out."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if self._is_skipping and whole:
            del whole[0]
            self._is_skipping = False
        kept = [line for line in whole if len(line) <= LONGEST_LINE]
        self.overlong += len(whole) - len(kept)
        if self._is_skipping:
            self._rest = b""
        elif len(self._rest) > LONGEST_LINE:
            self._rest, self._is_skipping = b"", True
            self.overlong += 1
        return [line for line in kept if line and not line.isspace()]
