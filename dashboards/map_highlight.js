// One place over the map, as a list or a picture beside it names it: a ring, and how far from it the true place may lie.
// Whoever has a place to show tells the window: new CustomEvent("wf-place", { detail: { lon, lat, metres } }), or null.
// "wf-held-place" flies there, to its `zoom`, and the ring stays until another or none is held.

import { pageZoom } from "./elements.js";
import { LeftOut } from "./map_left_out.js";
import { stroke } from "./map_sheet.js";
import { WORLD, element, xOf, yOf } from "./map_places.js";

const RING_PX = 9;
const LEAST_CIRCLE_PX = 14;

export class Highlight {
  constructor({ el, look }) {
    Object.assign(this, { el, look });
    this.place = this.held = null;
    this.canvas = element("canvas", "wft-canvas", { hidden: "", "aria-hidden": "true" });
    el.append(this.canvas);
    this.leftOut = new LeftOut({ el, look });
    window.addEventListener("wf-place", (event) => this.show(event.detail));
    window.addEventListener("wf-held-place", (event) => this.hold(event.detail));
  }

  show(place) {
    this.place = place ?? this.held;
    this.draw();
  }

  hold(place) {
    this.held = place;
    if (place) this.look.go(place.lon, place.lat, Math.max(place.zoom, this.look.zoom));
    this.show(place);
  }

  draw() {
    this.leftOut.draw();
    this.canvas.hidden = this.place === null;
    if (this.place === null) return;
    const { lon, lat, metres } = this.place;
    const { clientWidth, clientHeight } = this.el;
    const ratio = window.devicePixelRatio || 1;
    [this.canvas.width, this.canvas.height] = [clientWidth * ratio, clientHeight * ratio];
    const ctx = this.canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    const { x, y, resolution, middle } = this.look;
    // the copy of the world that is in sight
    const own = xOf(lon);
    const turned = own + Math.round((middle[0] - own) / WORLD) * WORLD;
    const at = [(turned - x.start) / resolution, (y.end - yOf(lat)) / resolution];
    const around = metres / Math.cos((lat * Math.PI) / 180) / resolution;
    ctx.beginPath();
    ctx.arc(...at, RING_PX * pageZoom(), 0, 2 * Math.PI);
    stroke(ctx, { width: 2.5 });
    if (around < LEAST_CIRCLE_PX * pageZoom()) return;
    ctx.beginPath();
    ctx.arc(...at, around, 0, 2 * Math.PI);
    stroke(ctx, { width: 1.5, dash: [6, 5] });
  }
}
