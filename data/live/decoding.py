"""Lines become batches as `ais-nmea` makes them of files; what cannot be used changes a counter and nothing else."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from watchfloor.data.ingest.ais_nmea import batch_of
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.nmea_sentences import Heard, Sentences
from watchfloor.data.live.inbox import Line, Taken

MOST_PEERS = 64
ARRIVAL = "no time of its own: that of its arrival"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A batch without rejects, and how many sentences and positions were no use."""

    batch: Batch
    malformed: int
    dropped: int


@dataclass(slots=True)
class _Peer:
    sentences: Sentences
    tells_times: bool = False
    is_torn: bool = False


class Decoder:
    """Keeps what waits for its next line, for each sender by itself.

    takes_arrival: whether a sentence without a time is of the moment at which it came; a file's has none then.
    """

    def __init__(self, *, takes_arrival: bool) -> None:
        self._takes_arrival = takes_arrival
        self._peers: OrderedDict[int, _Peer] = OrderedDict()
        self._line = 0

    def decoded(self, taken: Taken) -> Decoded:
        """What the lines say."""
        if taken.is_torn:
            self._tear()
        gathered = Sentences("")
        heard: list[Heard] = []
        arrivals = dropped = 0
        for line in taken.lines:
            for message in self._completed(line, gathered):
                if message is None:
                    dropped += 1
                    continue
                is_timed = message.at_us is not None or not self._takes_arrival
                arrivals += not is_timed
                heard.append(message if is_timed else replace(message, at_us=line.at_us))
        if arrivals:
            gathered.notes[ARRIVAL] += arrivals
        batch = batch_of(heard, gathered)
        malformed = batch.rejects.height
        notes = Counter(batch.notes) + Counter(f"{reason} (kept aside)" for reason in batch.rejects["reason"])
        return Decoded(replace(batch, rejects=batch.rejects.clear(), notes=notes), malformed, dropped)

    def _tear(self) -> None:
        for peer in self._peers.values():
            peer.sentences.forget()
            peer.is_torn = True

    def _completed(self, line: Line, gathered: Sentences) -> Iterator[Heard | None]:
        """The message that a line completes; None where the line of its time was among those that are lost."""
        peer = self._peer(line.peer)
        self._line += 1
        for message in peer.sentences.completed(line.raw, self._line):
            if message.at_us is not None:
                peer.tells_times, peer.is_torn = True, False
            elif peer.is_torn and peer.tells_times:
                peer.is_torn = False
                yield None
                continue
            yield message
        gathered.rejects += peer.sentences.rejects
        gathered.notes += peer.sentences.notes
        peer.sentences.rejects.clear()
        peer.sentences.notes.clear()

    def _peer(self, number: int) -> _Peer:
        peer = self._peers.get(number)
        if peer is None:
            peer = self._peers[number] = _Peer(Sentences(""))
            if len(self._peers) > MOST_PEERS:
                self._peers.popitem(last=False)
        self._peers.move_to_end(number)
        return peer
