"""Times in any usual writing are read as the day that they mean, and fiscal years as the calendar's."""

from datetime import datetime

import polars as pl
import pytest

from watchfloor.data.ingest.mapped_numbers import FILE
from watchfloor.data.ingest.mapped_times import moments, naive
from watchfloor.data.ingest.mapping_sections import Time

WRITINGS = [
    ("5 de marzo de 2024", "%d %b %Y", "2024-03-05"),
    ("5. März 2024", "%d. %b %Y", "2024-03-05"),
    ("Tuesday, March 5th, 2024", "%b %d, %Y", "2024-03-05"),
    ("Sept. 5, 2024", "%b %d, %Y", "2024-09-05"),
    ("janvier 2024", "%b %Y", "2024-01-01"),
    ("Q4 2023", "%q %Y", "2023-10-01"),
    ("2024Q3", "%Y %q", "2024-07-01"),
    ("1st quarter 2024", "%q %Y", "2024-01-01"),
    ("2024-W10", "%G-W%V", "2024-03-04"),
    ("45356.5", "excel", "2024-03-05T12:00"),
    ("43894", "excel_1904", "2024-03-05"),
    ("051530Z MAR 24", "%d%H%MZ %b %y", "2024-03-05T15:30"),
    ("3/5/2024 11:05 p.m.", "%m/%d/%Y %I:%M %p", "2024-03-05T23:05"),
]
FISCAL = [
    ("OCT 2020", "%b %Y", "month", "2019-10-01"),
    ("SEP 2020", "%b %Y", "month", "2020-09-01"),
    ("FY2024 Q1", "FY%Y %q", "month", "2023-10-01"),
    ("FY2024 Q4", "FY%Y %q", "month", "2024-07-01"),
    ("2023-24", "%Y", "year", "2023-10-01"),
    ("2020-10-05", "%Y-%m-%d", "day", "2020-10-05"),
]


@pytest.mark.parametrize(("text", "form", "meant"), WRITINGS)
def test_a_writing_is_read_as_it_is_meant(text: str, form: str, meant: str) -> None:
    read = pl.select(naive(pl.lit(text), form)).item()
    assert read == datetime.fromisoformat(meant)


@pytest.mark.parametrize(("text", "form", "precision", "meant"), FISCAL)
def test_a_fiscal_year_is_named_for_its_end(text: str, form: str, precision: str, meant: str) -> None:
    time = Time(columns=["t"], format=form, precision=precision, fiscal_start=10)
    read = pl.DataFrame({FILE + "t": [text]}).select(moments(time, ["t"])).item()
    assert read.replace(tzinfo=None) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(("text", "form"), [("5 mars bars", "%d %b %Y"), ("Q5 2024", "%q %Y"), ("0", "excel")])
def test_what_is_no_time_is_none(text: str, form: str) -> None:
    assert pl.select(naive(pl.lit(text), form)).item() is None
