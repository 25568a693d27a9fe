"""The page of what was handed on: a record of dissemination in words, its texts as text."""

from datetime import UTC, datetime
from uuid import UUID

from watchfloor.dashboards.handed_on import line_of
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.kept import Dissemination, Handed
from watchfloor.geo.scope import Tlp

COUNTS = {
    "records": 1_204,
    "without_place": 0,
    "hidden_by_precision": 12,
    "hidden_without_place": 3,
    "known_to_exact": 9,
}
HANDED = Handed(
    {"words": "Seizures, in <b>here</b>"}, "EXERCISE · TLP:AMBER · OPEN · owner NTF", (1,), COUNTS, "csv",
    "EXERCISE_TLP-AMBER.zip", bytes(32), 5_120, "CGD",
)  # fmt: skip
LINE = line_of(Dissemination(UUID(int=1), datetime(2026, 11, 23, 8, 51, 27, tzinfo=UTC), "ntf.lead", "NTF", HANDED))


def test_a_record_says_when_who_for_whom_and_how_much() -> None:
    assert (LINE.at, LINE.who, LINE.given_to) == ("2026-11-23 08:51:27Z", "ntf.lead, NTF", "CGD")
    assert LINE.counts == (
        "1,204 in the file; 12 known too roughly to say that they lie there; 3 left out, without a place"
    )
    assert LINE.sha256 == "00" * 32


def test_what_was_asked_is_text_on_the_page() -> None:
    sheet = rendered("handed_on.html", lines=[LINE], tlp=Tlp.AMBER, most=1_000)
    assert "in &lt;b&gt;here&lt;/b&gt;" in sheet
    assert "TLP:AMBER" in sheet
