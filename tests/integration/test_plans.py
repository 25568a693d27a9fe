"""Every big question reads a big table through an index, as the login role and under a scope.

Strategy: the questions run as the pages run them, on a connection that keeps what it was told; then each of those
statements is explained. The exercise is too small for the planner to bother with an index, so the planner is told of
many rows and sequential scans are made dear. An index that is walked from end to end is none: each scan of the
question's own table needs a condition that narrows it. A condition that is not leakproof narrows nothing under a row
policy: a moment compared with a date is such a one.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.questions.behind import behind_cell
from watchfloor.data.questions.cells import seizure_cells
from watchfloor.data.questions.cleaned_way import cleaned_way
from watchfloor.data.questions.craft_way import companions, track
from watchfloor.data.questions.marks import behind_craft, behind_overdoses, behind_route
from watchfloor.data.questions.movement import fixes, routes
from watchfloor.data.questions.overdoses import overdose_cells, overdose_clusters, overdose_trend
from watchfloor.data.questions.passing import passages
from watchfloor.data.questions.passing_between import tracks_at
from watchfloor.data.questions.ports import behind_port, ports
from watchfloor.data.questions.seizure_places import behind_symbol, seizure_places
from watchfloor.data.questions.trend import seizure_trend
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.disc import Disc
from watchfloor.geo.facts import FactKind
from watchfloor.geo.passages import Nearness
from watchfloor.geo.period import Period
from watchfloor.geo.place_symbols import place_symbols
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.spot import Spot, SpotKind

BIG = {"event", "event_rollup", "seizure_item", "overdose", "reported", "fix", "link"}
# positions lie in one table for each day
DAY = "fix_[0-9]{8}"
YEAR = Period(date(2025, 7, 1), date(2026, 7, 1))
ONE_DAY = Period(date(2026, 6, 15), date(2026, 6, 16))
NEAR = BBox(-118, 32, -116, 34)
CELL = Spot(SpotKind.CELL, "8348cdfffffffff")
SEIZURES = Query(Layer.SEIZURES, YEAR, NEAR)
TWO = ("cocaine", "heroin")

type Told = list[tuple[Any, Any]]


class Kept(psycopg.Cursor):
    """A cursor that keeps what it was told."""

    told: Told = []

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        Kept.told.append((query, params))
        return super().execute(query, params, **how)

    def copy(self, statement: Any, params: Any = None, **how: Any) -> Any:
        Kept.told.append((statement.removeprefix(b"COPY (").removesuffix(b") TO STDOUT (FORMAT binary)"), params))
        return super().copy(statement, params, **how)


class KeptOfServer(psycopg.ServerCursor):
    """The same for answers that are read in parts."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        Kept.told.append((query, params))
        return super().execute(query, params, **how)


@dataclass(frozen=True, slots=True)
class Big:
    """A question, the table that it must read, and the column by which."""

    ask: Callable[[psycopg.Connection[Any]], object]
    table: str
    key: str


def symbol_behind(connection: psycopg.Connection[Any]) -> object:
    query = Query(Layer.SEIZURES, YEAR)
    symbols = place_symbols(seizure_places(connection, query), 5)
    return behind_symbol(connection, query, Spot(SpotKind.PLACE, str(symbols.name_of(0))), symbols, 0)


def route_behind(connection: psycopg.Connection[Any]) -> object:
    found = routes(connection, Query(Layer.ROUTES, YEAR))
    way = Spot(SpotKind.ROUTE, f"{found.from_place[0]}-{found.to_place[0]}")
    return behind_route(connection, Query(Layer.ROUTES, YEAR), way)


def craft_behind(connection: psycopg.Connection[Any]) -> object:
    return behind_craft(connection, Query(Layer.TRACKS, YEAR), Spot(SpotKind.CRAFT, str(any_craft(connection))))


