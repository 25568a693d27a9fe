"""What is in a selection, against a brute-force oracle: no difference allowed, whoever asks."""

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.dashboards.brief_reading import BriefOrder, read_brief
from watchfloor.dashboards.citations import Asked, Number, citation
from watchfloor.dashboards.state import State
from watchfloor.data.address import Role
from watchfloor.data.export.exports import read_order
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Column, Paging
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.facts import FactKind
from watchfloor.geo.handing_on import Form, strictest_marking
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.selection import Selection
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.spot import Spot, SpotKind

from .oracle_world import CODES, DAYS, ORIGIN, Facts, World

WORLDLY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
YEARS = Period(date(2021, 1, 1), date(2023, 7, 1))
PLACES = (
    "box:-110,10,-80,40", "box:179,-20,-178,50", "disc:-90,30,900000", "disc:180,20,400000", "disc:10,88,700000",
    "box:-180,-90,180,90", "box:-100.5,20.25,-99.5,21.25", "disc:-95,10,60000",
)  # fmt: skip
SELECTIONS = st.builds(
    lambda first, others: Selection.parse("|".join([first, *others])),
    st.sampled_from(PLACES),
    st.lists(st.builds(lambda taken, name: "!" * taken + name, st.booleans(), st.sampled_from(PLACES[:5])), max_size=2),
)
QUERIES = st.builds(
    Query,
    layer=st.just(Layer.SEIZURES),
    period=DAYS,
    substances=st.lists(st.sampled_from(sorted(CODES.values())), max_size=2, unique=True).map(tuple),
)


def seen(world: World, asker: int, query: Query) -> list[tuple[Facts, int]]:
    """Facts of the question that the asker may see, one by one."""
    first, last = ((day - ORIGIN.date()).days for day in (query.period.since, query.period.until))
    wanted = set(query.substance_ids)
    return [
        (facts, i)
        for facts in world.facts
        for i, day in enumerate(facts.day)
        if facts.spec[i] in world.sees(asker) and first <= day < last and (not wanted or wanted & set(facts.items[i]))
    ]


def held(selection: Selection, lon: float, lat: float) -> bool:
    """Whether a point lies in a selection, step by step, with arithmetic of its own."""
    found = False
    for step in selection.steps:
        kind, _, numbers = step.name.lstrip("!").partition(":")
        given = [float(number) for number in numbers.split(",")]
        if kind == "box":
            west, south, east, north = given
            over = west <= lon <= east if west <= east else lon >= west or lon <= east
            inside = over and south <= lat <= north
        else:
            at, middle = (vectors(np.array([x]), np.array([y])) for x, y in ((lon, lat), given[:2]))
            inside = float(distance_m(at, middle)[0]) <= given[2]
        found = (found and not inside) if step.is_taken else (found or inside)
    return found


@WORLDLY
@given(data=st.data())
def test_a_selection_counts_what_the_asker_may_see_and_nothing_else(world: World, data: st.DataObject) -> None:
    asker, query, selection = data.draw(st.integers(0, 14)), data.draw(QUERIES), data.draw(SELECTIONS)
    found = world.repository.evidence(world.askers[asker], query, selection)

    exact = roughly = nowhere = 0
    for facts, i in seen(world, asker, query):
        metres = facts.uncertainty[i]
        if not np.isfinite(metres):
            nowhere += 1
        elif held(selection, facts.lon[i], facts.lat[i]):
            is_finer = np.pi * metres**2 <= found.area_m2
            exact, roughly = exact + is_finer, roughly + (not is_finer)
    assert found.n == exact
    assert found.n_unplaced == nowhere
    # beside them stand those whose area reaches over the edge
    assert found.n_may >= roughly + nowhere
    assert sum(holder.n for holder in found.holders) == found.n
    assert sum(holder.n_may for holder in found.holders) == found.n_may
    assert found.trend is None or int(found.trend.n.sum()) == found.n


