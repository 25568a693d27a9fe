"""Where records come from: source, licence, input files and run, as far as the reader may see the run."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import label_titles
from watchfloor.data.statements import statement
from watchfloor.geo.answers import InputFile, Provenance
from watchfloor.geo.grading import Reliability, Validity

WITHHELD = "a source that is not yours to see"
NOT_GRADED = ("Source not graded", "content not graded")

type Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class _Run:
    id: int
    format: str
    source: str
    publisher: str
    licence: str
    ended: datetime
    names: list[str]
    digests: list[str]
    reliability: int | None
    validity: int | None
    mapping: str | None


@dataclass(frozen=True, slots=True)
class Writing:
    """What it takes to write rows as records: titles of the labels, and the runs that the rows came by."""

    titles: dict[int, str]
    runs: dict[int, _Run] = field(default_factory=dict)

    def source(self, run: int) -> str:
        """Title of the source, or that it may not be seen."""
        return self.runs[run].source if run in self.runs else WITHHELD

    def provenance(self, run: int, recorded: datetime | None = None) -> Provenance | None:
        """What a citation says; recorded: when the store took the record on, if not at the end of its run."""
        if run not in self.runs:
            return None
        found = self.runs[run]
        files = tuple(InputFile(name, digest) for name, digest in zip(found.names, found.digests, strict=True))
        since = recorded or found.ended
        return Provenance(found.source, found.publisher, found.licence, run, files, since, found.mapping)

    def grading(self, run: int) -> tuple[str, str]:
        """Grading of what bears none of its own: that of its run's source, of older runs of its format's; in words."""
        if run not in self.runs:
            return NOT_GRADED
        found = self.runs[run]
        if found.reliability is not None and found.validity is not None:
            own = Reliability(found.reliability), Validity(found.validity)
        else:
            own = _grading_of_format(found.format)
        return NOT_GRADED if own[0] is Reliability.UNKNOWN else (own[0].title, own[1].title)


def _grading_of_format(name: str) -> tuple[Reliability, Validity]:
    # the formats' readers take a while to import
    from watchfloor.data.ingest.catalogue import FORMATS  # noqa: PLC0415

    source = FORMATS[name].source if name in FORMATS else None
    return (source.reliability, source.validity) if source else (Reliability.UNKNOWN, Validity.CANNOT_BE_JUDGED)


def writing(connection: Connection, runs: Iterable[int]) -> Writing:
    """What this scope may say of rows that these runs brought."""
    rows = connection.execute(statement("run_provenance"), {"runs": sorted(set(runs))})
    return Writing(label_titles(connection), {row[0]: _Run(*row) for row in rows})


def grades(reliability: int, validity: int) -> tuple[str, str]:
    """A record's own grading in words."""
    return Reliability(reliability).title, Validity(validity).title
