"""Any table of text, by a mapping that says what its columns mean."""

from collections.abc import Iterator

from watchfloor.data.ingest.csv_rows import read_csv
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.mapped_records import Reader
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target; options hold the Mapping under `map`."""
    mapping = options.values["map"]
    assert isinstance(mapping, Mapping)
    reader = Reader(mapping)
    is_checked = False
    for rows in read_csv(opened, None, delimiter=mapping.table.delimiter):
        if not is_checked:
            _refuse_other_columns(rows.frame.columns, mapping, opened.name)
            is_checked = True
        yield reader.batch(rows)


def _refuse_other_columns(there: list[str], mapping: Mapping, name: str) -> None:
    missing = {column: key for column, key in mapping.columns().items() if column not in there}
    if missing:
        said = ", ".join(f"{column[:40]!r} (named by {key})" for column, key in missing.items())
        raise BadFile(
            f"{name}: has no column {said}; it has {[column[:40] for column in there if column != 'line'][:20]}"
        )


FORMAT = Format(
    name="csv",
    title="Any table of text, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="csv", title="As the mapping says", publisher="", licence=""),
    is_public=False,
    read=read,
)
