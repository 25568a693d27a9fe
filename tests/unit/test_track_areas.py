"""Digests of areas: the same however pieces are parted, and another where a tile would be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.data.tracks.view import rung
from watchfloor.geo.track_areas import ACROSS, AREA_ZOOM, areas_of, digest_under
from watchfloor.geo.track_bucket import bucket_of, digests_in, union
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES
from watchfloor.geo.track_pieces import Pieces, Positions, joined, no_pieces, pieces

from .track_samples import FAR, TRACKS, line, tile

SOUND = 0x00FF


def under(made: Pieces, place: Place) -> str:
    return digest_under(digests_in([bucket_of(made)]), *place)


@settings(max_examples=30)
@given(st.lists(TRACKS, min_size=1, max_size=4))
def test_days_say_together_what_their_month_and_year_say(several: list[Positions]) -> None:
    parts = [bucket_of(pieces(of)) for of in several]
    wanted = digests_in(parts)

    for keeps_pieces in (True, False):
        whole = np.concatenate(union(parts, keeps_pieces=keeps_pieces))
        np.testing.assert_array_equal(digests_in([whole]), wanted)
    np.testing.assert_array_equal(digests_in([bucket_of(joined([pieces(of) for of in several]))]), wanted)


@settings(max_examples=60, derandomize=True)
@given(FAR, FAR, st.integers(0, 9), st.integers(0, 2**9 - 1), st.integers(0, 2**9 - 1))
def test_tiles_of_one_digest_count_alike(one: Positions, other: Positions, z: int, x: int, y: int) -> None:
    place = Place(z, x >> (9 - z), y >> (9 - z))
    before, after = pieces(one), joined([pieces(one), pieces(other)])
    if under(before, place) == under(after, place):
        np.testing.assert_array_equal(
            tile([bucket_of(before)], place, PASSAGES, SOUND), tile([bucket_of(after)], place, PASSAGES, SOUND)
        )


@pytest.mark.parametrize(
    ("way", "touched", "elsewhere"),
    [
        # along the equator over the border of two areas
        (((5.0, 1.0), (6.0, 1.0)), {(6, 32, 31), (6, 33, 31), (9, 263, 254)}, {(6, 30, 31), (6, 35, 31), (3, 1, 1)}),
        (((179.5, 10.0), (-179.5, 10.0)), {(6, 63, 30), (6, 0, 30), (9, 511, 241)}, {(6, 2, 30), (6, 61, 30)}),
        # beyond the end of the map, all lies on its edge
        (((0.0, 89.0), (90.0, 89.0)), {(6, 32, 0), (6, 47, 0), (2, 3, 0)}, {(6, 40, 2), (6, 50, 0), (2, 3, 2)}),
        (((-120.0, -89.5), (-121.0, -89.5)), {(6, 10, 63), (0, 0, 0)}, {(6, 10, 61), (6, 13, 63), (6, 10, 0)}),
    ],
)
def test_a_way_changes_the_tiles_that_it_touches_and_leaves_others(way, touched, elsewhere) -> None:
    found = {place: under(line(*way), Place(*place)) != under(no_pieces(), Place(*place)) for place in touched}
    found |= {place: under(line(*way), Place(*place)) != under(no_pieces(), Place(*place)) for place in elsewhere}

    assert found == dict.fromkeys(touched, True) | dict.fromkeys(elsewhere, False)


@pytest.mark.parametrize(("west", "east"), [(31, 32), (ACROSS - 1, 0)])
def test_a_tile_changes_with_what_lies_a_pixel_beyond_its_edge(west: int, east: int) -> None:
    # just east of the border between two areas
    lon = (east << (9 - AREA_ZOOM)) * 360 / 2**9 - 180 + 0.0001
    made = line((lon, 10.0), (lon + 0.0001, 10.0))
    beside = ((west + 1) << (9 - AREA_ZOOM)) - 1

    assert under(made, Place(9, beside, 241)) != under(no_pieces(), Place(9, beside, 241))
    assert under(made, Place(9, beside - 1, 241)) == under(no_pieces(), Place(9, beside - 1, 241))


@given(TRACKS)
def test_what_cleaning_has_marked_lies_nowhere(of: Positions) -> None:
    marked = pieces(of._replace(voyage=np.full(len(of.voyage), -1), marks=np.ones(len(of.voyage), np.uint16)))

    assert len(areas_of(marked).numbers) == 0


@given(st.integers(1, 10**12))
def test_a_rung_is_no_less_and_at_most_a_third_more(most: int) -> None:
    assert most <= rung(most) <= most * 4 / 3 + 1
    assert rung(rung(most)) == rung(most)
