"""Why positions are left out: counted once each, in a file and in every sum of files, and only those of a period."""

from collections import Counter

import numpy as np
import pytest

from watchfloor.data.tracks.source import cleaned
from watchfloor.data.tracks.view import left_out_between
from watchfloor.geo.track_bucket import bucket_of, left_out_in, union
from watchfloor.geo.track_marks import UNUSABLE, Mark
from watchfloor.geo.track_pieces import Positions, pieces
from watchfloor.geo.track_reasons import KINDS, REASONS, WORDS, counted, written_reasons

BEGINS_S = 1_700_000_000


def told(counts: np.ndarray) -> dict[str, int]:
    return {word: n for word, n in zip(WORDS, counts.tolist(), strict=True) if n}


def ship(*rows: tuple[int, float, float]) -> Positions:
    """One ship: minutes, longitude, latitude."""
    minutes, lon, lat = (np.array(column) for column in zip(*rows, strict=True))
    at_s, craft = BEGINS_S + 60 * minutes.astype(np.int64), np.ones(len(rows), np.int64)
    speed = np.full(len(rows), 10.0)
    return cleaned(craft=craft, at_s=at_s, lon=lon, lat=lat, speed_kn=speed, category=np.zeros(len(rows)))


DIRTY = ship((0, 5.0, 55.0), (0, 5.0, 55.0), (10, 5.02, 55.0), (20, 90.0, 10.0), (30, 0.0, 0.0), (40, 5.06, 55.0),
             (50, 55.0, 5.08), (60, 5.1, 55.0))  # fmt: skip


def test_a_file_says_of_each_reason_how_often_it_left_a_position_out() -> None:
    bucket = bucket_of(pieces(DIRTY))
    assert told(left_out_in(bucket)) == {"duplicate": 1, "impossible speed": 1, "at 0° 0°": 1, "swapped axes": 1}


@pytest.mark.parametrize("keeps_pieces", [True, False])
def test_a_longer_time_leaves_out_what_its_parts_do(*, keeps_pieces: bool) -> None:
    parts = [bucket_of(pieces(DIRTY)), bucket_of(pieces(ship((0, 5.0, 55.0), (10, 0.0, 0.0), (20, 5.0, 55.0))))]
    whole = np.concatenate(union(parts, keeps_pieces=keeps_pieces))
    assert Counter(told(left_out_in(whole))) == sum((Counter(told(left_out_in(one))) for one in parts), Counter())


def test_of_a_part_of_the_time_only_what_lies_in_it_is_counted() -> None:
    bucket = bucket_of(pieces(DIRTY))
    cut = left_out_between(bucket, (BEGINS_S + 20 * 60, BEGINS_S + 30 * 60))
    assert told(cut) == {"impossible speed": 1}
    assert told(left_out_between(bucket, (0, 2**32))) == told(left_out_in(bucket))


def test_each_position_is_counted_once_whatever_it_bears() -> None:
    every = np.arange(512, dtype=np.uint16)
    assert counted(every).sum() == 512
    assert told(counted([Mark.CLOCK | Mark.NULL_ISLAND | Mark.SENTINEL])) == {"at 0° 0°": 1}


def test_every_mark_that_leaves_out_has_a_word() -> None:
    assert sum(mark for mark, _ in REASONS) == UNUSABLE
    assert len(set(WORDS)) == KINDS


def test_reasons_are_told_the_most_frequent_first() -> None:
    counts = np.zeros(KINDS, np.int64)
    counts[[1, 6]] = 2, 1_000
    assert written_reasons(counts) == "1,000 duplicate, 2 at 0° 0°"
    assert not written_reasons(np.zeros(KINDS, np.int64))
