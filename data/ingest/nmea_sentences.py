"""NMEA 0183 lines become AIS messages: tag blocks, times, checksums, and messages of several parts put together.

A moment is that of the line's own tag block (`c:`), else of the tag block or Gatehouse sentence ($PGHP) that stands
before it; it holds for one message. Parts may be mixed with other messages. What cannot be used is kept aside with
its line; nothing is guessed. Source of tag blocks and groups: NMEA 0183 version 4.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from typing import BinaryIO

from pyais.exceptions import AISBaseException, UnknownMessageException
from pyais.messages import AISSentence, NMEASentenceFactory

from watchfloor.data.ingest.opened import refuse_strangers
from watchfloor.geo.errors import BadFile

LONGEST_LINE = 4_096
# a file without a single sentence so far is something else
LINES_WITHOUT_A_SENTENCE = 1_000
# parts follow each other within seconds: what is older than so many others has lost the rest
MOST_PENDING = 1_000
# their number is one digit
MOST_PARTS = 9
MOST_REJECTS = 20_000
_MILLISECONDS_FROM = 100_000_000_000
# of the year 9999
_LAST_MILLISECOND = 253_402_300_800_000

type Reject = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """One whole message: the line on which it began, and when it was heard (microseconds since 1970, or None)."""

    line: int
    at_us: int | None
    sentence: AISSentence


@dataclass(slots=True)
class _Parts:
    line: int
    at_us: int | None
    parts: list[AISSentence]


@dataclass(slots=True)
class Sentences:
    """Reads lines; `rejects` and `notes` gather beside what it yields, until somebody takes them."""

    name: str
    rejects: list[Reject] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    _at_us: int | None = None
    _pending: dict[tuple[object, ...], _Parts] = field(default_factory=dict)
    _is_nmea: bool = False

    def messages(self, plain: BinaryIO) -> Iterator[Heard | None]:
        """Messages in the order in which they were complete; None when it is time to take the rejects.

        Raises BadFile if these are no lines of NMEA.
        """
        number = 0
        while raw := plain.readline(LONGEST_LINE + 1):
            number += 1
            if number == 1:
                refuse_strangers(raw[:8], self.name)
            if len(raw) > LONGEST_LINE or (number > LINES_WITHOUT_A_SENTENCE and not self._is_nmea):
                raise BadFile(f"{self.name}, line {number:,}: these are no lines of NMEA 0183; nothing was loaded")
            yield from self.completed(raw, number)
            if len(self.rejects) >= MOST_REJECTS:
                yield None
        for parts in self._pending.values():
            self._give_up(parts)
        self._pending.clear()
        if number and not self._is_nmea:
            raise BadFile(f"{self.name}: has no sentence of NMEA 0183 in {number:,} lines; nothing was loaded")

    def completed(self, raw: bytes, line: int) -> Iterator[Heard]:
        """The message that this line completes, if it does; the line is at most LONGEST_LINE bytes."""
        sentence = self._sentence(raw.strip(), line)
        if sentence is not None:
            yield from self._whole(sentence, line)

    def forget(self) -> None:
        """Forget what waits for its next line: some are missing."""
        self._at_us = None
        self._pending.clear()

    def _sentence(self, raw: bytes, line: int) -> AISSentence | None:
        if raw.startswith(b"\\"):
            block, _, raw = raw[1:].partition(b"\\")
            self._heed_tag_block(block)
        if raw.startswith(b"$"):
            self._heed_other(raw)
            return None
        if not raw:
            return None
        wrong: tuple[str, str] | None = None
        try:
            sentence = NMEASentenceFactory.produce(raw)
            if not sentence.is_valid:
                wrong = ("checksum", "the checksum does not hold")
            elif isinstance(sentence, AISSentence) and not 1 <= sentence.frag_cnt <= MOST_PARTS:
                wrong = ("sentence", "is a part of a message of more parts than there can be")
        except UnknownMessageException:
            if raw.startswith(b"!"):
                self.notes["sentence that is no AIS"] += 1
                return None
            wrong = ("sentence", "is no sentence of NMEA 0183")
        except (AISBaseException, ValueError, IndexError):
            wrong = ("sentence", "is no sentence of AIS that can be read")
        if wrong is not None:
            self._keep_aside(line, raw, *wrong)
            return None
        self._is_nmea = True
        return sentence if isinstance(sentence, AISSentence) else None

    def _whole(self, sentence: AISSentence, line: int) -> Iterator[Heard]:
        at_us, self._at_us = self._at_us, None
        if sentence.frag_cnt == 1:
            yield Heard(line, at_us, sentence)
            return
        slot = (sentence.seq_id, sentence.channel, sentence.talker_id, sentence.type, sentence.frag_cnt)
        if sentence.frag_num == 1:
            self._give_up(self._pending.pop(slot, None))
            self._pending[slot] = _Parts(line, at_us, [])
        begun = self._pending.get(slot)
        if begun is None or sentence.frag_num != len(begun.parts) + 1:
            self._keep_aside(line, sentence.raw, "sentence", "is a part of a message whose parts before it are missing")
            return
        begun.parts.append(sentence)
        begun.at_us = at_us if begun.at_us is None else begun.at_us
        if len(begun.parts) == sentence.frag_cnt:
            del self._pending[slot]
            yield Heard(begun.line, begun.at_us, AISSentence.assemble_from_iterable(begun.parts))
        elif len(self._pending) > MOST_PENDING:
            self._give_up(self._pending.pop(next(iter(self._pending))))

    def _give_up(self, begun: _Parts | None) -> None:
        if begun is not None:
            reason = f"is a message of {begun.parts[0].frag_cnt} parts, of which {len(begun.parts)} came"
            self._keep_aside(begun.line, begun.parts[0].raw, "sentence", reason)

    def _keep_aside(self, line: int, raw: bytes, column: str, reason: str) -> None:
        self.rejects.append((line, column, raw.decode("ascii", "backslashreplace").replace("\0", "\\0")[:500], reason))

    def _heed_tag_block(self, block: bytes) -> None:
        said, _, checksum = block.partition(b"*")
        try:
            holds = reduce(xor, said, 0) == int(checksum, 16)
            moment = next((int(part[2:]) for part in said.split(b",") if part.startswith(b"c:")), None)
        except ValueError:
            holds, moment = False, None
        if not holds:
            self.notes["tag block whose checksum does not hold"] += 1
        elif moment is not None and 0 <= moment < _LAST_MILLISECOND:
            self._at_us = moment * (1_000 if moment >= _MILLISECONDS_FROM else 1_000_000)
        elif moment is not None:
            self.notes["tag block with a moment that cannot be one"] += 1

    def _heed_other(self, raw: bytes) -> None:
        self._is_nmea = True
        if not raw.startswith(b"$PGHP,1,"):
            self.notes["sentence that is no AIS"] += 1
            return
        said, _, checksum = raw[1:].partition(b"*")
        try:
            if reduce(xor, said, 0) != int(checksum[:2], 16):
                raise ValueError
            year, month, day, hour, minute, second, milli = (int(part) for part in said.split(b",")[2:9])
            moment = datetime(year, month, day, hour, minute, second, milli * 1_000, UTC)
        except ValueError:
            self._at_us = None
            self.notes["line of time that cannot be read"] += 1
            return
        self._at_us = int(moment.timestamp()) * 1_000_000 + moment.microsecond
