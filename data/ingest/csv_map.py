"""Any table of text, by a mapping that says what its columns mean."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.feature_shapes import LAT, LON, OUTLINE, RADIUS
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.mapped_records import Reader
from watchfloor.data.ingest.mapped_rows import in_parts
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.utf16 import as_utf8
from watchfloor.geo.errors import BadFile

OWN = {"line", LON, LAT, RADIUS, OUTLINE}
_DATES_OF_CELLS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target; options hold the Mapping under `map`."""
    mapping = options.values["map"]
    assert isinstance(mapping, Mapping)
    text = as_utf8(opened)
    tables = read_csv(text, None, layout=mapping.layout())
    return read_mapped(_noted(tables) if text is not opened else tables, mapping, opened.name)


def _noted(tables: Iterator[Rows]) -> Iterator[Rows]:
    is_told = False
    for rows in tables:
        yield rows if is_told else replace(rows, notes={**rows.notes, "file in UTF-16, read as such": 1})
        is_told = True


def read_mapped(tables: Iterable[Rows], mapping: Mapping, name: str) -> Iterator[Batch]:
    """Batches of a mapping's target from the rows of a table, wherever it stood.

    Raises BadFile if the table has not the columns that the mapping names.
    """
    reader = Reader(mapping, name)
    is_checked = False
    for rows in tables:
        if not is_checked:
            _refuse_other_columns(rows.frame.columns, mapping, name)
            is_checked = True
        for part in in_parts(rows, mapping.table.turned):
            yield reader.batch(part)


def with_dates_of_cells(mapping: Mapping) -> Mapping:
    """The mapping for a spreadsheet, whose dates come as 2024-03-05 and 23:10:00 beside those that are texts."""
    time = mapping.time
    if time is None or time.has_offset:
        return mapping
    others = [*time.other_formats, time.format.replace("%H:%M", "%H:%M:%S%.f"), *_DATES_OF_CELLS]
    distinct = [form for form in dict.fromkeys(others) if form != time.format]
    return mapping.model_copy(update={"time": time.model_copy(update={"other_formats": distinct})})


def _refuse_other_columns(there: list[str], mapping: Mapping, name: str) -> None:
    missing = {column: key for column, key in mapping.columns().items() if column not in there}
    if missing:
        said = ", ".join(f"{column[:40]!r} (named by {key})" for column, key in missing.items())
        raise BadFile(
            f"{name}: has no column {said}; it has {[column[:40] for column in there if column not in OWN][:20]}"
        )


FORMAT = Format(
    name="csv",
    title="Any table of text, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="csv", title="As the mapping says", publisher="", licence=""),
    is_public=False,
    read=read,
)
