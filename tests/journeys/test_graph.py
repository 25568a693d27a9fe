"""Who links two seizures: a record's graph, expanded, a way found, and what is chosen in it ringed on the map."""

import re

import numpy as np
import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from watchfloor.geo.cells import parent

from .conftest import Desk

pytestmark = pytest.mark.journey

# machines are shared and slow at times: what is expected comes, but not always at once
PATIENCE_MS = 60_000
# somebody of NTF whom several seizures are linked to, and the cell of one of these; all of them plain for its people
LINKED = """
    SELECT e.id, (array_agg(v.cell ORDER BY v.starts))[1], min(v.starts)::date
    FROM watchfloor.entity AS e
    JOIN watchfloor.link AS l ON l.to_id = e.id AND l.kind = 'taken_from'
    JOIN watchfloor.event AS v ON v.id = l.from_id AND v.cell IS NOT NULL AND v.place_precision <= 1
    JOIN watchfloor.label AS a ON a.id = e.label_id
    WHERE e.pole = 'person' AND a.tlp <= 1 AND l.label_id = e.label_id AND v.label_id = e.label_id
    GROUP BY e.id HAVING count(DISTINCT v.id) >= 2 ORDER BY count(DISTINCT v.id) DESC, e.id LIMIT 1
"""
RINGED = """el => el.wfMap.plot.model.renderers.map((one) => one.data_source?.data?.size ?? [])
  .some((sizes) => sizes.includes(16))"""
ZOOM = "stage => stage.wfDrawing.view.k"
WHOLE = """stage => {
  const drawing = stage.wfDrawing;
  return drawing.field.height === stage.clientHeight && drawing.nodes.every((node) => {
    const [x, y] = drawing.at(node);
    return x > 0 && y > 0 && x < stage.clientWidth && y < stage.clientHeight;
  });
}"""
# a hand or a clock that draws in a new field before anything told the picture of it
HASTE = """stage => {
  let height = stage.clientHeight;
  const draw = () => {
    if (stage.clientHeight !== height) stage.wfDrawing.draw();
    height = stage.clientHeight;
    requestAnimationFrame(draw);
  };
  draw();
}"""
INSIDE = """overlay => {
  const ends = (line, axis) => [1, 2].map((end) => Number(line.getAttribute(axis + end)));
  const isIn = (line, axis, most) => ends(line, axis).every((at) => at > 0 && at < most);
  return [...overlay.querySelectorAll(".wfk-way")]
    .every((line) => isIn(line, "x", overlay.clientWidth) && isIn(line, "y", overlay.clientHeight));
}"""


@pytest.fixture
def linked(owner: psycopg.Connection) -> tuple[str, int, str]:
    """Id of somebody, a cell with a seizure that is linked to them, and its day."""
    found = owner.execute(LINKED).fetchone()
    assert found is not None
    return str(found[0]), int(found[1]), str(found[2])


def graph_of(page: Page) -> tuple[Locator, Locator]:
    """Rows of the graph's list, and the line that says what it shows."""
    rows = page.locator(".wfk-row")
    expect(rows.nth(1)).to_be_visible(timeout=PATIENCE_MS)
    return rows, page.locator(".wfk-line")


def test_a_record_leads_to_who_links_two_seizures_and_to_their_places(desk: Desk, linked: tuple[str, int, str]) -> None:
    page = desk.sign_in("ntf.lead", path="/whoami")
    page.goto(f"{desk.url}/entity?id={linked[0]}")
    rows, line = graph_of(page)
    expect(line).to_have_text(re.compile(r"^\d+ records, \d+ links"))

    # a wheel that turns the page on leaves the graph as it is, and a word says how it zooms
    stage = page.locator(".wfk-stage")
    size = stage.evaluate(ZOOM)
    stage.hover(position={"x": 300, "y": 200})
    page.mouse.wheel(0, 60)
    expect(page.get_by_text("click into the graph first")).to_be_visible()
    assert stage.evaluate(ZOOM) == size
    page.keyboard.down("Control")
    page.mouse.wheel(0, 60)
    page.keyboard.up("Control")
    assert stage.evaluate(ZOOM) < size

    # hints at roles take room, and the graph is whole in what is left, whoever draws first
    stage.evaluate(HASTE)
    page.get_by_role("button", name="Fit", exact=True).click()
    page.get_by_role("button", name="Roles").click()
    roles = page.get_by_text(re.compile("if a tenth of the links were not known|stands between")).first
    expect(roles).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_function(WHOLE, arg=stage.element_handle())
    page.get_by_role("button", name="Roles").click()
    expect(roles).to_be_hidden()

    # the kinds of link that are drawn can be chosen among at once
    page.locator(".wfk-filters summary").click()
    expect(page.get_by_label("taken from")).to_be_visible()
    page.locator(".wfk-filters summary").click()

    # the way between two seizures, by the list
    page.get_by_label("Find in the graph").fill("seizure")
    seizures = page.locator(".wfk-row.wfk-event")
    seizures.nth(0).click()
    expect(page.locator(".wfk-row[aria-selected=true]")).to_have_count(1)
    seizures.nth(1).click(modifiers=["ControlOrMeta"])
    expect(page.locator(".wfk-row[aria-selected=true]")).to_have_count(2)
    page.get_by_role("button", name="Path", exact=True).click()
    expect(line).to_have_text(re.compile(r"^\d links?: .+ – .+"), timeout=PATIENCE_MS)
    expect(page.locator(".wfk-way").first).to_be_attached()
    # the whole way is in sight
    assert page.locator(".wfk-overlay").first.evaluate(INSIDE)

    # what is chosen is ringed in the picture and on the map
    rings = page.locator(".wfk-chosen")
    expect(rings).to_have_count(2)
    shown = page.locator("[data-settled]").first
    page.wait_for_function(RINGED, arg=shown.element_handle(), timeout=PATIENCE_MS)

    # the picture is pressed where it shows a record
    rings.first.scroll_into_view_if_needed()
    ring = rings.first.bounding_box()
    assert ring is not None
    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    expect(rings).to_have_count(1)
    assert rings.first.bounding_box() == ring

    # by keyboard alone: a record of the list is expanded
    page.get_by_label("Find in the graph").fill("")
    before = rows.count()
    page.get_by_role("listbox", name="Records").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(line).to_have_text(re.compile(r"^\d+ records"), timeout=PATIENCE_MS)
    assert rows.count() >= before
    assert desk.complaints == []
    assert desk.outside == []


@pytest.mark.full
def test_the_links_behind_a_mark_stand_beside_the_map(desk: Desk, linked: tuple[str, int, str]) -> None:
    _, cell, day = linked
    (coarse,) = parent(np.array([cell], np.uint64), 3).tolist()
    page = desk.sign_in("ntf.lead", path="/whoami")
    year = int(day[:4])
    page.goto(
        f"{desk.url}/explore?layers=hexagons&since={year}-01-01&until={year + 1}-01-01&resolution=3"
        f"&mark=hexagons/cell/{coarse:x}/3"
    )
    page.get_by_text("Links", exact=True).click(timeout=PATIENCE_MS)
    rows, line = graph_of(page)
    expect(line).to_have_text(re.compile(r"^\d+ records, \d+ links?"), timeout=PATIENCE_MS)
    rows.nth(0).click()
    expect(page.locator(".wfk-row[aria-selected=true]")).to_have_count(1)
    assert desk.complaints == []
    assert desk.outside == []
