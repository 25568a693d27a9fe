"""What the band over the map says of an earlier moment."""

from datetime import UTC, datetime

import pytest

from watchfloor.dashboards.asking import NO_LATER_DAY, _drawn, written_band
from watchfloor.dashboards.conditions import PERIOD, Chip
from watchfloor.geo.facets import Facets

AT = datetime(2026, 11, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "said"),
    [(3341, "74 fewer than known now"), (3200, "67 more than known now"), (3267, "as many as known now")],
)
def test_the_band_says_by_how_many_it_differs_from_now(now: int, said: str) -> None:
    assert written_band(AT, Facets(total=4000, left=3267), now).endswith(f" · {said}")


def test_the_band_says_of_which_days_if_the_moment_leaves_out_later_ones() -> None:
    said = written_band(AT, Facets(total=4000, left=3267), 3341, is_cut=True)
    assert said.endswith(" · of days until then 74 fewer than known now")


def test_the_period_is_marked_as_cut_and_says_why_and_no_other_chip_is() -> None:
    cut, other = (_drawn(Chip(name, "1 Jul to 15 Nov 2026"), None, is_cut=True) for name in (PERIOD, "near"))
    assert cut["is_cut"]
    assert cut["told"].endswith(NO_LATER_DAY)
    assert not other["is_cut"]


def test_until_both_are_counted_it_says_that_this_is_not_now() -> None:
    for then, now in ((None, 5), (Facets(total=4000, left=3267), None)):
        assert written_band(AT, then, now).endswith("not what is known now")
