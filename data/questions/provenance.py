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
        return Provenance(found.source, found.publisher, found.licence, run, files, recorded or found.ended)

    def grading(self, run: int) -> tuple[str, str]:
        """Grading of what bears none of its own: that of its format's source, in words."""
        # the formats' readers take a while to import
        from watchfloor.data.ingest.catalogue import FORMATS  # noqa: PLC0415

        form = FORMATS.get(self.runs[run].format) if run in self.runs else None
        if form is None or form.source.reliability is Reliability.UNKNOWN:
            return NOT_GRADED
        return form.source.reliability.title, form.source.validity.title


def writing(connection: Connection, runs: Iterable[int]) -> Writing:
    """What this scope may say of rows that these runs brought."""
    rows = connection.execute(statement("run_provenance"), {"runs": sorted(set(runs))})
    return Writing(label_titles(connection), {row[0]: _Run(*row) for row in rows})


def grades(reliability: int, validity: int) -> tuple[str, str]:
    """A record's own grading in words."""
    return Reliability(reliability).title, Validity(validity).title
