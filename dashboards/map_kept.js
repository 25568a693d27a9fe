// What people keep on the map: outlines of areas of interest with their names, notes at their points, and the tool by
// which a new one is placed. Names and notes are set as text, never as markup.

import { pageZoom } from "./elements.js";
import { HALF_WORLD, WORLD, element, latOf, lonOf, xOf, yOf } from "./map_places.js";
import { Sheet, dot, stroke, write } from "./map_sheet.js";

const MOST_CORNERS = 40;
const COLOUR = "#d9b8ff";
const LEAST_NAMED_PX = 36;
const TURNS = [-1, 0, 1];
const SAYS = {
  area: (n) => (n < 3 ? "Area to keep: click its corners." : `${n} corners. Enter, a double click or Finish ends it.`),
  note: () => "Note: click its place.",
};

export class KeptMarks {
  constructor({ el, look, rail, send }) {
    Object.assign(this, { el, look, rail, send });
    this.kept = { areas: [], notes: [] };
    this.corners = [];
    this.drawn = element("canvas", "wfr-drawn", { hidden: "" });
    this.notes = element("div", "wfk-notes");
    el.append(this.drawn, this.notes);
    this.sheet = new Sheet({
      el, look, paint: (ctx) => this.paintDraft(ctx), point: (place) => this.add(place), done: () => this.finish(),
      move: (place) => { this.hover = place; this.sheet.draw(); },
    });
    this.finished = this.sheet.button("Finish", () => this.finish());
    this.sheet.button("Cancel", () => rail.choose(null));
    const tool = (name, title, hint, icon) => rail.add({
      name: `keep-${name}`, title, hint, icon, take: () => this.take(name), leave: () => this.sheet.hide(),
      handle: (event) => this.key(event),
    });
    tool("area", "Keep area", "Keep what is selected as an area; else draw one to keep", "M5 3h10v14l-5-4-5 4z");
    tool("note", "Note", "Place a note on the map", "M3 4h14v9H9l-4 4v-4H3z");
  }

  // areas: [{id, name, lon, lat, chosen}], notes: [{id, text, lon, lat}], selected: whether there is a selection to keep
  show({ areas = [], notes = [], selected = false } = {}) {
    this.isSelected = selected;
    this.kept = { areas: areas.map((area) => ({ ...area, x: area.lon.map(xOf), y: area.lat.map(yOf) })), notes };
    this.pins = notes.map((note) => this.pin(note));
    this.notes.replaceChildren(...this.pins);
    this.moved();
  }

  pin(note) {
    const button = element("button", "wfk-note wfm-over", { type: "button", title: note.text, "aria-label": `Note: ${note.text}` });
    button.append(element("span", "", {}, note.text));
    button.onclick = () => this.send({ kind: "kept", what: "shown", id: note.id });
    return button;
  }

  take(what) {
    const isBegun = this.isBegun;
    this.isBegun = false;
    if (what === "area" && this.isSelected && !isBegun) {
      this.rail.choose(null);
      this.send({ kind: "kept", what: "selected" });
      return;
    }
    this.what = what;
    this.corners = [];
    this.hover = null;
    this.finished.hidden = what !== "area";
    this.sheet.show();
    this.say();
  }

  // the page asks for a tool: to draw, whatever is selected
  begin(what) {
    if (!(what in SAYS)) return;
    this.isBegun = true;
    this.rail.choose(`keep-${what}`);
  }

  say() {
    this.sheet.say(SAYS[this.what](this.corners.length));
    this.finished.disabled = this.corners.length < 3;
  }

  key(event) {
    if (event.key === "Backspace") this.corners.pop();
    else if (event.key !== "Enter") return false;
    else if (this.what === "area" && this.ends()) return this.finish();
    else this.add(this.sheet.middle, true);
    this.say();
    this.sheet.draw();
    return true;
  }

