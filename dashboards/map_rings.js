// Range rings: true circles on the ellipsoid round a place, each as wide as it is written. They stay until they are cleared.

import { Geodesy, NAUTICAL_MILE, toDegrees, toMetres } from "./map_geodesy.js";
import { element } from "./map_places.js";
import { Sheet, dot, stroke, write } from "./map_sheet.js";

const UNITS = { nm: NAUTICAL_MILE, km: 1000, mi: 1609.344 };
const FIRST = "5, 10, 25";
const MOST_RINGS = 12;
const MOST_SETS = 20;
const FARTHEST_M = 20_003_931;

// radii as people write them: "5, 10; 25" or "5 10 25"; null where one is none
export function readRadii(text) {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  const radii = parts.map(Number);
  const isGood = radii.length > 0 && radii.length <= MOST_RINGS && radii.every((radius) => Number.isFinite(radius) && radius > 0);
  return isGood ? [...new Set(radii)].sort((a, b) => a - b) : null;
}

export class RangeRings {
  constructor({ el, look, rail, send }) {
    Object.assign(this, { el, look, rail });
    this.geodesy = new Geodesy(send);
    this.sets = [];
    this.drawn = element("canvas", "wfr-drawn wfr-rings", { hidden: "" });
    el.append(this.drawn);
    this.sheet = new Sheet({ el, look, paint: () => {}, point: (place) => this.add(place) });
    this.fields();
    rail.add({
      name: "rings", title: "Rings", hint: "Range rings", key: "g",
      icon: "M10 10h.01 M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 1 1 0-7 M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 1 1 0-15",
      take: () => this.take(), leave: () => this.sheet.hide(), handle: (event) => this.key(event),
    });
  }

  fields() {
    this.radii = element("input", "wfr-radii", { "aria-label": "Radii", value: FIRST, maxlength: "120", size: "14" });
    this.unit = element("select", "", { "aria-label": "Unit of the radii" });
    for (const unit of Object.keys(UNITS)) this.unit.append(element("option", "", { value: unit }, unit));
    this.radii.oninput = () => this.say();
    for (const field of [this.radii, this.unit]) {
      field.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Escape") this.rail.choose(null);
        if (event.key === "Enter") this.add(this.sheet.middle);
      });
      this.sheet.append(field);
    }
    this.sheet.button("Clear", () => this.clear());
    this.sheet.button("Close", () => this.rail.choose(null));
  }

  take() {
    this.sheet.show();
    this.say();
  }

  say() {
    this.sheet.say(readRadii(this.radii.value) ? "Rings: click their middle. Radii" : `Radii are up to ${MOST_RINGS} numbers, such as 5, 10, 25:`);
  }

  key(event) {
    if (event.key !== "Enter") return false;
    this.add(this.sheet.middle);
    return true;
  }

  add(place) {
    const written = readRadii(this.radii.value);
    if (!written) return this.say();
    const unit = this.unit.value;
    const radii = written.map((radius) => Math.min(FARTHEST_M, radius * UNITS[unit]));
    this.geodesy.ask({ what: "rings", centre: toDegrees(place), radii }, ({ rings }) => {
      this.sets = [...this.sets, { place, names: written.map((radius) => `${radius} ${unit}`), rings: rings.map((ring) => ring.map(toMetres)) }];
      this.sets = this.sets.slice(-MOST_SETS);
      this.moved();
    });
  }

  clear() {
    this.sets = [];
    this.moved();
  }

  // draws anew: rings are seen whether the tool is in the hand or not
  moved() {
    this.sheet.draw();
    this.drawn.hidden = this.sets.length === 0;
    if (this.drawn.hidden) return;
    const ratio = window.devicePixelRatio || 1;
    [this.drawn.width, this.drawn.height] = [this.el.clientWidth * ratio, this.el.clientHeight * ratio];
    const ctx = this.drawn.getContext("2d");
    ctx.scale(ratio, ratio);
    for (const set of this.sets) this.paint(ctx, set);
  }

  paint(ctx, { place, names, rings }) {
    const at = this.sheet.at;
    rings.forEach((ring, index) => {
      ctx.beginPath();
      ring.map(at).forEach(([x, y], point) => (point ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
      stroke(ctx, { width: 1.5, dash: [6, 4] });
      write(ctx, names[index], at(ring[0]));
    });
    dot(ctx, at(place));
  }
}
