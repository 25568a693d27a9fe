"""The oracle of a cursor that rests: what it is told is what a store with only what its reader may see would tell."""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.dashboards.hovering import under
from watchfloor.dashboards.passing_words import beside_cursor
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import TRACKS, aim, reach
from watchfloor.geo.query import Layer
from watchfloor.geo.scope import Right
from watchfloor.layers.vectors import Touch

from .oracle_world import DAYS, ORIGIN, Facts, World, ingest, loaded, rights_of

# few and many rights, of two agencies; the second sees single overdoses, the first suppressed counts
READERS = (3, 8)
LAYERS = ("hexagons", "seizures", "density", "overdoses", TRACKS)
# persons are counted at few places, or suppression would leave nothing of them
TOWNS = 6


def persons(facts: Facts, numbers: list[int]) -> pl.DataFrame:
    """An overdose for each fact, at one of a few towns."""
    order = number_of(facts)
    return pl.DataFrame(
        {
            "key": facts.key,
            "day": [ORIGIN.date() + timedelta(days=int(day)) for day in facts.day],
            "time_precision": 2,
            "is_fatal": True,
            "place_precision": 0,
            "lon": -100.0 + 4 * (order % TOWNS),
            "lat": 35.0,
            "uncertainty_m": 20.0,
            "substances": [sorted(items) for items in facts.items],
            "label": np.asarray(numbers)[facts.spec],
        },
        schema_overrides={
            "time_precision": pl.Int16, "place_precision": pl.Int16, "label": pl.Int16, "substances": pl.List(pl.Int16),
        },
    )  # fmt: skip


def positions(facts: Facts, numbers: list[int]) -> dict[str, pl.DataFrame]:
    """A position for each fact, of three craft of its label, on six days: each day is a table."""
    order, label = number_of(facts), np.asarray(numbers)[facts.spec]
    craft = [f"7990{spec:02d}{number % 3:03d}" for spec, number in zip(facts.spec, order, strict=True)]
    at = [
        ORIGIN + timedelta(days=int(day) // 150 * 150, seconds=int(i)) for day, i in zip(facts.day, order, strict=True)
    ]
    told = {"identifier": craft, "label": label}
    crafts = pl.DataFrame({"kind": "vessel", "category": "cargo", **told}).unique("identifier")
    fixes = pl.DataFrame({"craft_kind": "vessel", "at": at, "lon": facts.lon, "lat": facts.lat, **told})
    return {"crafts": crafts, "fixes": fixes}


def number_of(facts: Facts) -> np.ndarray:
    """The place of each fact among all that were drawn: the same in a store that has a part of them."""
    return np.array([int(key.split("-")[1]) for key in facts.key])


def told(world: World, reader: int, chosen: Mapping[str, Any], touch: Touch) -> dict[str, Any] | None:
    """What the cursor is told, as the page would: of tracks where nothing of a cell or a symbol is."""
    state, asker = State(**chosen), world.askers[reader]
    aimed = aim(state, touch)
    if TRACKS not in state.layers:
        return under(world.repository, asker, aimed, "then")
    assert under(world.repository, asker, aimed, "then") is None
    found = world.repository.tracks_hovered(asker, state.plain_query(Layer.TRACKS), reach(touch))
    return beside_cursor(found, "dark", "then") if found.rows else None


def test_a_cursor_is_told_what_its_reader_may_see_and_nothing_else(world: World, another_store) -> None:
    heard: Counter[str] = Counter()
    with ExitStack() as opened:
        lesser: dict[int, World] = {}
        for reader in READERS:
            address = opened.enter_context(another_store())
            lesser[reader] = opened.enter_context(loaded(address, only=world.sees(reader)))
        for one in (world, *lesser.values()):
            facts = one.facts[0]
            ingest(one.address, {"overdoses": persons(facts, one.numbers), **positions(facts, one.numbers)})
            one.hold(READERS[1], [*rights_of(one.numbers)[3], (Right.HEALTH, "true")])
        between = datetime.now(UTC)
        later = Facts.drawn(12, 60)
        for reader, one in ((None, world), *lesser.items()):
            new = later if reader is None else later.under(world.sees(reader))
            ingest(one.address, {"overdoses": persons(new, one.numbers)})
            one.load(new)
        facts = world.facts[0]

        # the same draws each time, so that every layer is sure to tell something
        @settings(max_examples=120, database=None, deadline=None, derandomize=True)
        @given(
            reader=st.sampled_from(READERS),
            place=st.integers(0, len(facts.key) - 1).map(lambda row: (float(facts.lon[row]), float(facts.lat[row])))
            | st.integers(0, TOWNS - 1).map(lambda town: (-100.0 + 4 * town, 35.0)),
            zoom=st.sampled_from([1, 4, 8]),
            chosen=st.fixed_dictionaries(
                {
                    "layers": st.sampled_from(LAYERS).map(lambda layer: {layer: 100}),
                    "period": DAYS,
                    "known_at": st.sampled_from([None, between]),
                }
            ),
        )
        def compare(reader: int, place: tuple[float, float], zoom: int, chosen: dict[str, Any]) -> None:
            touch = Touch(*place, zoom)
            seen = told(world, reader, chosen, touch)
            assert seen == told(lesser[reader], reader, chosen, touch)
            heard[next(iter(chosen["layers"]))] += seen is not None

        compare()
    assert set(LAYERS) == set(+heard), "a layer told no cursor anything: nothing was proven of it"