@settings(WORLDLY, max_examples=30)
@given(data=st.data())
def test_the_same_records_bear_one_marking_in_panel_citation_brief_and_export(
    world: World, data: st.DataObject, tmp_path: Path
) -> None:
    asker, query, selection = data.draw(st.integers(0, 14)), data.draw(QUERIES), data.draw(SELECTIONS)
    who, repository = world.askers[asker], world.repository
    rows = []
    while page := repository.evidence_page(who, query, selection, Paging(offset=len(rows))).rows:
        rows += page
    specs = {facts.key[i]: facts.spec[i] for facts, i in seen(world, asker, query)}
    own = {world.label(specs[row.record.title]).id for row in rows if not row.may}

    found = repository.evidence(who, query, selection)
    order = BriefOrder(State(period=query.period, substances=query.substances, selection=selection), selection)
    brief = read_brief(repository, who, order)

    assert {label.id for label in found.labels} == {label.id for label, n in brief.labels if n} == own
    assert {one.label.id: one.n for one in found.may} == Counter(
        world.label(specs[row.record.title]).id for row in rows if row.may
    )
    if not own:
        return
    told = ExportOrder(Form.CSV, query, selection)
    spool = tmp_path / f"spool{time.monotonic_ns()}"
    read = read_order(repository, who, told, spool, lambda _: None, is_exercise=False)
    read.found.spool.remove()
    marking = strictest_marking(label for label in world.known if label.id in own)
    asked = Asked(query, selection, 1, datetime.now(UTC), {}, is_exercise=False)
    assert read.handling.marking == strictest_marking(found.labels) == marking
    assert f"\nMarking: {marking}\n" in citation(asked, Number("n", found.n, "", found.labels))


@WORLDLY
@given(data=st.data())
def test_nothing_that_could_lie_in_a_disc_is_silently_left_out(world: World, data: st.DataObject) -> None:
    asker, query = data.draw(st.integers(0, 14)), data.draw(QUERIES)
    lon, lat, metres = data.draw(st.sampled_from([(-90.0, 30.0, 90e4), (180.0, 20.0, 4e5), (10.0, 88.0, 7e5)]))
    found = world.repository.evidence(world.askers[asker], query, Selection.parse(f"disc:{lon},{lat},{metres}"))

    middle, rows = vectors(np.array([lon]), np.array([lat])), seen(world, asker, query)
    apart = [float(distance_m(vectors(f.lon[i : i + 1], f.lat[i : i + 1]), middle)[0]) for f, i in rows]
    reaches = [
        not np.isfinite(f.uncertainty[i]) or d <= metres + f.uncertainty[i]
        for (f, i), d in zip(rows, apart, strict=True)
    ]
    nearly = [
        not np.isfinite(f.uncertainty[i]) or d <= metres + 1.01 * f.uncertainty[i] + 3_000
        for (f, i), d in zip(rows, apart, strict=True)
    ]
    assert sum(reaches) <= found.n + found.n_may <= sum(nearly)


@WORLDLY
@given(data=st.data())
def test_the_table_holds_each_record_once_however_it_is_sorted(world: World, data: st.DataObject) -> None:
    asker, query, selection = data.draw(st.integers(0, 14)), data.draw(QUERIES), data.draw(SELECTIONS)
    sort, descending = data.draw(st.sampled_from(Column)), data.draw(st.booleans())
    who = world.askers[asker]
    whole = world.repository.evidence(who, query, selection)

    titles, may, total = [], [], 1
    while len(titles) < total:
        page = world.repository.evidence_page(
            who, query, selection, Paging(sort, descending, offset=len(titles), limit=150)
        )
        total = page.total
        titles += [row.record.title for row in page.rows]
        may += [row.may for row in page.rows]
        if sort is Column.AMOUNT and not query.substances:
            for which in (False, True):
                weights = [row.kilograms for row in page.rows if row.may is which]
                assert weights == sorted(weights, reverse=descending)
        if not page.rows:
            break
    assert total == whole.n + whole.n_may
    # what surely lies there stands before what may
    assert may == [False] * whole.n + [True] * whole.n_may
    visible = {facts.key[i] for facts, i in seen(world, asker, query)}
    assert len(titles) == len(set(titles)) == total
    assert set(titles) <= visible


