"""Every question of the repository, asked of an earlier moment: it answers what it answered then, or says why not."""

import inspect
import math
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
import shapely

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.partner.reading import PartnerFile
from watchfloor.data.questions.behind_marks import BEHIND
from watchfloor.data.registry import Account, ensure_agency, ensure_principal
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.tracks.view import RAW, TrackView
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Paging
from watchfloor.geo.facts import FactKind
from watchfloor.geo.kept_drafts import note_draft
from watchfloor.geo.narrowing import Narrowing
from watchfloor.geo.passages import Nearness
from watchfloor.geo.period import Hours, Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.scope import PrincipalKind, Right
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import MEASURES

from .known_world import load

YEAR = Period(date(2023, 6, 1), date(2024, 12, 1))
# short enough to be played by hours
DAYS = Period(date(2024, 5, 1), date(2024, 5, 3))
YEAR_BEFORE = Period(date(2022, 6, 1), date(2023, 6, 1))
SEIZURES = Query(Layer.SEIZURES, YEAR)
OVERDOSES = Query(Layer.OVERDOSES, YEAR)
REPORTED = replace(SEIZURES, fact=FactKind.REPORTED)


@dataclass
class Known:
    """A store with two versions of a world, the moment between them, and who asks."""

    repository: Repository
    analyst: Asker
    doctor: Asker
    store: Any
    moment: datetime
    then: dict[str, Any]

    def number(self, question: str) -> Any:
        with psycopg.connect(self.store.conninfo(Role.OWNER)) as owner:
            row = owner.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]

    def behind(self, layer: Layer, kind: SpotKind, name: object, at: datetime | None, **changed: Any) -> Any:
        query = replace(Query(layer, YEAR, known_at=at), **changed)
        return self.repository.behind(self.analyst, query, Spot(kind, str(name)))


type Question = Callable[[Known, datetime | None], Any]


def of(query: Query, method: str, *, health: bool = False, **more: Any) -> Question:
    """A question of the repository that takes a Query."""
    return lambda known, at: getattr(known.repository, method)(
        known.doctor if health else known.analyst, replace(query, known_at=at), **more
    )


def cell(known: Known) -> str:
    (number,) = known.repository.seizure_cells(known.analyst, replace(SEIZURES, known_at=known.moment)).cells[:1]
    return f"{int(number):x}"


def symbol(known: Known) -> str:
    query = replace(SEIZURES, known_at=known.moment)
    return str(known.repository.seizure_symbols(known.analyst, query, 3).name_of(0))


def area(known: Known) -> str:
    (number,) = known.repository.seizure_cells(known.analyst, replace(REPORTED, known_at=known.moment)).cells[:1]
    return f"{int(number):x}"


ENTITY = "SELECT id FROM watchfloor.entity WHERE name LIKE '%% p' LIMIT 1"
CASE = "SELECT id FROM watchfloor.case_file LIMIT 1"
CRAFT = "SELECT id FROM watchfloor.craft WHERE identifier = '366000001'"
OPERATION = "SELECT id FROM watchfloor.operation LIMIT 1"
PORT = "SELECT id FROM watchfloor.place WHERE code = 'T1'"
ROUTE = (
    "SELECT concat(f.id, '-', t.id) FROM watchfloor.place AS f JOIN watchfloor.place AS t ON t.code = 'COCTG' "
    "WHERE f.code = 'USMIA' LIMIT 1"
)
LAYER = "SELECT id FROM watchfloor.partner_layer WHERE name = 'of then'"
TAPPED = (-81.0, 25.0)


def drawn(view: TrackView) -> Any:
    """What of tracks a map could show: positions by category, and the pixels that they and their lines light."""
    wide, close = Place(6, 17, 27), Place(12, 1126, 1754)
    lit = [np.argwhere(view.tile(place, measure, RAW)) for place in (wide, close) for measure in MEASURES]
    return view.by_category(), view.n_fixes, view.n_drawn, lit


def partners(name: str, **more: Any) -> Question:
    """A question about a partner's layer, which is not there before it was added nor after it was removed."""

    def ask(known: Known, at: datetime | None) -> Any:
        try:
            return getattr(known.repository, name)(known.analyst, known.number(LAYER), known_at=at, **more)
        except BadQuestion as error:
            return str(error)

    return ask


