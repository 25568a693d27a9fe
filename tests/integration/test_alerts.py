"""Alerts on kept areas: everybody is told of what arrived there and they may see, counted by hand, no more."""

from datetime import date, timedelta
from uuid import UUID

import numpy as np
import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.geo.alerts import Alert, Watched, Wish
from watchfloor.geo.areas import Area
from watchfloor.geo.cells import cells_of, range_key
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.kept_drafts import area_draft
from watchfloor.geo.narrowing import Narrowing
from watchfloor.geo.precision import STORED_RESOLUTION
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Right
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_reach import area_m2
from watchfloor.geo.track_presets import EVENTS_NEAR_SHORE

from .oracle_world import ORIGIN, Facts, World, ingest

BOX = Area.parse("box:-110,10,-80,40")
ALL = frozenset(Watched)
CRAFT = (
    "INSERT INTO watchfloor.craft (kind, identifier, name, category, label_id, run_id) "
    "VALUES ('vessel', %s, %s, 'other', %s, (SELECT max(id) FROM watchfloor.run)) RETURNING id"
)
EVENT = (
    "INSERT INTO watchfloor.track_event (label_id, other_label_id, kind, preset, craft_id, starts, ends, lon, lat, "
    "cell_key, evidence, version) VALUES (%s, %s, %s, %s, %s, %s, %s, -95, 30, %s, '{}', 1)"
)


def plainest(world: World) -> int:
    """A label that everybody sees, whatever rights they hold."""
    return world.numbers[min(frozenset.intersection(*(world.sees(asker) for asker in range(len(world.who)))))]


def watched(world: World, asker: int, wish: Wish) -> UUID:
    """A private area, and their alert on it."""
    repository, who = world.repository, world.askers[asker]
    area = repository.keep(who, area_draft("Gulf", BOX, plainest(world), is_private=True))
    repository.watch(who, area.id, wish)
    return area.id


def told(world: World, asker: int) -> Alert:
    (alert,) = world.repository.alerts(world.askers[asker])
    return alert


def by_hand(world: World, asker: int, facts: Facts) -> int:
    size = area_m2(Selection.of(BOX))
    metres = np.where(np.isfinite(facts.uncertainty), facts.uncertainty, 0)
    inside = (facts.lon >= -110) & (facts.lon <= -80) & (facts.lat >= 10) & (facts.lat <= 40)
    exact = np.isfinite(facts.uncertainty) & (np.pi * metres**2 <= size)
    return int((inside & exact & np.isin(facts.spec, list(world.sees(asker)))).sum())


def test_everybody_is_told_of_what_arrived_and_they_may_see_and_a_look_ends_it(world: World) -> None:
    everybody = range(len(world.who))
    for asker in everybody:
        watched(world, asker, Wish(ALL))
    assert [told(world, asker).total for asker in everybody] == [0] * len(world.who)

    news = Facts.drawn(12, 300)
    world.load(news)

    counts = [told(world, asker).total for asker in everybody]
    assert counts == [by_hand(world, asker, news) for asker in everybody]
    assert len(set(counts)) > 3
    most = int(np.argmax(counts))
    alert, who = told(world, most), world.askers[most]
    assert alert.period is not None
    query = Query(Layer.SEIZURES, alert.period, only=alert.only)
    assert world.repository.evidence(who, query, alert.place).n == alert.n[Watched.SEIZURES]

    # a right that is withdrawn takes its part of the count along
    world.hold(most, [])
    fewer = told(world, most)
    assert fewer.total == by_hand(world, most, news) < alert.total
    world.repository.looked(who, fewer)
    assert told(world, most).total == 0
    with pytest.raises(BadQuestion):
        world.repository.looked(who, fewer)
    world.load(Facts.drawn(13, 100))
    assert told(world, most).total == by_hand(world, most, world.facts[-1])


def test_an_alert_is_its_owners_alone_and_says_in_the_audit_what_was_done(world: World) -> None:
    area = watched(world, 0, Wish(frozenset({Watched.SEIZURES}), only=Narrowing(least_kg=10.0)))
    stranger = world.askers[5]
    assert world.repository.alerts(stranger) == ()
    with pytest.raises(BadQuestion):
        world.repository.watch(stranger, area, Wish(ALL))
    alert = told(world, 0)
    with pytest.raises((BadQuestion, Refused)):
        world.repository.looked(stranger, alert)
    world.repository.looked(world.askers[0], alert)

    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        rows = owner.execute(
            "SELECT a.action, a.question ->> 'act' FROM sealed.audit AS a JOIN sealed.principal AS p "
            "ON p.id = a.principal_id WHERE p.name = %s AND (a.action = 'keep' OR a.question ->> 'asks' = 'alerts')",
            [world.who[0].name],
        ).fetchall()
    assert {("keep", "watch"), ("keep", "look"), ("view", None)} <= set(rows)


def test_single_overdoses_are_told_under_the_health_right_alone(world: World) -> None:
    for asker in (0, 1):
        watched(world, asker, Wish(frozenset({Watched.OVERDOSES})))
    world.hold(0, [(Right.HEALTH, "")])
    days = [ORIGIN.date() + timedelta(days=i) for i in range(2)]
    overdoses = pl.DataFrame(
        {"key": ["o1", "o2"], "day": days, "is_fatal": [True, False], "lon": [-95.0, 0.0], "lat": [30.0, 0.0],
         "uncertainty_m": [20.0, 20.0], "place_precision": [0, 0], "time_precision": [2, 2], "substances": [[], []],
         "label": [plainest(world)] * 2}
    )  # fmt: skip
    ingest(world.address, {"overdoses": overdoses})

    alert = told(world, 0)
    assert (alert.n, [one.when for one in alert.arrivals]) == ({Watched.OVERDOSES: 1}, [date(2021, 1, 1)])
    assert told(world, 1).n == {}
    world.hold(0, [])
    assert (told(world, 0).n, told(world, 0).arrivals) == ({}, ())


def test_events_of_craft_are_told_once_they_are_found_as_far_as_their_label_is_seen(world: World) -> None:
    watched(world, 0, Wish(frozenset({Watched.EVENTS})))
    unseen = world.numbers[min(set(range(len(world.numbers))) - world.sees(0))]
    (key,) = range_key(cells_of(np.array([-95.0]), np.array([30.0]), STORED_RESOLUTION)).tolist()
    with psycopg.connect(world.address.conninfo(Role.INTAKE)) as intake:
        for label, name in ((plainest(world), "Otter"), (unseen, "Falcon")):
            row = intake.execute(CRAFT, [name, name, label]).fetchone()
            for kind in ("gap", "stop"):
                intake.execute(EVENT, [label, label, kind, EVENTS_NEAR_SHORE.name, row and row[0], ORIGIN, ORIGIN, key])

    alert = told(world, 0)
    assert (alert.n, [one.what for one in alert.arrivals]) == ({Watched.EVENTS: 1}, ["Gap: Otter"])
    world.repository.looked(world.askers[0], alert)
    assert told(world, 0).n == {}
