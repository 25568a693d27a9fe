"""The columns of a table that nobody has mapped yet: enough to find out which kept mapping fits."""

from pathlib import Path

from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.suggest_sample import Sample, sample_text
from watchfloor.data.ingest.suggest_sheets import sample_sheet

FORMATS_BY_SUFFIX = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".gz": "csv",
    ".xlsx": "xlsx",
    ".ods": "ods",
}


def sample_table(path: Path, form: str, sheet: str | None = None) -> Sample:
    """The bounded sample of a csv, xlsx or ods. Raises BadFile if no table is found in it."""
    opened = open_file(path)
    return sample_text(opened) if form == "csv" else sample_sheet(opened, form, sheet)


def header_of(path: Path, form: str, sheet: str | None = None) -> tuple[str, ...]:
    """Names of the columns. Raises BadFile if no table is found."""
    return tuple(sample_table(path, form, sheet).columns)