def any_craft(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT id FROM watchfloor.craft LIMIT 1").fetchone()
    assert row
    return int(row[0])


def near(layer: Layer, **more: Any) -> Query:
    return Query(layer, YEAR, NEAR, **more)


REPORTED = Query(Layer.SEIZURES, YEAR, fact=FactKind.REPORTED)
TRACKS, OVERDOSES = Query(Layer.TRACKS, YEAR, NEAR), Query(Layer.OVERDOSES, YEAR, NEAR, resolution=7)
QUESTIONS = {
    "cells rolled up": Big(lambda c: seizure_cells(c, near(Layer.SEIZURES)), "event_rollup", "region"),
    "cells of events": Big(lambda c: seizure_cells(c, near(Layer.SEIZURES, resolution=9)), "event", "cell_key"),
    "cells of two substances": Big(
        lambda c: seizure_cells(c, near(Layer.SEIZURES, substances=TWO)), "seizure_item", "event_id"
    ),
    "cells of reported": Big(lambda c: seizure_cells(c, REPORTED), "reported", "starts"),
    "cases": Big(lambda c: seizure_cells(c, near(Layer.SEIZURES, measured=Measured.CASES)), "event", "cell_key"),
    "cases everywhere": Big(
        lambda c: seizure_cells(c, Query(Layer.SEIZURES, YEAR, measured=Measured.CASES)), "event", "id"
    ),
    "trend": Big(lambda c: seizure_trend(c, SEIZURES), "event_rollup", "region"),
    "trend of two substances": Big(
        lambda c: seizure_trend(c, near(Layer.SEIZURES, substances=TWO)), "event", "cell_key"
    ),
    "behind a cell": Big(lambda c: behind_cell(c, SEIZURES, CELL), "event", "cell_key"),
    "places of seizures": Big(lambda c: seizure_places(c, Query(Layer.SEIZURES, YEAR)), "event", "starts"),
    "behind a symbol": Big(symbol_behind, "event", "cell_key"),
    "areas of reported": Big(lambda c: seizure_places(c, REPORTED), "reported", "starts"),
    # all ports of a measure are asked at once, and their months a year before: the whole of an index may be walked
    "ports": Big(lambda c: ports(c, Query(Layer.PORTS, YEAR)), "reported", ""),
    "behind a port": Big(
        lambda c: behind_port(c, Query(Layer.PORTS, YEAR), Spot(SpotKind.PLACE, "1")), "reported", "starts"
    ),
    "behind a route": Big(route_behind, "event", "starts"),
    "fixes": Big(lambda c: fixes(c, TRACKS), "fix", "cell_key"),
    "tracks near a point": Big(lambda c: tracks_at(c, TRACKS, Disc(-117.2, 32.6, 900.0)), "fix", "cell_key"),
    "passages": Big(lambda c: passages(c, TRACKS, Area(NEAR)), "fix", "cell_key"),
    "way of a craft": Big(lambda c: track(c, TRACKS, any_craft(c)), "fix", "craft_id"),
    "cleaned way of a craft": Big(lambda c: cleaned_way(c, TRACKS, any_craft(c)), "fix", "craft_id"),
    "beside a craft": Big(lambda c: companions(c, TRACKS, any_craft(c), Nearness()), "fix", "cell_key"),
    "behind a craft": Big(craft_behind, "fix", "craft_id"),
    "overdose cells": Big(lambda c: overdose_cells(c, OVERDOSES, sees_health=True), "overdose", "cell_key"),
    "overdose places": Big(lambda c: overdose_clusters(c, OVERDOSES, sees_health=True), "overdose", "cell_key"),
    "overdose trend": Big(lambda c: overdose_trend(c, OVERDOSES, sees_health=True), "overdose", "cell_key"),
    "behind overdoses": Big(lambda c: behind_overdoses(c, OVERDOSES, CELL), "overdose", "cell_key"),
}


@pytest.fixture(scope="module")
def grown(exercise) -> Iterator[Any]:
    """The exercise, of which the planner believes that it is large."""
    with psycopg.connect(exercise.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("ANALYZE")
        owner.execute(
            "UPDATE pg_class SET reltuples = 1000 * reltuples WHERE relname ~ %s AND reltuples > 0",
            [f"^({'|'.join(BIG)}|{DAY})$"],
        )
        yield exercise
        owner.execute("ANALYZE")


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A node of a plan and all below it; what a bitmap was made of stands as the scan's own condition."""
    parts = plan.get("Plans", [])
    if plan["Node Type"] == "Bitmap Heap Scan":
        found = [node.get("Index Cond", "") for part in parts for node in nodes(part)]
        plan = {**plan, "Index Cond": " ".join(filter(None, found))}
    yield plan
    for part in parts:
        yield from nodes(part)


def narrows(condition: str) -> bool:
    """Whether an index condition asks for more than a kind, which nearly all events share."""
    return bool(condition.replace("((kind)::text = 'seizure'::text)", "").strip(" ()"))


def read_of(connection: psycopg.Connection[Any], told: Told) -> list[tuple[str, str, str]]:
    """(table, kind of scan, condition of the index) of each scan of a big table."""
    found = []
    for text, given in told:
        connection.execute("SAVEPOINT explained")
        row = connection.execute(b"EXPLAIN (FORMAT JSON) " + text, given).fetchone()
        connection.execute("ROLLBACK TO SAVEPOINT explained")
        assert row
        found += [
            (table, node["Node Type"], node.get("Index Cond", ""))
            for node in nodes(row[0][0]["Plan"])
            if (table := re.sub(f"^{DAY}$", "fix", node.get("Relation Name", ""))) in BIG
        ]
    return found


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_big_question_reads_by_an_index_as_the_login_role(grown, name: str) -> None:
    big, token = QUESTIONS[name], Gate(grown).issue("ntf.lead", Terms())
    with Door(grown) as door, door.open(token, Asked("view", {}, uuid.uuid4())) as (connection, _):
        assert connection.info.user == psycopg.conninfo.conninfo_to_dict(grown.conninfo(Role.APP))["user"]
        connection.execute("SET LOCAL enable_seqscan = off")
        Kept.told = []
        connection.cursor_factory, connection.server_cursor_factory = Kept, KeptOfServer
        try:
            big.ask(connection)
        finally:
            connection.cursor_factory, connection.server_cursor_factory = psycopg.Cursor, psycopg.ServerCursor
        told = [(text.encode() if isinstance(text, str) else text, given) for text, given in Kept.told]
        scans = read_of(connection, [(text, given) for text, given in told if b"watchfloor." in text])

    assert [scan for scan in scans if "Seq" in scan[1]] == []
    assert [scan for scan in scans if scan[0] == big.table and big.key and not narrows(scan[2])] == []
    assert [scan for scan in scans if scan[0] == big.table and big.key in scan[2]] != [], scans


@pytest.mark.parametrize("ask", [fixes])
def test_positions_of_a_day_are_read_from_the_table_of_that_day_alone(grown, ask: Any) -> None:
    token, query = Gate(grown).issue("ntf.lead", Terms()), Query(Layer.TRACKS, ONE_DAY, NEAR)
    with Door(grown) as door, door.open(token, Asked("view", {}, uuid.uuid4())) as (connection, _):
        Kept.told = []
        connection.cursor_factory = Kept
        try:
            ask(connection, query)
        finally:
            connection.cursor_factory = psycopg.Cursor
        told = [(text, given) for text, given in Kept.told if b"watchfloor.fix" in text]
        plans = [connection.execute(b"EXPLAIN (FORMAT JSON) " + text, given).fetchone() for text, given in told]

    read = {node.get("Relation Name") for plan in plans if plan for node in nodes(plan[0][0]["Plan"])}
    assert {name for name in read if name and re.fullmatch(DAY, name)} == {"fix_20260615"}
