"""A bucket is read where it lies as it was packed, joins with others, and is refused if it is not whole."""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.data.tracks.manifest import Entry, Key, Span
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.track_bucket import (
    HEAD,
    SIZE,
    ZOOMS,
    bucket_of,
    fixes_in,
    is_whole,
    level_in,
    levels_of,
    packed,
    pieces_in,
    union,
)
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import MEASURES
from watchfloor.geo.track_pieces import Pieces, Positions, joined, pieces

from .track_samples import NEAR, TRACKS, line, tile

BOUNDED = settings(max_examples=15)
KEY = Key(1, Span.DAY, date(2024, 5, 1))


def assert_same(one: Pieces, other: Pieces) -> None:
    for found, wanted in zip(one, other, strict=True):
        np.testing.assert_array_equal(found, wanted)


def put(shelf: TrackShelf, made: Pieces) -> Entry:
    return shelf.put(KEY, {"2024-05-01": 1}, packed(levels_of(made), made), made.n_fixes)


@BOUNDED
@given(TRACKS)
def test_what_was_packed_is_read_again(of: Positions) -> None:
    made = pieces(of)
    bucket = bucket_of(made)

    assert_same(pieces_in(bucket), made)
    assert (fixes_in(bucket), is_whole(bucket)) == (len(of.lon), True)
    for (zoom, measure), wanted in levels_of(made).items():
        for found, column in zip(level_in(bucket, zoom, measure), wanted, strict=True):
            np.testing.assert_array_equal(found, column)


@BOUNDED
@given(st.lists(NEAR, min_size=1, max_size=4))
def test_the_union_of_buckets_is_the_bucket_of_all_their_pieces(several: list[Positions]) -> None:
    parts = [pieces(of) for of in several]
    whole = np.concatenate(union([bucket_of(part) for part in parts], keeps_pieces=True))

    assert whole.tobytes() == bucket_of(joined(parts)).tobytes()


@BOUNDED
@given(st.lists(NEAR, min_size=1, max_size=3))
def test_a_union_without_pieces_has_the_same_levels(several: list[Positions]) -> None:
    parts = [bucket_of(pieces(of)) for of in several]
    with_pieces, without = (np.concatenate(union(parts, keeps_pieces=keeps)) for keeps in (True, False))

    assert len(pieces_in(without).bins) == 0
    assert fixes_in(without) == fixes_in(with_pieces) == sum(len(of.lon) for of in several)
    for zoom in ZOOMS:
        for measure in MEASURES:
            for found, wanted in zip(
                level_in(without, zoom, measure), level_in(with_pieces, zoom, measure), strict=True
            ):
                np.testing.assert_array_equal(found, wanted)


def test_the_same_tracks_make_the_same_bytes() -> None:
    assert bucket_of(line((5.0, 50.0), (6.0, 50.5))).tobytes() == bucket_of(line((5.0, 50.0), (6.0, 50.5))).tobytes()


def test_a_bucket_is_not_to_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        bucket_of(line((5.0, 50.0)))[0] = 1


def test_what_is_no_bucket_to_its_end_is_not_whole() -> None:
    bucket = bucket_of(line((5.0, 50.0), (6.0, 50.5)))
    other = bucket.copy()
    other[7] ^= 1
    longer = np.append(bucket, np.zeros(8, np.uint8))

    assert not any(map(is_whole, (bucket[:-8], bucket[: HEAD * 8 - 8], bucket[:0], other, longer)))
    assert bucket[: HEAD * 8].view(np.int64)[SIZE] == bucket.size


def test_a_file_is_read_as_it_was_put(tmp_path: Path) -> None:
    made = line((5.0, 50.0), (6.0, 50.5))
    shelf = TrackShelf(str(tmp_path / "tracks"), tmp_path / "fetched")
    entry = put(shelf, made)

    held = shelf.bucket(entry)
    assert (entry.size, entry.n_fixes, held.tobytes()) == (held.size, 2, bucket_of(made).tobytes())
    assert shelf.digest(entry) == entry.digest
    np.testing.assert_array_equal(tile([held], Place(0, 0, 0), 0), tile([bucket_of(made)], Place(0, 0, 0), 0))


@pytest.mark.parametrize("left", [0, 1, 8, 1024, -1])
@pytest.mark.parametrize("root", ["{folder}/tracks", "memory://{folder}/tracks"])
def test_a_truncated_file_is_refused_with_what_to_do(tmp_path: Path, left: int, root: str) -> None:
    shelf = TrackShelf(root.format(folder=tmp_path), tmp_path / "fetched")
    entry = put(shelf, line((5.0, 50.0)))
    path = f"{shelf._base}/{entry.name}"
    shelf._files.pipe_file(path, shelf._files.cat_file(path)[:left])

    with pytest.raises(StoreUnavailable, match=r"is damaged: `watchfloor tracks build --anew`") as told:
        shelf.bucket(entry)
    assert "\n" not in str(told.value)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    shelf = TrackShelf(str(tmp_path / "tracks"), tmp_path / "fetched")
    entry = put(shelf, line((5.0, 50.0)))
    (tmp_path / "tracks" / entry.name).write_bytes(os.urandom(entry.size))

    with pytest.raises(StoreUnavailable, match="is damaged"):
        shelf.bucket(entry)


def test_a_damaged_copy_from_elsewhere_is_fetched_again(tmp_path: Path) -> None:
    shelf = TrackShelf(f"memory://{tmp_path}", tmp_path / "fetched")
    made = line((5.0, 50.0))
    entry = put(shelf, made)
    (tmp_path / "fetched" / entry.name).parent.mkdir(parents=True)
    (tmp_path / "fetched" / entry.name).write_bytes(b"half")

    with pytest.raises(StoreUnavailable, match="is damaged"):
        shelf.bucket(entry)
    assert shelf.bucket(entry).tobytes() == bucket_of(made).tobytes()
