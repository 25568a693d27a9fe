"""A file of sentences as if it were heard now: by the sentences' own time stamps, so many times as fast, or at once."""

import threading
import time
from types import TracebackType
from typing import Self

import structlog

from watchfloor.data.ingest.nmea_sentences import LONGEST_LINE, Sentences
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.sources import Source
from watchfloor.geo.errors import BadQuestion, WatchfloorError

log = structlog.get_logger(__name__)

LONGEST_SILENCE_S = 60.0
SLICE_S = 0.2
FASTEST = 100_000.0


def parse_speed(text: str) -> float | None:
    """How fast a file is replayed: a number of times, or None for "max". Raises BadQuestion."""
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= FASTEST:
        raise BadQuestion(f'--speed {text!r} is neither "max" nor a number above 0 and at most {FASTEST:,.0f}')
    return speed


class Replay:
    """Puts the lines of a file into the inbox while it is open. A file can wait: none of its lines is dropped.

    speed: as `parse_speed` gives it; a silence of more than a minute is cut to one. fault: why it ended early, if so.
    Raises BadFile on entering if the file cannot be opened.
    """

    def __init__(self, source: Source, inbox: Inbox, speed: float | None) -> None:
        self._opened = open_file(source.path)
        self._inbox, self._speed = inbox, speed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)
        self._sentences = Sentences("")
        self._anchor: tuple[float, float] | None = None
        self.fault = ""
        self.overlong = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Read no further."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            self._read()
        except (WatchfloorError, OSError) as error:
            self.fault = str(error)
        finally:
            self._inbox.end()

    def _read(self) -> None:
        is_skipping = False
        with self._opened.plain() as plain:
            while (raw := plain.readline(LONGEST_LINE + 1)) and not self._stop.is_set():
                is_whole, was_skipping = raw.endswith(b"\n"), is_skipping
                is_skipping = not is_whole and len(raw) > LONGEST_LINE
                self.overlong += is_skipping and not was_skipping
                line = raw.strip()
                if was_skipping or is_skipping or not line:
                    continue
                self._wait_for(line)
                while not self._inbox.put_when_room(line, SLICE_S) and not self._stop.is_set():
                    pass

    def _wait_for(self, line: bytes) -> None:
        """Wait until the moment of the message that a line completes has come."""
        if self._speed is None:
            return
        for heard in self._sentences.completed(line, 0):
            if heard.at_us is None:
                continue
            at, now = heard.at_us / 1e6, time.monotonic()
            first, began = self._anchor or (at, now)
            due = began + (at - first) / self._speed
            if not now - LONGEST_SILENCE_S <= due <= now + LONGEST_SILENCE_S:
                # a clock that jumps, or a long silence: what follows is counted from here
                due = now + (LONGEST_SILENCE_S / self._speed if due > now else 0.0)
                first, began = at, due
            self._anchor = (first, began)
            self._stop.wait(max(0.0, due - now))
        self._sentences.rejects.clear()
