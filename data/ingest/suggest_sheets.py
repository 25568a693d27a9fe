"""The sample of a sheet: its rows as they are read for a mapping, under the header that it seems to have."""

from itertools import islice

from watchfloor.data.ingest import ods, xlsx
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.mapping_sections import NamedPlace, Source, Table
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.suggest_sample import MOST_ROWS, Sample, sample_of
from watchfloor.geo.errors import BadFile

_BATCHES = 3
# a header with so many names is looked for no further, nor below so many rows
_USUAL, _LOOKED = 3, 12
_SOURCE = Source(code="draft", title="draft", publisher="draft", licence="draft")
_NAMED = NamedPlace(kind="draft", code="draft", name="draft")


def sample_sheet(opened: Opened, form: str, sheet: str | None) -> Sample:
    """The sample of the only sheet, or of the one that is named.

    Raises BadFile for several sheets without a name, or what is no spreadsheet.
    """
    headers = (_read(opened, form, sheet, row) for row in range(1, _LOOKED + 1))
    best: list[list[str]] = []
    for rows in headers:
        if rows and len(rows[0]) > (len(best[0]) if best else 0):
            best = rows
        if best and len(best[0]) >= _USUAL:
            break
    return sample_of([best], opened.name, sheet=sheet)


def _read(opened: Opened, form: str, sheet: str | None, header: int) -> list[list[str]]:
    """The rows under the header that stands in a row; nothing if that row is none."""
    table = Table(sheet=sheet, header=[header])
    mapping = Mapping(target="places", source=_SOURCE, table=table, named_place=_NAMED)
    reader = xlsx.rows_of if form == "xlsx" else ods.rows_of
    parts: list[list[str]] = []
    try:
        for rows in islice(reader(opened, mapping), _BATCHES):
            frame = rows.frame.drop("line")
            parts = parts or [list(frame.columns)]
            parts += [[text or "" for text in row] for row in frame.head(MOST_ROWS).iter_rows()]
    except BadFile:
        # titles above the header say the same thing twice, or end before it; row 1 speaks for the file
        if header == 1 and sheet is None:
            raise
    return parts
