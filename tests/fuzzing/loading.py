"""One file through the whole pipeline into a real PostGIS; and what must hold then."""

from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from watchfloor.data.address import ExternalAddress, Role
from watchfloor.data.ingest.format import Format, Options
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.errors import WatchfloorError

from .reading import BrokenPromiseError, Read, check_refusal, emptied_folder

FACTS = (
    *("place", "event", "seizure_item", "overdose", "series", "reported", "craft", "fix", "entity", "identifier"),
    *("link", "quarantine", "run_file", "run_said", "place_said", "craft_said", "event_rollup", "route"),
)
_COUNTS = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM watchfloor.{name}" for name in FACTS)
_LAST = 'SELECT id, status, error, "read", quarantined FROM watchfloor.run ORDER BY id DESC LIMIT 1'
_KEPT = "SELECT count(*) FROM watchfloor.quarantine WHERE run_id = %s AND reason <> ''"


@dataclass(slots=True)
class Store:
    """A store that cases are loaded into, one after the other."""

    address: ExternalAddress
    _counts: dict[str, int] = field(default_factory=dict)

    def load(self, form: Format, options: Options, path: Path) -> Read:
        """Load one file. Raises BrokenPromiseError, or whatever came out that is no refusal."""
        before = self._counts or self.counts()
        order = Order(form, PUBLIC, "fuzz", Options(options.values))
        with emptied_folder() as folder:
            try:
                report = ingest(self.address, order, [path])
            except WatchfloorError as refusal:
                check_refusal(refusal, path, folder)
                self._check_refused(str(refusal), before)
                return Read(0, 0, str(refusal))
        totals = report.totals()
        if totals["read"] != sum(totals[name] for name in totals if name != "read"):
            raise BrokenPromiseError(f"the counts do not add up: {totals}")
        self._check_published(totals)
        self._counts = {}
        return Read(totals["read"], totals["quarantined"], None)

    def counts(self) -> dict[str, int]:
        """Rows of every table that a load writes."""
        with psycopg.connect(self.address.conninfo(Role.INTAKE)) as connection:
            return dict(connection.execute(_COUNTS.encode()).fetchall())

    def _check_refused(self, said: str, before: dict[str, int]) -> None:
        self._counts = self.counts()
        if self._counts != before:
            changed = {name: n - before[name] for name, n in self._counts.items() if n != before[name]}
            raise BrokenPromiseError(f"a file was refused, and yet rows are there: {changed}")
        with psycopg.connect(self.address.conninfo(Role.INTAKE)) as connection:
            row = connection.execute(_LAST.encode()).fetchone()
        if row is None or row[1:3] != ("failed", said[:2000]):
            raise BrokenPromiseError(f"the run's row does not say what the refusal says: {row}")

    def _check_published(self, totals: dict[str, int]) -> None:
        with psycopg.connect(self.address.conninfo(Role.INTAKE)) as connection:
            row = connection.execute(_LAST.encode()).fetchone()
            assert row is not None
            kept = connection.execute(_KEPT, [row[0]]).fetchone()
        if row[1] != "published" or row[3:] != (totals["read"], totals["quarantined"]):
            raise BrokenPromiseError(f"the run's row does not say what the report says: {row}, {totals}")
        if kept is None or kept[0] != totals["quarantined"]:
            raise BrokenPromiseError(f"{totals['quarantined']} rows are kept aside, {kept} are in the quarantine")
