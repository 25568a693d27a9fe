"""The section `table` of a draft, and the sample as a reader with that section sees it."""

from dataclasses import replace

import polars as pl

from watchfloor.data.ingest.mapped_numbers import FILE
from watchfloor.data.ingest.mapped_rows import passed_over
from watchfloor.data.ingest.mapping_sections import Table
from watchfloor.data.ingest.suggest_blanks import find_blanks, find_sums
from watchfloor.data.ingest.suggest_findings import Findings, Section, Sureness, profiles_of
from watchfloor.data.ingest.suggest_numbers import find_marks
from watchfloor.data.ingest.suggest_sample import Sample
from watchfloor.data.ingest.suggest_sheets import MARK
from watchfloor.data.ingest.suggest_turned import find_turned


def lay_out(sample: Sample, findings: Findings) -> tuple[Section, Sample]:
    """The section `table`, and the sample with its numbers written as that section says."""
    table = _rows(sample, findings)
    table |= find_marks(profiles_of(sample.frame), sample.delimiter, findings)
    texts = pl.col(sample.columns).str.replace_all(MARK, table.get("decimal", "."), literal=True)
    sample = replace(sample, frame=sample.frame.with_columns(texts))
    if turned := find_turned(profiles_of(sample.frame), (sample.name, sample.sheet or ""), findings):
        table["turned"] = turned
    if without := find_sums(profiles_of(cleaned(sample.frame, table)), findings):
        table["without"] = without
    if blank := find_blanks(profiles_of(cleaned(sample.frame, table)), findings):
        table["blank"] = blank
    return table, sample


def cleaned(frame: pl.DataFrame, table: Section) -> pl.DataFrame:
    """The sample's rows as they are when the section has been applied."""
    own = {column: FILE + column for column in frame.columns if column != "line"}
    rows, _ = passed_over(frame.rename(own), Table.model_validate(table), [])
    return rows.rename({column: column.removeprefix(FILE) for column in rows.columns})


def _rows(sample: Sample, findings: Findings) -> Section:
    table: Section = {}
    if sample.delimiter != ",":
        table["delimiter"] = sample.delimiter
        findings.guess("table.delimiter", repr(sample.delimiter), Sureness.CERTAIN, "rows have one width by it")
    if sample.is_utf16:
        findings.guess("encoding", "UTF-16", Sureness.CERTAIN, "by its bytes; read without a key")
    if sample.encodings != ("utf-8",):
        table["encodings"] = list(sample.encodings)
        findings.guess("table.encodings", ", ".join(sample.encodings), Sureness.LIKELY, "some bytes are not UTF-8")
    if sample.header:
        table |= {"header": list(sample.header), "header_spans": True}
        said = f"rows {', '.join(map(str, sample.header))}"
        findings.guess("table.header", said, Sureness.LIKELY, "names of columns stand in several rows")
    elif sample.above:
        findings.guess("header", f"row {sample.above + 1}", Sureness.LIKELY, f"{sample.above} rows stand above it")
    if sample.skip:
        table["skip"] = list(sample.skip)
        findings.guess("table.skip", ", ".join(sample.skip), Sureness.LIKELY, "sums stand between the rows")
    if sample.again:
        findings.guess("header again", f"{sample.again:,} rows", Sureness.CERTAIN, "they repeat it: passed over")
    if sample.end:
        table["end"] = list(sample.end)
        findings.guess("table.end", ", ".join(sample.end), Sureness.LIKELY, "rows after the table begin so")
    if sample.merged:
        table["merged"] = list(sample.merged)
        findings.guess("table.merged", ", ".join(sample.merged), Sureness.LIKELY, "cells over several rows: for each")
    return table | _sheet(sample, findings)


def _sheet(sample: Sample, findings: Findings) -> Section:
    if sample.sheet is None:
        return {}
    if sample.sheets:
        findings.ask("table.sheet", "Which sheet? This one holds the most", sample.sheet, sample.sheets)
    else:
        findings.guess("table.sheet", sample.sheet, Sureness.CERTAIN, "the only sheet with a table")
    return {"sheet": sample.sheet}
