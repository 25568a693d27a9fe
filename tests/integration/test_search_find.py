"""Search on a real store: what is found, in which order and why, is that of a store with only what one may see."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.folding import folded, plain_code
from watchfloor.data.questions.sought_like import sound
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.finds import Find, FindGroup, FindOf

from ..copied_store import Original, original
from .oracle_world import SPECS, Filled, World, filled, ingest
from .search_world import PERSONS, TEXTS, frames

ALL = frozenset(range(len(SPECS)))
# readers of every agency, with few and with many rights
READERS = (0, 3, 8, 14)
WORLDLY = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Searched:
    """A store to search, and who asks."""

    world: World

    def find(self, reader: int, text: str) -> tuple[Find, ...]:
        return self.world.repository.find(self.world.askers[reader], text)

    def titles(self, reader: int, text: str) -> list[str]:
        return [one.title for one in self.find(reader, text)]


@pytest.fixture(scope="module")
def accounts(cluster, template) -> Iterator[Original[Filled]]:
    """A store in which somebody may ask, and next to nothing stands."""
    with original(cluster, template, partial(filled, only=frozenset())) as made:
        yield made


@pytest.fixture(scope="module")
def texts(cluster, accounts: Original[Filled]) -> Iterator[Original[None]]:
    def fill(store: ClusterAddress) -> None:
        ingest(store, frames(accounts.told.numbers, ALL))

    with original(cluster, accounts.address.database, fill) as made:
        yield made


@pytest.fixture
def searched(texts: Original[None], accounts: Original[Filled]) -> Iterator[Searched]:
    with texts.copied() as store, accounts.told.opened(store) as world:
        yield Searched(world)


def told(finds: tuple[Find, ...]) -> list[Find]:
    """What a reader is told, without the numbers that a store gives by itself."""
    numbered = {FindOf.PLACE, FindOf.CRAFT}
    return [replace(one, id="" if one.of in numbered else one.id) for one in finds]


def test_finds_order_and_scores_are_those_of_a_store_with_only_what_one_may_see(
    searched: Searched, accounts: Original[Filled]
) -> None:
    differs = 0
    with ExitStack() as opened:
        lesser: dict[int, Searched] = {}
        for reader in READERS:
            address = opened.enter_context(accounts.copied())
            world = opened.enter_context(accounts.told.opened(address))
            sees = searched.world.sees(reader)
            if sees:
                ingest(address, frames_seen(world.numbers, sees))
            lesser[reader] = Searched(world)

        @WORLDLY
        @given(reader=st.sampled_from(READERS), text=st.sampled_from(TEXTS))
        def compare(reader: int, text: str) -> None:
            nonlocal differs
            found = told(searched.find(reader, text))
            assert found == told(lesser[reader].find(reader, text))
            differs += found != told(searched.find(READERS[-1], text))

        compare()
    assert differs, "all readers find the same: nothing was proven"


def frames_seen(numbers: list[int], sees: frozenset[int]) -> dict[str, object]:
    """What stands under these labels in the whole world: an identifier of a bearer that is hidden stands there, too."""
    whole = frames(numbers, ALL)
    labels = [numbers[spec] for spec in sees]
    return {name: frame.filter(frame["label"].is_in(labels)) for name, frame in whole.items()}


# what is typed, and how the title of one find begins
WRITINGS = {
    "sergey": "Сергей Щукин",
    "Щукин": "Сергей Щукин",
    "shchukin sergei": "Сергей Щукин",
    "juan peres": "Juan Pérez Gonzalez",
    "gonzales perez": "Juan Pérez Gonzalez",
    "muhammad": "محمد",
    "giorgos papas": "Γιώργος Παπάς",
    "xi jinping": "习近平",
    "mohamed masri": "Mohammed al-Masri",
    "smtih john": "John Smith",
    "smith j": "John Smith",
    "porto": "Pôrto",
    "7AB0O": "Van 0",
    "tx 7abo": "Van",
    "1M8GDM9AXKP042780": "Van 0",
    "(210) 555-0003": "Γιώργος Παπάς",
    "EX-A-2026-0000": "EX-A-2026-0000 · Distant Heron 0",
    "harrier": "Harrier",
    "366000000": "Otter",
    "XX0LN": "Port Lantern",
}


def test_records_are_found_in_any_writing(searched: Searched) -> None:
    found = {text: searched.titles(14, text) for text in WRITINGS}
    lacking = {
        text: found[text] for text, title in WRITINGS.items() if not any(one.startswith(title) for one in found[text])
    }
    assert lacking == {}


def test_a_typo_is_forgiven_only_where_few_are_spelt_so(searched: Searched) -> None:
    assert {one.title for one in searched.find(14, "smith") if one.of is FindOf.ENTITY} == {"John Smith"}


def test_what_matched_and_its_label_stand_with_each_find(searched: Searched) -> None:
    (first, *_) = searched.find(14, "555 0003")
    assert first.group is FindGroup.IDENTIFIERS
    assert "".join(piece.text for piece in first.why if piece.is_match) == "5550003"
    assert first.label.startswith("TLP:")


def test_more_is_shown_when_asked_and_counted_in_any_case(searched: Searched) -> None:
    few = searched.find(14, "555")
    repository, asker = searched.world.repository, searched.world.askers[14]
    many = repository.find(asker, "555", has_more=True)
    for group in FindGroup:
        shown, more = ([one for one in found if one.group is group] for found in (few, many))
        assert more[: len(shown)] == shown
        assert len(shown) == min(8, len(more))
        assert {one.n_in_group for one in more} <= {len(more)}
        assert not any(one.is_at_least for one in more)


def test_an_entity_tells_whom_it_is_linked_to(searched: Searched) -> None:
    found = [searched.find(14, f"1M8GDM9AXKP04278{spec}") for spec in sorted(ALL)]
    beside = {one.beside for finds in found for one in finds if one.of is FindOf.ENTITY}
    # who sees a van, its driver and that he drives it is told who; who does not is told nothing
    assert beside == {"", "Сергей Щукин"}


def test_coordinates_are_found_by_everybody_and_stand_first(searched: Searched) -> None:
    finds = searched.find(0, "14S NH 87790 06280")
    assert [(one.group, one.of) for one in finds] == [(FindGroup.COORDINATES, FindOf.POINT)]


def test_hostile_texts_are_texts(searched: Searched) -> None:
    for text in ("", " ", "%", "_", "'; DROP TABLE entity; --", "\x00", "a" * 1_000_000, "\\", "\ud800"):
        assert searched.find(14, text) == (), repr(text[:20])


def test_entries_follow_what_is_corrected_and_withdrawn(searched: Searched) -> None:
    world = searched.world
    changed = frames(world.numbers, frozenset({0}))
    changed["entities"] = changed["entities"].with_columns(name=changed["entities"]["name"] + " Renamed")
    ingest(world.address, {"entities": changed["entities"]})
    assert searched.titles(0, "renamed")
    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        owner.execute("DELETE FROM watchfloor.operation WHERE label_id = %s", [world.numbers[0]])
        rest = owner.execute(
            "SELECT count(*) FROM watchfloor.search_entry WHERE source = 'operation' AND label_id = %s",
            [world.numbers[0]],
        ).fetchone()
    assert rest == (0,)


def test_the_store_folds_texts_as_the_program_does(store) -> None:
    texts = [*PERSONS, "O'Brien–Smith", "Łódź", "ﬁne ½", "5\u00a05", "e\u0301", "İ", "😀x", "ٱلرَّحْمَٰن", "<b>%_'"]
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        for text in texts:
            row = owner.execute("SELECT watchfloor.folded(%(t)s), watchfloor.plain_code(%(t)s)", {"t": text}).fetchone()
            assert row == (folded(text), plain_code(text)), text
        for word in ("mohammed", "khaled", "aleksandr", "philipp", "jack", "zsolt", "ouyang"):
            assert owner.execute("SELECT watchfloor.sound(%s)", [word]).fetchone() == (sound(word),)


def test_a_search_walks_through_keys_of_visible_labels_alone(searched: Searched) -> None:
    with psycopg.connect(searched.world.address.conninfo(Role.OWNER)) as owner:
        shared = owner.execute(
            "SELECT count(*) FROM watchfloor.search_entry AS a JOIN watchfloor.search_entry AS b "
            "ON a.label_id < b.label_id AND a.keys && b.keys WHERE a.folded = 'john smith'"
        ).fetchone()
    assert shared == (0,)


def test_a_search_is_audited_each_time(searched: Searched) -> None:
    for _ in range(2):
        searched.find(0, "smith")
    with psycopg.connect(searched.world.address.conninfo(Role.OWNER)) as owner:
        n = owner.execute(
            "SELECT count(*) FROM sealed.audit WHERE action = 'search' AND question ->> 'text' = 'smith'"
        ).fetchone()
    assert n == (2,)


def test_somebody_without_a_sign_in_finds_nothing(searched: Searched) -> None:
    with Repository(searched.world.address) as repository, pytest.raises(Exception, match="sign"):
        repository.find(Asker("no token", uuid.uuid4()), "smith")