def add_layer(repository: Repository, asker: Asker, name: str) -> UUID:
    """A partner's layer of one point."""
    shape = shapely.to_wkb(shapely.Point(*TAPPED))
    file = PartnerFile("f.geojson", "geojson", bytes(32), 9, [1], [shape], ["{}"], box=(*TAPPED, *TAPPED))
    return repository.add_partner_layer(asker, file, name=name, label=1, colour="sky").id


# by the method of the repository that is asked, and a word on how
ANSWERED: dict[str, Question] = {
    "seizure_cells": of(SEIZURES, "seizure_cells"),
    "seizure_cells: fine": of(replace(SEIZURES, resolution=9), "seizure_cells"),
    "seizure_cells: one substance": of(replace(SEIZURES, substances=("cocaine",)), "seizure_cells"),
    "seizure_cells: cases": of(replace(SEIZURES, measured=Measured.CASES), "seizure_cells"),
    "seizure_cells: reported": of(REPORTED, "seizure_cells"),
    "seizure_trend": of(SEIZURES, "seizure_trend"),
    "seizure_trend: reported": of(REPORTED, "seizure_trend"),
    "seizure_places": of(SEIZURES, "seizure_places"),
    "seizure_places: reported": of(REPORTED, "seizure_places"),
    "seizure_symbols": of(SEIZURES, "seizure_symbols", zoom=4),
    "seizure_facets": of(SEIZURES, "seizure_facets"),
    "seizure_facets: narrowed": of(replace(SEIZURES, only=Narrowing(least_kg=1.0, text="e")), "seizure_facets"),
    "seizure_cells: narrowed": of(replace(SEIZURES, only=Narrowing(least_kg=1.0)), "seizure_cells"),
    "seizure_trend: narrowed": of(replace(SEIZURES, only=Narrowing(least_kg=1.0)), "seizure_trend"),
    "evidence": of(SEIZURES, "evidence", selection=Selection.parse("box:-84,24,-80,26")),
    "evidence_leads": of(SEIZURES, "evidence_leads", selection=Selection.parse("box:-84,24,-80,26")),
    "evidence_parts": of(SEIZURES, "evidence_parts", selection=Selection.parse("box:-84,24,-80,26")),
    "evidence_tally": of(SEIZURES, "evidence_tally", selection=Selection.parse("box:-84,24,-80,26")),
    "evidence_page": of(SEIZURES, "evidence_page", selection=Selection.parse("box:-84,24,-80,26"), paging=Paging()),
    "behind_page": lambda k, at: k.repository.behind_page(
        k.analyst, replace(SEIZURES, known_at=at), Spot(SpotKind.CELL, cell(k)), Paging()
    ),
    "behind_page: symbol": lambda k, at: k.repository.behind_page(
        k.analyst, replace(SEIZURES, known_at=at), Spot(SpotKind.PLACE, symbol(k)), Paging()
    ),
    "change": of(SEIZURES, "change", against=YEAR_BEFORE),
    "change: kilograms": of(replace(SEIZURES, measured=Measured.KILOGRAMS), "change", against=YEAR_BEFORE),
    "change_at": lambda k, at: k.repository.change_at(k.analyst, replace(SEIZURES, known_at=at), YEAR_BEFORE, *TAPPED),
    "days": of(SEIZURES, "days"),
    "days: overdoses": of(OVERDOSES, "days", health=True),
    "port_trend": of(Query(Layer.PORTS, YEAR), "port_trend"),
    "near": of(SEIZURES, "near", disc=Disc(*TAPPED, 5_000.0)),
    "overdose_cells": of(OVERDOSES, "overdose_cells"),
    "overdose_cells: single": of(OVERDOSES, "overdose_cells", health=True),
    "overdose_trend": of(OVERDOSES, "overdose_trend"),
    "overdose_trend: single": of(OVERDOSES, "overdose_trend", health=True),
    "overdose_clusters": of(OVERDOSES, "overdose_clusters"),
    "overdose_clusters: single": of(OVERDOSES, "overdose_clusters", health=True),
    "overdoses_reported": of(OVERDOSES, "overdoses_reported"),
    "ports": of(Query(Layer.PORTS, YEAR), "ports"),
    "fixes": of(Query(Layer.TRACKS, YEAR), "fixes"),
    "tracks": lambda k, at: drawn(k.repository.tracks(k.analyst, Query(Layer.TRACKS, YEAR, known_at=at))),
    "tracks_played": lambda k, at: [
        drawn(view) for view in k.repository.tracks_played(k.analyst, Query(Layer.TRACKS, DAYS, known_at=at), 0, 48)
    ],
    "tracks_by_hour": of(Query(Layer.TRACKS, replace(DAYS, hours=Hours(1, 23))), "tracks_by_hour"),
    "tracks_scale": of(Query(Layer.TRACKS, YEAR), "tracks_scale", zoom=3),
    "operations": of(Query(Layer.OPERATIONS, YEAR), "operations"),
    "entity": lambda k, at: k.repository.entity(k.analyst, k.number(ENTITY), known_at=at),
    "case": lambda k, at: k.repository.case(k.analyst, k.number(CASE), known_at=at),
    "graph_around": lambda k, at: k.repository.graph_around(k.analyst, [k.number(ENTITY)], known_at=at),
    "graph_among": lambda k, at: k.repository.graph_among(k.analyst, [k.number(ENTITY), k.number(CASE)], known_at=at),
    "graph_path": lambda k, at: k.repository.graph_path(k.analyst, (k.number(ENTITY), k.number(CASE)), known_at=at),
    "search": lambda k, at: k.repository.search(k.analyst, "falcon", known_at=at),
    "find": lambda k, at: k.repository.find(k.analyst, "falcon", known_at=at),
    "find: number": lambda k, at: k.repository.find(k.analyst, "2025550101", known_at=at),
    "search: number": lambda k, at: k.repository.search(k.analyst, "2025550101", known_at=at),
    "kept": lambda k, at: k.repository.kept(k.analyst, known_at=at),
    "partner_layers": lambda k, at: k.repository.partner_layers(k.analyst, known_at=at),
    "partner_layer": partners("partner_layer"),
    "partner_shapes": partners("partner_shapes"),
    "partner_feature_at": partners("partner_feature_at", place=TAPPED, reach=1.0),
    "cell_at": lambda k, at: k.repository.cell_at(k.analyst, replace(SEIZURES, known_at=at), *TAPPED),
    "symbol_at": lambda k, at: k.repository.symbol_at(k.analyst, replace(SEIZURES, known_at=at), 3, TAPPED, 2.0),
    "tracks_hovered": of(Query(Layer.TRACKS, YEAR), "tracks_hovered", disc=Disc(-81.0, 25.0, 50_000.0)),
    "tracks_under": of(Query(Layer.TRACKS, YEAR), "tracks_under", disc=Disc(-81.0, 25.0, 50_000.0)),
    "passages": of(Query(Layer.TRACKS, YEAR), "passages", area=Area(BBox(-82.0, 24.0, -80.0, 26.0))),
    "track": of(Query(Layer.TRACKS, YEAR), "track", craft=1),
    "cleaned_way": of(Query(Layer.TRACKS, YEAR), "cleaned_way", craft=1),
    "companions": of(Query(Layer.TRACKS, YEAR), "companions", craft=1, nearness=Nearness()),
    "behind: seizures cell": lambda k, at: k.behind(Layer.SEIZURES, SpotKind.CELL, cell(k), at),
    "behind: seizures cell, reported": lambda k, at: k.behind(
        Layer.SEIZURES, SpotKind.CELL, area(k), at, fact=FactKind.REPORTED
    ),
    "behind: seizures place": lambda k, at: k.behind(Layer.SEIZURES, SpotKind.PLACE, symbol(k), at),
    "behind: overdoses cell": lambda k, at: k.repository.behind(
        k.doctor, replace(OVERDOSES, known_at=at), Spot(SpotKind.CELL, cell(k))
    ),
    "behind: ports place": lambda k, at: k.behind(Layer.PORTS, SpotKind.PLACE, k.number(PORT), at),
    "behind: routes route": lambda k, at: k.behind(Layer.ROUTES, SpotKind.ROUTE, k.number(ROUTE), at),
    "behind: tracks craft": lambda k, at: k.behind(Layer.TRACKS, SpotKind.CRAFT, k.number(CRAFT), at),
    "behind: operations operation": lambda k, at: k.behind(
        Layer.OPERATIONS, SpotKind.OPERATION, k.number(OPERATION), at
    ),
}
REFUSED: dict[str, Question] = {
    "routes": of(Query(Layer.ROUTES, YEAR), "routes"),
    "track_trend": of(Query(Layer.TRACKS, YEAR), "track_trend"),
    "track_events": of(Query(Layer.TRACKS, YEAR), "track_events"),
    "craft_events": of(Query(Layer.TRACKS, YEAR), "craft_events", craft=1),
    "happened": of(Query(Layer.TRACKS, YEAR), "happened", craft=1),
    "origin": of(SEIZURES, "origin"),
}
# the same place now as then: a tap finds it whatever is known there; so few passages make no other scale
ALIKE = {"overdose_clusters", "overdose_clusters: single", "tracks_scale"}
# of the store and not of what is known: whose scope, which version, what the answer was worked out from
NOT_OF_THE_WORLD = {"viewed", "scope", "versions", "version", "note_view", "shown"}


