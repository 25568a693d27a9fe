"""What cleaning makes of a craft's positions: each left out with its reason, the rest in voyages between ports."""

import numpy as np
import pytest

from watchfloor.data.tracks.source import cleaned
from watchfloor.geo.cleaned_way import MOST_LEFT_OUT, Sent, Voyage, left_out, voyages_of
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.marks_by_day import marks_by_day
from watchfloor.geo.track_marks import Mark
from watchfloor.geo.track_pieces import pieces
from watchfloor.geo.track_reasons import WORDS

MIDNIGHT_S = 1_700_006_400
PORTS, NAMES = Harbours(np.array([5.0, 6.0]), np.array([55.0, 55.0])), ["Alpha", "Beta"]


def sent(*rows: tuple[float, float, float], label: int = 1) -> Sent:
    """Hours after midnight, longitude, latitude."""
    hours, lon, lat = (np.array(column, float) for column in zip(*rows, strict=True))
    at_s = MIDNIGHT_S + (hours * 3600).astype(np.int64)
    return Sent(np.full(len(rows), label), at_s, lon, lat, np.full(len(rows), np.nan))


def together(*parts: Sent) -> Sent:
    names = ("label", "at_s", "lon", "lat", "speed_kn")
    return Sent(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))


def test_what_is_left_out_says_when_where_and_why() -> None:
    own = sent((0, 5.0, 55.0), (1, 0.0, 0.0), (2, 5.1, 55.0), (3, 90.0, 10.0), (4, 5.2, 55.0))
    found = left_out(own, marks_by_day(own, 0))

    assert found.at_s.tolist() == [MIDNIGHT_S + 3600, MIDNIGHT_S + 3 * 3600]
    assert list(zip(found.lon, found.lat, [WORDS[kind] for kind in found.kind], strict=True)) == [
        (0.0, 0.0, "at 0° 0°"), (90.0, 10.0, "impossible speed")
    ]  # fmt: skip
    assert found.counts.sum() == 2


def test_all_are_counted_where_more_are_left_out_than_are_listed() -> None:
    own = sent(*[(hour / 100, 0.0, 0.0) for hour in range(MOST_LEFT_OUT + 10)])
    found = left_out(own, np.full(len(own), Mark.NULL_ISLAND, np.uint16))
    assert (len(found.at_s), found.counts.sum()) == (MOST_LEFT_OUT, MOST_LEFT_OUT + 10)


def test_a_day_is_judged_beside_its_evening_before_and_its_label_alone() -> None:
    """As files are: the second report of a second is one too many, but not under another label."""
    one = sent((-1, 5.0, 55.0), (0, 5.01, 55.0), (0, 5.01, 55.0), (1, 5.02, 55.0), (30, 5.2, 55.0), (30, 5.2, 55.0))
    other = sent((0, 5.01, 55.0), (1, 5.02, 55.0), label=2)
    assert marks_by_day(together(one, other), 0).tolist() == [0, 0, Mark.DUPLICATE, 0, 0, Mark.DUPLICATE, 0, 0]


@pytest.mark.parametrize("seed", range(6))
def test_marks_of_each_day_are_those_of_its_file(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 200
    at_s = MIDNIGHT_S + np.sort(rng.integers(0, 3 * 86_400, n))
    wild = rng.random(n) < 0.1
    lon = np.where(wild, rng.uniform(-180, 180, n), 5 + np.cumsum(rng.normal(0, 0.01, n)))
    lat = np.where(wild, rng.uniform(-80, 80, n), 55 + np.cumsum(rng.normal(0, 0.01, n)))
    own = Sent(np.ones(n, np.int64), at_s, lon, lat, np.full(n, np.nan))
    found = marks_by_day(own, 0)
    for day in range(3):
        begins_s = MIDNIGHT_S + day * 86_400
        near = (at_s >= begins_s - 6 * 3600) & (at_s < begins_s + 86_400)
        columns = {"craft": np.ones(n), "at_s": at_s, "lon": lon, "lat": lat, "speed_kn": own.speed_kn}
        columns = {name: column[near] for name, column in columns.items()}
        made = pieces(cleaned(**columns, category=np.zeros(near.sum())))
        in_day = at_s // 86_400 == begins_s // 86_400
        of_day = made.taken(made.at_s >= begins_s)
        assert left_out(own.taken(in_day), found[in_day]).counts.tolist() == of_day.left_out.tolist()


def test_a_voyage_leads_from_port_to_port_and_says_how_far() -> None:
    own = sent(*[(hour, 5.0 + hour / 10, 55.0) for hour in range(11)], (20, 6.0, 55.0), (21, 6.5, 55.0))
    first, second = voyages_of(own, np.zeros(len(own), np.uint16), PORTS, NAMES)

    assert (first.came_from, first.went_to, first.fixes) == ("Alpha", "Beta", 11)
    assert (first.starts_s, first.ends_s) == (MIDNIGHT_S, MIDNIGHT_S + 10 * 3600)
    assert first.way_m == pytest.approx(np.cos(np.radians(55)) * 111_195, rel=1e-3)
    assert (second.came_from, second.went_to, second.fixes) == ("Beta", "", 2)
    assert second.way_m == pytest.approx(first.way_m / 2, rel=1e-3)


def test_what_is_left_out_is_on_no_voyage_and_one_position_is_none() -> None:
    own = sent((0, 5.0, 55.0), (1, 0.0, 0.0), (2, 5.2, 55.0), (40, 5.2, 55.0))
    marks = np.array([0, Mark.NULL_ISLAND, 0, 0], np.uint16)
    (only,) = voyages_of(own, marks, PORTS, NAMES)
    assert isinstance(only, Voyage)
    assert (only.fixes, only.way_m) == (2, pytest.approx(12_756, rel=1e-2))


def test_of_nothing_there_is_nothing() -> None:
    nothing = sent((0, 5.0, 55.0)).taken(np.zeros(0, np.int64))
    assert left_out(nothing, marks_by_day(nothing, 0)).counts.sum() == 0
    assert voyages_of(nothing, np.zeros(0, np.uint16), PORTS, NAMES) == []