@WORLDLY
@given(asker=st.integers(0, 14), text=st.sampled_from(["11-1", "AMBER", "11-4 amber", "%", "11-499", "<img>", "\\"]))
def test_the_table_finds_words_as_they_stand(world: World, asker: int, text: str) -> None:
    query, who = Query(Layer.SEIZURES, YEARS), world.askers[asker]
    everything = Selection.parse("box:-180,-90,180,90")
    rows = []
    while page := world.repository.evidence_page(who, query, everything, Paging(offset=len(rows), limit=200)).rows:
        rows += page
    found = world.repository.evidence_page(who, query, everything, Paging(text=text, limit=200))

    words = text.lower().split()
    matching = [r for r in rows if all(w in r.record.title.lower() or w in r.record.label.lower() for w in words)]
    assert found.total == len(matching)


def test_a_selection_of_a_hexagon_counts_what_the_map_counts(world: World) -> None:
    query, who = Query(Layer.SEIZURES, YEARS, resolution=2), world.askers[14]
    cells = world.repository.seizure_cells(who, query)
    fine = ~cells.is_coarse
    assert fine.any()
    for cell, n in list(zip(cells.cells[fine].tolist(), cells.n[fine].tolist(), strict=True))[:12]:
        found = world.repository.evidence(who, query, Selection.parse(f"cells:{cell:x}"))
        assert found.n == n


def test_elsewhere_and_here_are_everything(world: World) -> None:
    query, who = Query(Layer.SEIZURES, YEARS), world.askers[14]
    here = Selection.parse("box:-110,10,-80,40")
    parts = [world.repository.evidence(who, query, one) for one in (here, here.elsewhere())]
    whole = world.repository.evidence(who, query, Selection.parse("box:-180,-90,180,90"))

    # what may lie on either side is counted apart on both
    assert parts[0].n + parts[1].n >= whole.n - parts[0].n_may
    assert parts[0].n <= whole.n


def test_reported_aggregates_are_not_counted_by_a_selection(world: World) -> None:
    query = Query(Layer.SEIZURES, YEARS, fact=FactKind.REPORTED)
    with pytest.raises(BadQuestion, match="single seizures"):
        world.repository.evidence(world.askers[0], query, Selection.parse("box:0,0,1,1"))


def test_every_question_of_a_selection_is_audited(world: World) -> None:
    query, who = Query(Layer.SEIZURES, YEARS), world.askers[3]
    selection = Selection.parse("box:-110,10,-80,40")
    world.repository.evidence(who, query, selection)
    world.repository.evidence(who, query, selection)
    world.repository.evidence_page(who, query, selection, Paging())
    world.repository.evidence_leads(who, query, selection)

    said = [row["of"] for row in audited(world, "selection")]
    assert [said.count(one) for one in ("totals", "leads", "records")] == [2, 1, 1]
    assert any(one.startswith("rows from 0 by when") for one in said)


def audited(world: World, what: str) -> list[dict[str, str]]:
    """Questions in the audit that name such a thing."""
    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        rows = owner.execute("SELECT question FROM sealed.audit WHERE question ? %s", [what]).fetchall()
    return [row[0] for row in rows]


@WORLDLY
@given(data=st.data())
def test_behind_a_mark_all_records_can_be_reached(world: World, data: st.DataObject) -> None:
    asker, query = data.draw(st.integers(0, 14)), replace(data.draw(QUERIES), resolution=data.draw(st.integers(0, 9)))
    who, spots = world.askers[asker], []
    cells = world.repository.seizure_cells(who, query)
    spots += [Spot(SpotKind.CELL, f"{cell:x}") for cell in cells.cells.tolist()]
    symbols = world.repository.seizure_symbols(who, query, 4)
    spots += [Spot(SpotKind.PLACE, str(symbols.name_of(index))) for index in range(len(symbols))]
    if not spots:
        return
    spot = data.draw(st.sampled_from(spots))

    page = world.repository.behind_page(who, query, spot, Paging(limit=200))

    assert page.total == world.repository.behind(who, query, spot).n
    assert len(page.rows) == min(page.total, 200)