  // Enter ends what was clicked; what was set by Enter, it ends where the last corner stands already
  ends() {
    if (this.corners.length < 3 || !this.isKeyed) return this.corners.length >= 3;
    const last = this.corners.at(-1), place = this.sheet.middle;
    return Math.hypot(place[0] - last[0], place[1] - last[1]) < 2 * this.look.resolution;
  }

  add(place, isKeyed = false) {
    if (this.what === "note") {
      this.rail.choose(null);
      this.send({ kind: "kept", what: "note", lon: lonOf(place[0]), lat: latOf(place[1]) });
      return;
    }
    this.isKeyed = isKeyed;
    const last = this.corners.at(-1);
    if (last && Math.hypot(place[0] - last[0], place[1] - last[1]) < 2 * this.look.resolution) return;
    if (this.corners.length < MOST_CORNERS) this.corners.push(place);
    this.say();
    this.sheet.draw();
  }

  finish() {
    if (this.what !== "area" || this.corners.length < 3) return true;
    // round the world any number of times: the first corner within one turn, the others beside it
    const lons = this.corners.map(([x]) => (x / HALF_WORLD) * 180);
    const turn = lonOf(this.corners[0][0]) - lons[0];
    const name = this.corners.map(([, y], i) => `${(lons[i] + turn).toFixed(5)},${latOf(y).toFixed(5)}`).join(";");
    this.rail.choose(null);
    this.send({ kind: "kept", what: "area", name: `poly:${name}` });
    return true;
  }

  paintDraft(ctx) {
    const corners = this.hover && this.what === "area" ? [...this.corners, this.hover] : this.corners;
    if (corners.length === 0) return;
    ctx.beginPath();
    corners.map(this.sheet.at).forEach(([x, y], index) => (index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
    ctx.fillStyle = "rgba(217, 184, 255, .16)";
    ctx.fill();
    stroke(ctx, { colour: COLOUR });
    this.corners.map(this.sheet.at).forEach((place) => dot(ctx, place));
  }

  moved() {
    this.sheet.draw();
    this.placeNotes();
    this.drawn.hidden = this.kept.areas.length === 0;
    if (this.drawn.hidden) return;
    const ratio = window.devicePixelRatio || 1;
    [this.drawn.width, this.drawn.height] = [this.el.clientWidth * ratio, this.el.clientHeight * ratio];
    const ctx = this.drawn.getContext("2d");
    ctx.scale(ratio, ratio);
    for (const turn of TURNS) for (const area of this.kept.areas) this.paint(ctx, area, turn * WORLD);
  }

  pixels(x, y) {
    const { look } = this;
    return [(x - look.x.start) / look.resolution, (look.y.end - y) / look.resolution];
  }

  paint(ctx, area, shift) {
    const points = area.x.map((x, index) => this.pixels(x + shift, area.y[index]));
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const [west, east, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys)];
    if (east < 0 || west > this.el.clientWidth) return;
    ctx.beginPath();
    points.forEach(([x, y], index) => (index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
    if (area.chosen) { ctx.fillStyle = "rgba(217, 184, 255, .14)"; ctx.fill(); }
    stroke(ctx, { width: area.chosen ? 2.5 : 1.5, colour: COLOUR, dash: area.chosen ? [] : [7, 4] });
    if (east - west >= LEAST_NAMED_PX * pageZoom()) write(ctx, area.name, [(west + east) / 2, north]);
  }

  placeNotes() {
    const { look, el } = this;
    // a note on a wall has pixels twice as large as the map's
    const zoom = pageZoom();
    this.kept.notes.forEach((note, index) => {
      // of the copies round the world the one that is nearest to the middle
      const turn = Math.round((look.middle[0] - xOf(note.lon)) / WORLD) * WORLD;
      const [x, y] = this.pixels(xOf(note.lon) + turn, yOf(note.lat));
      const pin = this.pins[index];
      pin.hidden = x < 0 || y < 0 || x > el.clientWidth || y > el.clientHeight;
      pin.style.transform = `translate(${Math.round(x) / zoom}px, ${Math.round(y) / zoom}px)`;
    });
  }
}
