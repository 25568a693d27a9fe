"""The exercise world as known now, a week ago and a month ago: each moment tells another world."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import md5

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.exercise.load import COMMUNITY, exercise_format
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.backdated import ingest_backdated
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

ENDS = date(2026, 6, 30)
"""When the exercise world of the tests ends."""
END = datetime(2026, 6, 30, 12, tzinfo=UTC)
MOMENTS = (None, END - timedelta(days=7), END - timedelta(days=30))
YEAR = Period(ENDS - timedelta(days=365), ENDS)
"""Of what happened in the last year."""


@pytest.fixture(scope="module")
def repository(exercise) -> Iterator[Repository]:
    with Repository(exercise) as opened:
        yield opened


@pytest.fixture(scope="module")
def lead(exercise) -> Asker:
    return Asker(Gate(exercise).issue("ntf.lead", Terms()), uuid.uuid4())


def rows(exercise, question: str, *given: object) -> list[tuple]:
    """Rows as the intake sees them: all."""
    with psycopg.connect(exercise.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode(), list(given)).fetchall()


def published(exercise, at: datetime) -> list[int]:
    """The runs that were recorded by a moment."""
    return [run for (run,) in rows(exercise, "SELECT id FROM watchfloor.run WHERE recorded_at <= %s", at)]


def planted(exercise, kind: str) -> list[str]:
    """Keys of what was planted."""
    with psycopg.connect(exercise.conninfo(Role.OWNER)) as owner:
        row = owner.execute("SELECT subjects FROM truth.planted WHERE kind = %s", [kind]).fetchone()
    assert row is not None, kind
    return list(row[0])


def ids(exercise, keys: list[str]) -> list[uuid.UUID]:
    """The store's ids of records by their keys."""
    ((label,),) = rows(exercise, "SELECT DISTINCT label_id FROM watchfloor.run WHERE format = 'exercise'")
    return [uuid.UUID(md5(f"exercise/{label}|{key}".encode(), usedforsecurity=False).hexdigest()) for key in keys]


def test_fewer_seizures_of_the_same_year_were_known_before(repository, lead) -> None:
    query = Query(Layer.SEIZURES, YEAR, resolution=2)

    cells = [repository.seizure_cells(lead, replace(query, known_at=moment)) for moment in MOMENTS]

    now, week, month = (int(one.n.sum()) + one.n_unplaced for one in cells)
    assert now > week > month > 0.8 * now


def test_fewer_positions_were_known_before(exercise) -> None:
    counted = [
        rows(exercise, "SELECT count(*) FROM watchfloor.fix WHERE run_id = ANY (%s)", published(exercise, at))[0][0]
        for at in (datetime.now(UTC), *MOMENTS[1:])
    ]

    now, week, month = counted
    assert now > week > month > 0


def test_a_graph_lacks_the_links_that_were_learnt_since(exercise, repository, lead) -> None:
    ends = rows(
        exercise, "SELECT from_id, to_id FROM watchfloor.link WHERE recorded_to = 'infinity' AND recorded_from > %s",
        MOMENTS[1],
    )  # fmt: skip
    named = [one for pair in ends for one in pair]

    graphs = [repository.graph_among(lead, named[:200], known_at=moment) for moment in MOMENTS]

    now, week, month = (len(graph.links) for graph in graphs)
    assert now > week >= month


def test_who_was_learnt_of_late_is_not_found_before(exercise, repository, lead) -> None:
    late = rows(
        exercise, "SELECT DISTINCT e.name FROM watchfloor.entity AS e JOIN watchfloor.label AS l ON l.id = e.label_id "
        "WHERE e.recorded_to = 'infinity' AND e.recorded_from > %s AND l.tlp = 1 AND l.tier = 0 AND NOT EXISTS "
        "(SELECT FROM watchfloor.entity AS o WHERE o.name = e.name AND o.recorded_from <= %s)", MOMENTS[2], MOMENTS[2],
    )  # fmt: skip
    names = [name for (name,) in late][:8]

    found = {
        moment: sum(any(hit.title == name for hit in repository.find(lead, name, known_at=moment)) for name in names)
        for moment in MOMENTS
    }

    assert found[None] > 0
    assert found[MOMENTS[2]] == 0


def test_what_was_put_right_was_told_otherwise_before(exercise) -> None:
    versions = "SELECT count(*), count(DISTINCT content) FROM watchfloor.event WHERE id = ANY (%s)"
    for kind in ("amended_weight", "refined_place"):
        known = ids(exercise, planted(exercise, kind))
        assert rows(exercise, versions, known) == [(2 * len(known), 2 * len(known))]


def test_a_double_stood_for_a_while_and_stands_no_more(exercise) -> None:
    known = ids(exercise, planted(exercise, "withdrawn_double"))

    told = rows(exercise, "SELECT recorded_from, recorded_to FROM watchfloor.event WHERE id = ANY (%s)", known)

    assert len(told) == len(known) > 0
    assert all(began < ended < END for began, ended in told)


def test_overdose_counts_were_released_in_the_past_too(exercise) -> None:
    released = rows(exercise, "SELECT min(released_at), max(released_at) FROM watchfloor.overdose_release")

    assert released[0][0] < END - timedelta(days=13)


def test_an_earlier_moment_is_refused_for_other_data_and_other_stores(store, people) -> None:
    people.agency("NTF")
    other = exercise_format()
    order = Order(replace(other, source=replace(other.source, code="cbp")), COMMUNITY, "tests")
    with pytest.raises(BadQuestion, match="only the exercise world"):
        ingest_backdated(store, order, "early", [END], iter(()), released={0})
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        owner.execute("UPDATE watchfloor.store SET value = 'OPERATIONAL' WHERE key = 'kind'")
    with pytest.raises(BadQuestion, match="OPERATIONAL"):
        ingest_backdated(store, replace(order, format=other), "early", [END], iter(()), released={0})


def test_moments_that_do_not_rise_or_lie_ahead_are_refused(store, people) -> None:
    people.agency("NTF")
    order = Order(exercise_format(), COMMUNITY, "tests")
    for moments in ([END, END], [datetime.now(UTC) + timedelta(days=1)]):
        with pytest.raises(BadQuestion, match="must rise"):
            ingest_backdated(store, order, "early", moments, iter(()), released={0})
