"""Every question of the repository on an exercise world, and the plans of the big ones."""

import re
import uuid
from collections.abc import Iterator
from datetime import date

import numpy as np
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.cells import centroids
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.finds import FindOf
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.spot import Spot, SpotKind

YEARS = Period(date(2021, 6, 30), date(2026, 7, 1))


@pytest.fixture(scope="module")
def repository(exercise) -> Iterator[Repository]:
    with Repository(exercise) as opened:
        yield opened


def asker(exercise, account: str) -> Asker:
    return Asker(Gate(exercise).issue(account, Terms()), uuid.uuid4())


def test_a_hexagon_leads_to_an_entity_and_a_case(exercise, repository) -> None:
    analyst = asker(exercise, "ntf.analyst")
    query = Query(Layer.SEIZURES, YEARS, resolution=3)
    cells = repository.seizure_cells(analyst, query)
    lon, lat = centroids(cells.cells)
    behind = []
    for index in np.argsort(-cells.n)[:5]:
        spot = repository.cell_at(analyst, query, lon[index], lat[index])
        assert spot is not None
        behind.append(repository.behind(analyst, query, spot))
        assert behind[-1].n == cells.n[index]
    entities = [entity for one in behind for entity in one.entities]
    cases = [case for one in behind for case in one.cases]
    assert entities
    assert cases
    page = repository.entity(analyst, entities[0].id)
    assert page is not None
    assert page.name == entities[0].name
    case = repository.case(analyst, cases[0].id)
    assert case is not None
    assert case.call


def test_a_case_names_its_team_as_people_are_called_to_who_may_see_it_and_to_nobody_else(exercise, repository) -> None:
    with psycopg.connect(exercise.conninfo(Role.OWNER)) as owner:
        case, label = owner.execute(
            "SELECT m.case_id, m.label_id FROM watchfloor.case_member AS m "
            "JOIN watchfloor.label AS l ON l.id = m.label_id JOIN watchfloor.agency AS a ON a.id = l.owner_id "
            "WHERE a.code = 'NTF' AND l.tlp = 3 AND m.recorded_to = 'infinity' ORDER BY m.case_id LIMIT 1"
        ).fetchone()
        team = owner.execute(
            "SELECT p.display_name, m.role FROM watchfloor.case_member AS m "
            "JOIN sealed.principal AS p ON p.name = m.principal "
            "WHERE m.case_id = %s AND m.recorded_to = 'infinity'",
            [case],
        ).fetchall()
    page = repository.case(asker(exercise, "ntf.lead"), case)
    assert page is not None
    assert sorted(page.members) == sorted(team)
    stranger = asker(exercise, "cgd.lead")
    with psycopg.connect(exercise.conninfo(Role.APP)) as connection:
        begin = "SELECT * FROM watchfloor.begin_scope(%s, 'view', '{}', gen_random_uuid())"
        connection.execute(begin, [stranger.token])
        seen = connection.execute("SELECT (watchfloor.visible_mask())[%s]", [label]).fetchone()
        assert seen is None or not seen[0]
        assert connection.execute("SELECT * FROM watchfloor.case_team(%s)", [case]).fetchall() == []


def test_an_event_has_a_page_that_names_whom_it_leads_to_and_whom_to_call(exercise, repository) -> None:
    with psycopg.connect(exercise.conninfo(Role.OWNER)) as owner:
        found = owner.execute(
            "SELECT v.id, k.to_id FROM watchfloor.event AS v JOIN watchfloor.link AS k ON k.from_id = v.id "
            "JOIN watchfloor.entity AS e ON e.id = k.to_id "
            "JOIN watchfloor.label AS l ON l.id = v.label_id AND l.id = k.label_id AND l.id = e.label_id "
            "JOIN watchfloor.agency AS a ON a.id = l.owner_id "
            "WHERE a.code = 'NTF' AND l.tlp <= 1 AND l.compartment IS NULL ORDER BY v.id LIMIT 1"
        ).fetchone()
        hidden = owner.execute(
            "SELECT v.id FROM watchfloor.event AS v JOIN watchfloor.label AS l ON l.id = v.label_id "
            "WHERE l.compartment IS NOT NULL ORDER BY v.id LIMIT 1"
        ).fetchone()
    assert found is not None
    page = repository.entity(asker(exercise, "ntf.analyst"), found[0])
    assert page is not None
    assert page.pole == "event"
    assert found[1] in {one.id for one in page.linked}
    assert page.holder.startswith("Northern Task Force")
    taken = dict(page.facts)["taken"]
    assert re.search(r"\d k?g\b", taken)
    assert not re.search(r"\d (lb|oz)\b", taken)
    assert hidden is None or repository.entity(asker(exercise, "ntf.analyst"), hidden[0]) is None


