"""The oracle of a cursor that rests: what it is told is what a store with only what its reader may see would tell."""

from contextlib import ExitStack
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.dashboards.hovering import under
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import aim
from watchfloor.layers.vectors import Touch

from .oracle_world import DAYS, Facts, World, loaded

# few and many rights, of two agencies
READERS = (3, 8)


def test_a_cursor_is_told_what_its_reader_may_see_and_nothing_else(store, people, another_store) -> None:
    told = 0
    with ExitStack() as opened:
        world = opened.enter_context(loaded(store, people))
        lesser: dict[int, World] = {}
        for reader in READERS:
            address = opened.enter_context(another_store())
            lesser[reader] = opened.enter_context(loaded(address, type(people)(address), only=world.sees(reader)))
        between = datetime.now(UTC)
        later = Facts.drawn(12, 60)
        for reader, one in ((None, world), *lesser.items()):
            one.load(later if reader is None else later.under(world.sees(reader)))
        facts = world.facts[0]

        @settings(max_examples=40, database=None, deadline=None)
        @given(
            reader=st.sampled_from(READERS),
            touch=st.builds(
                lambda row, zoom: Touch(float(facts.lon[row]), float(facts.lat[row]), zoom),
                st.integers(0, len(facts.key) - 1),
                st.sampled_from([1, 4, 8]),
            ),
            chosen=st.fixed_dictionaries(
                {
                    "layers": st.sampled_from([{"hexagons": 100}, {"seizures": 100}]),
                    "period": DAYS,
                    "known_at": st.sampled_from([None, between]),
                }
            ),
        )
        def compare(reader: int, touch: Touch, chosen: dict[str, object]) -> None:
            nonlocal told
            aimed = aim(State(**chosen), touch)
            seen = under(world.repository, world.askers[reader], aimed, "then")
            alone = lesser[reader]
            assert seen == under(alone.repository, alone.askers[reader], aimed, "then")
            told += seen is not None

        compare()
    assert told, "no cursor was told anything: nothing was proven"
