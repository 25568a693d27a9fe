"""AIS as it is received: NMEA 0183 sentences with tag blocks or Gatehouse times, decoded by pyais.

A row is a position of a craft (messages 1, 2, 3, 9, 18, 19, 27) or a sentence that is kept aside. Static messages
(5, 19, 24) say what vessels are called and of which kind they are. Base stations (4) and aids to navigation (21) send
positions, too, but are no craft: they are counted and left out. A moment is when the message was received.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from pyais.exceptions import AISBaseException
from pyais.messages import ANY_MESSAGE

from watchfloor.data.ingest.ais_fixes import CHECKS, cleaned, fixes_of, notes_of
from watchfloor.data.ingest.ais_vessels import called, vessels
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import MOMENT, REJECTS, Batch
from watchfloor.data.ingest.nmea_sentences import Heard, Sentences
from watchfloor.data.ingest.opened import Opened

BATCH_MESSAGES = 20_000
# messages with the position of a craft, and the bits that each has; those with what a vessel says of itself
POSITIONS = {1: 168, 2: 168, 3: 168, 9: 168, 18: 168, 19: 312, 27: 96}
STATIC = frozenset({5, 19, 24})
_LEFT_OUT = {4: "report of a base station, which is no craft", 21: "report of an aid to navigation, which is no craft"}
_CUT_OFF = "is shorter than a message of its kind"
_LONG_RANGE = 27
_POSITION = {
    "line": pl.Int64,
    "at_us": pl.Int64,
    "MMSI": pl.String,
    "LON": pl.Float64,
    "LAT": pl.Float64,
    "speed": pl.Float64,
    "course": pl.Float64,
    "heading": pl.Float64,
}
_SAID = ("MMSI", "VesselName", "IMO", "CallSign", "VesselType", "Length", "Width", "Draft", "Cargo")
_AT = pl.col("at_us").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").cast(MOMENT).alias("at")
_NO_TIME = Check("at", pl.col("at_us").is_null(), "has no time: neither a tag block nor a line of time stands with it")


@dataclass(slots=True)
class _Gathered:
    """What the messages of a batch say."""

    positions: list[tuple[object, ...]] = field(default_factory=list)
    statics: list[tuple[str | int | None, ...]] = field(default_factory=list)

    def add(self, heard: Heard, sentences: Sentences) -> None:
        try:
            message = heard.sentence.decode()
        except (AISBaseException, ValueError, IndexError, KeyError) as error:
            reason = f"is a message that cannot be decoded ({type(error).__name__.removesuffix('Exception')})"
            sentences.rejects.append((heard.line, "payload", _shown(heard), reason))
            return
        kind = message.msg_type
        if len(heard.sentence.bv) < POSITIONS.get(kind, 0):
            sentences.rejects.append((heard.line, "payload", _shown(heard), _CUT_OFF))
            return
        if kind in POSITIONS:
            self.positions.append(_position(heard, message))
        if kind in STATIC:
            self.statics.append((*_static(message), heard.at_us))
            sentences.notes["static message: name, kind or size"] += 1
        elif kind not in POSITIONS:
            sentences.notes[_LEFT_OUT.get(kind, "message of another kind")] += 1


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of vessels and their positions."""
    sentences = Sentences(opened.name)
    with opened.plain() as plain:
        heard: list[Heard] = []
        for message in sentences.messages(plain):
            if message is not None:
                heard.append(message)
            if message is None or len(heard) >= BATCH_MESSAGES:
                yield batch_of(heard, sentences)
                heard = []
        yield batch_of(heard, sentences)


def batch_of(heard: Sequence[Heard], sentences: Sentences) -> Batch:
    """What these messages say, with the rejects and notes that the sentences have gathered, which are taken."""
    gathered = _Gathered()
    for one in heard:
        gathered.add(one, sentences)
    positions = pl.DataFrame(gathered.positions, schema=_POSITION, orient="row").with_columns(
        _AT,
        pl.col("LON").alias("lon"),
        pl.col("LAT").alias("lat"),
    )
    good, rejects = sift(positions, (_NO_TIME, *CHECKS))
    flagged = cleaned(good)
    aside = pl.concat([pl.DataFrame(sentences.rejects, schema=REJECTS, orient="row"), rejects])
    notes = sentences.notes + Counter(notes_of(flagged))
    sentences.rejects, sentences.notes = [], Counter()
    said = _said(flagged, gathered)
    frames = {"crafts": vessels(said), "craft_identities": called(said), "fixes": fixes_of(flagged)}
    return Batch(flagged.height + aside.height, frames, aside, notes)


def _position(heard: Heard, message: ANY_MESSAGE) -> tuple[object, ...]:
    said: Any = message
    speed, course = said.speed, said.course
    if said.msg_type == _LONG_RANGE:
        # this kind has numbers of its own for "not available"
        speed, course = (102.3 if speed == 63 else speed), (360.0 if course == 511 else course)
    heading = getattr(said, "heading", None)
    return (heard.line, heard.at_us, f"{said.mmsi:09d}", said.lon, said.lat, speed, course, heading)


def _shown(heard: Heard) -> str:
    return heard.sentence.payload.decode("ascii", "backslashreplace").replace("\0", "\\0")[:500]


def _static(message: ANY_MESSAGE) -> tuple[str | None, ...]:
    said: Any = message
    kind, imo = getattr(said, "ship_type", None), getattr(said, "imo", None)
    length = _sum(said, "to_bow", "to_stern")
    width = _sum(said, "to_port", "to_starboard")
    draught = getattr(said, "draught", None)
    return (
        f"{said.mmsi:09d}",
        _text(getattr(said, "shipname", None)),
        str(imo) if imo else None,
        _text(getattr(said, "callsign", None)),
        str(int(kind)) if kind else None,
        *(str(metres) if metres else None for metres in (length, width, draught)),
        None,
    )


def _text(said: str | None) -> str | None:
    """Text as AIS has it: @ and blanks fill it up."""
    return (said or "").partition("@")[0].strip() or None


def _sum(said: object, one: str, other: str) -> int:
    return (getattr(said, one, None) or 0) + (getattr(said, other, None) or 0)


def _said(flagged: pl.DataFrame, gathered: _Gathered) -> pl.DataFrame:
    """Every vessel of the batch, each time it was heard: by a position, or saying what it is."""
    silent = flagged.select("MMSI", *(pl.lit(None, pl.String).alias(column) for column in _SAID[1:]), "at")
    schema = dict.fromkeys(_SAID, pl.String) | {"at_us": pl.Int64}
    statics = pl.DataFrame(gathered.statics, schema=schema, orient="row").select(*_SAID, _AT)
    return pl.concat([silent.sort("MMSI"), statics])


FORMAT = Format(
    name="ais-nmea",
    title="AIS as received: NMEA 0183 sentences with tag blocks",
    source=SourceInfo(
        code="ais-nmea",
        title="AIS messages as received",
        publisher="whoever received them; the file does not say",
        licence="as agreed with the publisher",
    ),
    is_public=False,
    read=read,
    records=frozenset({"fixes"}),
)
