"""Labels of the exercise: what joins two records is seen by nobody who may not see both."""

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from watchfloor.data.exercise.cast import ACCOUNTS, AGENCIES, COMPARTMENT
from watchfloor.data.exercise.labels import NO_LABEL, SEALED, SPECS, join_labels, label_index
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.world import World, make_world
from watchfloor.geo.scope import Entitlement, Label, Principal, PrincipalKind, Right, may_see

NOW = datetime(2025, 11, 22, tzinfo=UTC)
LABELS = [
    Label(i, spec.owner, spec.tlp, spec.tier, spec.compartment, spec.releasable_to) for i, spec in enumerate(SPECS)
]


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(7, 0.03, date(2025, 11, 22), Places.shipped())


def readers() -> list[Principal]:
    """Every agency and none, at every tier, with and without the compartment."""
    made = [Principal("public", PrincipalKind.PUBLIC, None)]
    for agency in (a.code for a in AGENCIES):
        for tier in range(4):
            rights = [Entitlement(Right.TIER, str(tier), NOW)]
            sealed = [*rights, Entitlement(Right.COMPARTMENT, COMPARTMENT, NOW)]
            made += [Principal("p", PrincipalKind.PERSON, agency, tuple(r)) for r in (rights, sealed)]
    return made


def test_a_joined_label_shows_no_link_to_one_who_may_not_see_both_ends() -> None:
    seen = np.array([[may_see(reader, label, NOW) for label in LABELS] for reader in readers()])
    a, b = (grid.ravel() for grid in np.meshgrid(np.arange(len(SPECS)), np.arange(len(SPECS))))

    joined = join_labels(a.astype(np.int16), b.astype(np.int16))

    found = joined != NO_LABEL
    assert found.any()
    assert not (seen[:, joined[found]] & ~(seen[:, a[found]] & seen[:, b[found]])).any()


def test_two_strict_labels_of_different_agencies_cannot_be_joined() -> None:
    first, second = (np.array([label_index(code, "strict")], np.int16) for code in ("NTF", "CGD"))

    assert join_labels(first, second).tolist() == [NO_LABEL]


@pytest.mark.parametrize(
    ("frame", "ends"), [("links", ("from_key", "to_key")), ("case_records", ("case_key", "record_key"))]
)
def test_no_row_is_wider_than_the_records_it_names(world: World, frame: str, ends: tuple[str, str]) -> None:
    named = ("events", "entities", "cases", "operations")
    label = {k: v for n in named for k, v in world.frames[n].select("key", "label").iter_rows()}
    seen = np.array([[may_see(reader, one, NOW) for one in LABELS] for reader in readers()])

    rows = world.frames[frame]
    own = seen[:, rows["label"].to_numpy()]

    for end in ends:
        other = seen[:, [label[key] for key in rows[end].to_list()]]
        assert not (own & ~other).any()


def test_a_ship_heard_openly_does_not_tell_that_it_is_on_a_list(world: World) -> None:
    label = dict(world.frames["entities"].select("key", "label").iter_rows())
    crafts = world.frames["crafts"].filter(pl.col("entity_key").is_not_null())
    seen = np.array([[may_see(reader, one, NOW) for one in LABELS] for reader in readers()])

    entities = [label[key] for key in crafts["entity_key"].to_list()]

    assert not (seen[:, crafts["label"].to_numpy()] & ~seen[:, entities]).any()


def test_a_notice_of_deconfliction_is_for_one_agency_and_names_another(world: World) -> None:
    for label, status, other in world.frames["deconflictions"].select("label", "status", "other_agency").iter_rows():
        assert SPECS[label].tlp.name == "AMBER_STRICT"
        assert other != SPECS[label].owner
        assert (other is None) == (status == "clear")


def test_both_sides_of_a_planted_conflict_are_told(world: World) -> None:
    notices = world.frames["deconflictions"]
    for planted in world.truth:
        if planted.kind == "operation_conflict":
            rows = notices.filter(pl.col("subject_key").is_in(planted.subjects))
            assert set(rows["status"].to_list()) <= {"conflict", "possible"}
            assert rows["label"].n_unique() == 2


def test_the_sealed_compartment_has_records_of_every_kind(world: World) -> None:
    labelled = {name: f for name, f in world.frames.items() if name != "reported"}
    sealed = {name: f.filter(pl.col("label") == SEALED).height for name, f in labelled.items()}

    assert all(sealed[n] for n in ("events", "seizure_items", "entities", "links", "cases", "crafts", "fixes")), sealed


def test_some_account_may_enter_the_compartment_and_some_may_not() -> None:
    cleared = [a for a in ACCOUNTS if (Right.COMPARTMENT, COMPARTMENT) in a.rights]

    assert 0 < len(cleared) < len(ACCOUNTS)
