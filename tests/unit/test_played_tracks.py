"""Steps of tracks that are played: hours or days, and lit pixels as the browser reads them."""

from datetime import date

import numpy as np
import pytest

from watchfloor.app.played_order import PlayedOrder
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.played_steps import PlayedSteps
from watchfloor.geo.track_counting import Place, blank
from watchfloor.layers.played_tracks import Frame, Shade, packed_step
from watchfloor.layers.tracks import COLOURS, paint_tracks, ring_at

GOOD = {"since": "2024-03-01", "until": "2024-04-01", "first": "0", "n": "8", "frame": "3/7/2/2/1"}


@pytest.mark.parametrize(("days", "steps"), [(1, 24), (2, 48), (3, 3), (31, 31)])
def test_up_to_two_days_are_played_by_hours_and_more_by_days(days: int, steps: int) -> None:
    period = Period(date(2024, 3, 1), date.fromordinal(date(2024, 3, 1).toordinal() + days))

    found = PlayedSteps.of(period)

    assert (found.n, found.is_by_hour) == (steps, days <= 2)
    assert found.span(0)[0] == 1_709_251_200
    assert found.span(steps - 1)[1] == 1_709_251_200 + days * 86_400


def test_a_frame_goes_on_over_the_antimeridian() -> None:
    assert list(Frame.parse("3/7/2/2/2").places) == [Place(3, 7, 2), Place(3, 0, 2), Place(3, 7, 3), Place(3, 0, 3)]


def test_a_step_holds_its_lit_pixels_tile_by_tile() -> None:
    empty, lit = blank(), blank()
    # none stands alone
    lit[0, [5, 6, 1000, 1001]] = 1, 1, 15, 15

    body = packed_step(3, (4, 9), [empty, lit], Shade(15, "dark", 3))

    assert np.frombuffer(body, "<u4", 7).tolist() == [3, 4, 9, 1, 4, 1, 4]
    assert np.frombuffer(body, "<u2", 4, 28).tolist() == [5, 6, 1000, 1001]
    faint, _, full, _ = np.frombuffer(body, "<u2", 4, 36).tolist()
    assert [(full >> shift) & 15 for shift in (12, 8, 4, 0)] == [*np.round(np.array(COLOURS["dark"][0]) / 17), 15]
    assert faint >> 4 == full >> 4
    assert 0 < faint & 15 < 15
    assert len(body) == 44


@pytest.mark.parametrize("zoom", [3, 6, 7, 12])
def test_a_step_looks_like_a_tile_that_stands_still(zoom: int) -> None:
    counts = blank(ring_at(zoom))
    counts[1, np.random.default_rng(1).integers(0, counts.shape[1], 900)] = 3
    still = paint_tracks(counts, 15, "light", zoom).reshape(-1, 4)

    body = packed_step(0, (1, 1), [counts], Shade(15, "light", zoom))

    n = int(np.frombuffer(body, "<u4", 5)[4])
    pixels = np.frombuffer(body, "<u2", n, 28)
    assert pixels.tolist() == np.flatnonzero(still[:, 3]).tolist()
    opacity = np.frombuffer(body, "<u2", n, 28 + 2 * n + 2 * (n % 2)) & 15
    assert np.abs(opacity * 17.0 - still[pixels, 3]).max() <= 9


def test_a_step_with_an_odd_number_of_pixels_is_filled_up() -> None:
    lit = blank()
    lit[2, [7, 8, 9]] = 1

    assert len(packed_step(0, (1, 1), [lit], Shade(15, "light", 3))) == 28 + 8 + 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"frame": ""}, {"frame": "3/7/2/2"}, {"frame": "3/8/0/1/1"}, {"frame": "3/0/7/1/2"}, {"frame": "9/0/0/200/2"},
        {"frame": "3/0/0/9/1"}, {"frame": "99/0/0/1/1"}, {"frame": "3/-1/0/1/1"}, {"frame": "3/0/0/0/1"},
        {"frame": "3/²/0/1/1"}, {"frame": "1/" * 10_000}, {"first": "-1"}, {"first": "x"}, {"first": "9" * 5000},
        {"n": "0"}, {"n": "17"}, {"n": ""}, {"since": "2024-05-01"}, {"until": "never"}, {"known_at": "soon"},
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_drawn_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadQuestion):
        PlayedOrder.of(GOOD | wrong)


def test_an_order_is_of_a_period_alone() -> None:
    order = PlayedOrder.of(GOOD | {"substances": "cocaine", "theme": "light"})

    assert (order.query.substances, order.theme, order.steps.n) == ((), "light", 31)
