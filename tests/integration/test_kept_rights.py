"""A right that begins while a question is under way widens no answer that is kept for those without it."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import polars as pl
import psycopg
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from watchfloor.app.fault_answers import add_fault_answers
from watchfloor.app.identity import VISIT, Visit
from watchfloor.app.routes_live import live_routes
from watchfloor.app.routes_play import play_routes
from watchfloor.data.address import Role
from watchfloor.data.feeds_watch import Stop
from watchfloor.data.ingest import ais_nmea
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.listener import Listener, Listening
from watchfloor.data.registry import LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.cells import cells_of
from watchfloor.geo.errors import StaleScope
from watchfloor.geo.evidence import Paging
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Right, Scope, Tier, Tlp
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import Spot, SpotKind

from .ais_sender import now, tagged

OPEN = LabelSpec("A", Tlp.AMBER_STRICT)
SECRET = LabelSpec("A", Tlp.AMBER_STRICT, Tier.SENSITIVE)
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
SEIZURES = Query(Layer.SEIZURES, MARCH, resolution=5)
OVERDOSES = Query(Layer.OVERDOSES, MARCH, resolution=5)
THERE = Selection.parse("box:-100,30,-98,32")
PLACE = Spot(SpotKind.CELL, f"{int(cells_of([-99.0], [31.0], 5)[0]):x}")
TODAY = Query(Layer.TRACKS, Period(now().date(), date(2100, 1, 1)))
FORMAT = Format("made", "Made", SourceInfo("made", "Made", "", ""), False, lambda *_: iter(()))

type Ask = Callable[[Repository, Asker], object]


def load(store: Any, people: Any, spec: LabelSpec, mmsi: int) -> None:
    people.label(spec)
    made = {"time_precision": 2, "lon": -99.0, "lat": 31.0, "uncertainty_m": 20.0, "place_precision": 0}
    events = pl.DataFrame(
        {"key": [f"{mmsi}"], "kind": "seizure", "title": "x", "starts": datetime(2026, 3, mmsi % 10, tzinfo=UTC)} | made
    )
    order = Order(FORMAT, spec, "tests")
    ingest_batches(store, order, "made", iter([Batch(1, {"events": events})]))
    inbox = Inbox()
    inbox.put([tagged(now(), mmsi=mmsi).strip()])
    inbox.end()
    listening = Listening("tests", None, Order(ais_nmea.FORMAT, spec, "tests"), str, int, lambda: None)
    Listener(store, listening, inbox, Stop(), lambda _: None).run()


def begin_right(store: Any, name: str, right: Right, value: str) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        owner.execute(
            "INSERT INTO sealed.entitlement (principal_id, entitled_to, value, starts) "
            "SELECT id, %s, %s, now() - interval '1 hour' FROM sealed.principal WHERE name = %s",
            [right.value, value, name],
        )


class Widening(Repository):
    """A repository of a store in which a right of its reader begins just after the first look at its rights."""

    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self._store, self._is_due = store, False

    def widen_soon(self) -> None:
        self._is_due = True

    def scope(self, asker: Asker) -> Scope:
        found = super().scope(asker)
        if self._is_due:
            self._is_due = False
            begin_right(self._store, "ana", Right.TIER, str(int(Tier.SENSITIVE)))
            begin_right(self._store, "ana", Right.HEALTH, "")
        return found


@dataclass(frozen=True, slots=True)
class World:
    """One seizure and one craft under each of two labels; ana and abe of A, who see the first of them."""

    store: Any
    repository: Widening
    ana: Asker
    abe: Asker


@pytest.fixture
def world(store: Any, people: Any) -> Iterator[World]:
    load(store, people, OPEN, 219000431)
    load(store, people, SECRET, 219000432)
    ana, abe = (Asker(people.account(name, "A"), uuid.uuid4()) for name in ("ana", "abe"))
    with Widening(store) as repository:
        yield World(store, repository, ana, abe)


QUESTIONS: dict[str, Ask] = {
    "live": lambda r, a: r.newest_positions(a).craft.tolist(),
    "tracks": lambda r, a: r.tracks(a, TODAY).n_fixes,
    "tracks unasked": lambda r, a: r._tracks_unasked(a, TODAY).n_fixes,
    "facets": lambda r, a: r.seizure_facets(a, SEIZURES).total,
    "symbols": lambda r, a: r.seizure_symbols(a, SEIZURES, 5).n.tolist(),
    "selection": lambda r, a: r.evidence(a, SEIZURES, THERE).n,
    "page": lambda r, a: r.evidence_page(a, SEIZURES, THERE, Paging(text="x")).total,
    "behind": lambda r, a: r.behind_page(a, SEIZURES, PLACE, Paging()).total,
    "days": lambda r, a: r.days(a, SEIZURES).n.tolist(),
    "overdoses": lambda r, a: r.overdose_cells(a, OVERDOSES).is_suppressed,
    "versions": lambda r, a: r.versions(a),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_what_was_read_under_a_right_that_has_just_begun_is_not_kept_for_those_without_it(
    world: World, ask: Ask
) -> None:
    stale = replace(world.ana, known=world.repository.scope(world.ana))
    world.repository.versions(world.abe)
    world.repository.widen_soon()
    for asker in (world.ana, stale):
        with suppress(StaleScope):
            ask(world.repository, asker)
    with Repository(world.store) as fresh:
        assert ask(world.repository, world.abe) == ask(fresh, world.abe)
        assert ask(world.repository, world.ana) == ask(fresh, world.ana)


class Passing:
    """Lets a request pass with the visit as it was when the guard looked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.visit: Visit | None = None

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        scope["state"] = {VISIT: self.visit}
        await self._app(scope, receive, send)


@pytest.mark.parametrize("path", ["/play/days", "/live/positions"])
def test_a_route_keeps_nothing_wider_than_the_rights_of_the_visit(world: World, path: str) -> None:
    app = FastAPI()
    runtime: Any = SimpleNamespace(repository=world.repository)
    app.include_router(play_routes(runtime))
    app.include_router(live_routes(runtime))
    add_fault_answers(app, StoreKind.EXERCISE, is_secure=False)
    passing = Passing(app)

    async def got(given: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(passing), base_url="http://tests") as client:
            return await client.get(path, params=given)

    def asked(asker: Asker, scope: Scope) -> Any:
        passing.visit = Visit(asker.token, scope)
        given = {"e": scope.epoch, "view": str(uuid.uuid4()), "layer": "seizures"}
        return asyncio.run(got(given | {"since": "2026-03-01", "until": "2026-04-01"}))

    before = {asker: world.repository.scope(asker) for asker in (world.ana, world.abe)}
    begin_right(world.store, "ana", Right.TIER, str(int(Tier.SENSITIVE)))
    assert asked(world.ana, before[world.ana]).status_code == 409
    answer = asked(world.abe, before[world.abe])
    assert answer.status_code == 200
    wider = asked(world.ana, world.repository.scope(world.ana))
    assert len(wider.content) > len(answer.content)
