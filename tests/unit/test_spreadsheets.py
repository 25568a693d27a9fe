"""Texts that a spreadsheet would run, and those that only look like it."""

import pytest

from watchfloor.app.tables import harmless as harmless_value
from watchfloor.geo.spreadsheets import harmless


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        " =1",
        "\t=1",
        "\n=1",
        "＝1+1",
        "＠x",
        "|calc",
        "%x",
        "\u200b=1",
        "\ufeff\u200b -1",
    ],
)
def test_what_a_spreadsheet_would_run_stands_as_text(text: str) -> None:
    assert harmless(text) == harmless_value(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1+1", "a=1", "Å", "'=1", "5 %"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == harmless_value(text) == text


def test_what_is_no_text_stays_as_it_is() -> None:
    assert harmless_value(-1) == -1