def plain(value: Any) -> Any:
    """An answer as tuples and texts, so that two can be compared."""
    if is_dataclass(value) and not isinstance(value, type):
        return tuple((f.name, plain(getattr(value, f.name))) for f in fields(value))
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, dict):
        return sorted((str(key), plain(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return "none" if isinstance(value, float) and math.isnan(value) else str(value)


@pytest.fixture(scope="module")
def shared(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    """A store for all tests of this file."""
    name = f"known_{os.getpid()}"
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        owner.execute(f"GRANT TEMPORARY ON DATABASE {name} TO watchfloor_intake".encode())
        yield replace(cluster, database=name)
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def known(shared: ClusterAddress) -> Iterator[Known]:
    load(shared, 1)
    rights = {"analyst": (), "doctor": ((Right.HEALTH, ""),)}
    with psycopg.connect(shared.conninfo(Role.OWNER)) as owner:
        ensure_agency(owner, "A", "Agency A")
        for name, held in rights.items():
            ensure_principal(owner, Account(name, PrincipalKind.PERSON, name, "A", held))
    analyst, doctor = (Asker(Gate(shared).issue(name, Terms()), uuid.uuid4()) for name in rights)
    with Repository(shared) as repository:
        world = Known(repository, analyst, doctor, shared, datetime.now(UTC), {})
        repository.keep(analyst, note_draft("of then", 1, None))
        layer = add_layer(repository, analyst, "of then")
        world.moment = datetime.now(UTC)
        world.then = {name: plain(question(world, None)) for name, question in (ANSWERED | REFUSED).items()}
        before = repository._notices.generation
        repository.keep(analyst, note_draft("of later", 1, None))
        repository.remove_partner_layer(analyst, layer)
        load(shared, 2)
        while repository._notices.generation == before:
            time.sleep(0.01)
        yield world


def test_every_question_of_the_repository_is_asked_here() -> None:
    methods = {
        name
        for name, method in inspect.getmembers(Repository, inspect.isfunction)
        if not name.startswith("_") and {"query", "known_at"} & set(inspect.signature(method).parameters)
    }
    assert methods - NOT_OF_THE_WORLD == {name.partition(":")[0] for name in ANSWERED | REFUSED}
    marks = {f"behind: {layer} {kind}" for layer, kind in (*BEHIND, (Layer.SEIZURES, SpotKind.PLACE))}
    assert marks <= set(ANSWERED)


@pytest.mark.parametrize("name", sorted(ANSWERED))
def test_a_question_of_then_answers_what_it_answered_then(known: Known, name: str) -> None:
    then = plain(ANSWERED[name](known, known.moment))
    assert then == known.then[name]
    if name not in ALIKE:
        assert plain(ANSWERED[name](known, None)) != then


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_kept_without_history_is_refused_with_what_to_ask_instead(known: Known, name: str) -> None:
    with pytest.raises(BadQuestion, match=r"kept only .* ask for .* instead") as told:
        REFUSED[name](known, known.moment)
    assert "\n" not in str(told.value)
    assert plain(REFUSED[name](known, datetime.now(UTC))) == plain(REFUSED[name](known, None))


def test_positions_that_were_taken_back_are_refused_for_the_time_that_they_were_known(known: Known) -> None:
    run = known.number("SELECT max(id) FROM watchfloor.run WHERE format = 'known'")
    both, query = datetime.now(UTC), Query(Layer.TRACKS, YEAR)
    undo_run(known.store, run, by="tests")
    for ask in (of(query, "fixes"), ANSWERED["tracks_under"], ANSWERED["behind: tracks craft"]):
        with pytest.raises(BadQuestion, match="positions that were taken back are not kept"):
            ask(known, both)
    assert plain(of(query, "fixes")(known, known.moment)) == known.then["fixes"]