def test_a_record_that_may_not_be_seen_looks_absent(exercise, repository) -> None:
    with psycopg.connect(exercise.conninfo(Role.OWNER)) as owner:
        hidden = owner.execute(
            "SELECT e.id, e.name FROM watchfloor.entity AS e JOIN watchfloor.label AS l ON l.id = e.label_id "
            "WHERE l.compartment IS NOT NULL ORDER BY e.id LIMIT 1"
        ).fetchone()
    assert hidden is not None
    analyst = asker(exercise, "ntf.analyst")
    assert repository.entity(analyst, hidden[0]) is None
    assert repository.entity(analyst, uuid.uuid4()) is None
    assert all(found.id != hidden[0] for found in repository.search(analyst, hidden[1]))
    lead = asker(exercise, "ntf.lead")
    assert repository.entity(lead, hidden[0]) is not None


def test_overdoses_are_suppressed_without_the_health_right(exercise, repository) -> None:
    query = Query(Layer.OVERDOSES, YEARS, resolution=5)
    analyst, health = asker(exercise, "ntf.analyst"), asker(exercise, "sbi.health")
    suppressed = repository.overdose_cells(analyst, query)
    assert suppressed.is_suppressed
    assert suppressed.total
    assert (suppressed.n >= 5).all()
    single = repository.overdose_cells(health, query)
    assert not single.is_suppressed
    assert single.n.min() < 5
    spot = Spot(SpotKind.CELL, f"{int(single.cells[single.n.argmin()]):x}")
    behind = {who: repository.behind(who, query, spot) for who in (analyst, health)}
    assert behind[analyst].records.rows == ()
    assert behind[health].n == single.n.min()
    assert [behind[who].is_suppressed for who in (analyst, health)] == [True, False]
    with Door(exercise) as door, door.open(analyst.token, Asked("view")) as (connection, _):
        assert connection.execute("SELECT count(*) FROM watchfloor.overdose").fetchone() == (0,)


def test_every_other_layer_answers(exercise, repository) -> None:
    analyst = asker(exercise, "ntf.lead")
    assert repository.seizure_trend(analyst, Query(Layer.SEIZURES, YEARS)).n.sum() > 0
    assert repository.overdose_trend(analyst, Query(Layer.OVERDOSES, YEARS)).n.sum() > 0
    assert repository.overdose_clusters(analyst, Query(Layer.OVERDOSES, YEARS)).label.size > 0
    routes = repository.routes(analyst, Query(Layer.ROUTES, YEARS))
    assert routes.n_seizures.sum() > 0
    way = Spot(SpotKind.ROUTE, f"{routes.from_place[0]}-{routes.to_place[0]}")
    assert repository.behind(analyst, Query(Layer.ROUTES, YEARS), way).n == routes.n_seizures[0]
    tracks = Query(Layer.TRACKS, Period(date(2026, 4, 1), date(2026, 7, 1)))
    fixes = repository.fixes(analyst, tracks)
    assert fixes.total > 0
    assert repository.behind(analyst, tracks, Spot(SpotKind.CRAFT, str(fixes.craft[0]))).n > 0
    assert repository.operations(analyst, Query(Layer.OPERATIONS, Period(date(2026, 6, 1), date(2026, 8, 1))))
    assert repository.ports(analyst, Query(Layer.PORTS, YEARS)).volume.sum() > 0


def test_a_port_that_search_finds_says_what_is_reported_of_it(exercise, repository) -> None:
    lead = asker(exercise, "ntf.lead")
    ports = repository.ports(lead, Query(Layer.PORTS, YEARS))
    found = {one.id: one for one in repository.find(lead, ports.name[0]) if one.of is FindOf.PLACE}
    assert "trucks" in found[str(ports.place[0])].measures
    places = [one for one in repository.find(lead, "Tijuana") if one.of is FindOf.PLACE]
    assert any(not one.measures for one in places)


def test_a_mark_of_another_layer_is_refused(exercise, repository) -> None:
    with pytest.raises(BadQuestion):
        repository.behind(asker(exercise, "ntf.analyst"), Query(Layer.PORTS, YEARS), Spot(SpotKind.CELL, "0"))


@pytest.mark.parametrize("resolution", [2, 5, 7])
def test_the_trend_adds_up_to_the_map(exercise, repository, resolution: int) -> None:
    analyst = asker(exercise, "ntf.analyst")
    query = Query(Layer.SEIZURES, Period(date(2022, 1, 1), date(2026, 7, 1)), resolution=resolution)
    cells = repository.seizure_cells(analyst, query)
    assert repository.seizure_trend(analyst, query).n.sum() == cells.total + cells.n_unplaced


def test_measured_cases_are_distinct(exercise, repository) -> None:
    query = Query(Layer.SEIZURES, YEARS, measured=Measured.CASES, resolution=2)
    lead = asker(exercise, "ntf.lead")
    cells = repository.seizure_cells(lead, query)
    assert cells.n.sum() > 0
    most = int(cells.n.argmax())
    behind = repository.behind(lead, query, Spot(SpotKind.CELL, f"{int(cells.cells[most]):x}"))
    assert f"{cells.n[most]:,} distinct cases hold them." in behind.notes
