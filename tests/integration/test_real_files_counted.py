"""The script that counts the real files says of the first of them what the page says."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def counting(monkeypatch):
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("count_real_files", ROOT / "scripts" / "count_real_files.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "count_real_files", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.real
def test_the_first_files_count_as_the_page_says(store, real_data, counting) -> None:
    page = (ROOT / "docs" / "real-files.md").read_text(encoding="utf-8")

    counted = counting.page(store, real_data, counting.LOADS[:5])

    rows = [line for line in counted.splitlines() if line.startswith("| ") and line.count("|") > 5 and "`" in line]
    assert len(rows) == 10
    assert [row for row in rows if row not in page.splitlines()] == []


def test_a_run_for_each_format_that_has_real_files_and_none_twice(counting) -> None:
    files = [file for load in counting.LOADS for file in load.files]

    assert len(files) == len(set(files)) == 22
    assert not {load.format for load in counting.LOADS} & set(counting.WITHOUT)
