"""Which kept mappings fit a table, by the names of its columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.data.ingest.mapping import Mapping, load_mapping
from watchfloor.data.mappings import Connection, Kept, find_number, list_mappings, newest
from watchfloor.data.mappings_save import fingerprint
from watchfloor.geo.errors import BadFile

MOST_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """A kept mapping all of whose columns a table has. is_same: the table has the very columns that it was made for."""

    kept: Kept
    is_same: bool
    columns: int

    @property
    def is_close(self) -> bool:
        """Whether a draft may begin with it unasked: made for these columns, or naming at least half of them."""
        return self.is_same or 2 * len(self.kept.columns) >= self.columns

    def written(self, agency: str | None = None) -> str:
        """How `--map` names it: with its agency, unless that is the asker's own."""
        return self.kept.name if self.kept.owner == agency else f"{self.kept.owner}/{self.kept.name}"

    def sentence(self, agency: str | None = None) -> str:
        """That it fits, and how to use it."""
        how = "fits these columns" if self.is_same else f"names {len(self.kept.columns)} of the {self.columns} columns"
        return f"{self.kept.title} {how}: use --map '{self.written(agency)}'"


def fitting(connection: Connection, columns: Sequence[str], agency: str | None = None) -> list[Fit]:
    """The newest versions that fit a table, with their texts, the likeliest first.

    Likeliest is what was made for this very header, then the own agency's, then what names most of the columns.
    """
    there, own = set(columns), fingerprint(columns)
    able = [kept for kept in newest(list_mappings(connection)) if kept.columns and there.issuperset(kept.columns)]

    def rank(kept: Kept) -> tuple[bool, bool, int, float]:
        return (
            kept.fingerprint != own, kept.owner != agency, -len(kept.columns), -kept.made_at.timestamp(),
        )  # fmt: skip

    found: list[Fit] = []
    for kept in sorted(able, key=rank):
        whole = find_number(connection, kept.id)
        if _is_for_tables(whole):
            found.append(Fit(whole, kept.fingerprint == own, len(there)))
        if len(found) == MOST_OFFERED:
            break
    return found


def _is_for_tables(kept: Kept) -> bool:
    """Whether it can be read as one of a table; those of features name columns too."""
    try:
        load_mapping(kept.text, Mapping.in_table)
    except BadFile:
        return False
    return True
