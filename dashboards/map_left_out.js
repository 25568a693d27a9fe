// Positions of one craft that cleaning has left out, as small hollow crosses. Whoever lists them tells the window:
// new CustomEvent("wf-left-out", { detail: [[lon, lat], ...] }), or null for none.

import { pageZoom } from "./elements.js";
import { WORLD, element, xOf, yOf } from "./map_places.js";

const ARM_PX = 5;
const LAYERS = [[6, "rgba(8, 12, 18, .75)"], [4.2, "#ffc857"], [1.6, "#10151d"]];

export class LeftOut {
  constructor({ el, look }) {
    Object.assign(this, { el, look, points: [] });
    this.canvas = element("canvas", "wft-canvas", { hidden: "", "aria-hidden": "true" });
    this.legend = element("p", "wfl-legend wfm-over", { role: "status", hidden: "" });
    el.append(this.canvas, this.legend);
    window.addEventListener("wf-left-out", (event) => this.show(event.detail ?? []));
  }

  show(points) {
    this.points = points.map(([lon, lat]) => [xOf(lon), yOf(lat)]);
    this.legend.hidden = points.length === 0;
    this.legend.textContent = `${points.length.toLocaleString("en")} left out by cleaning`;
    this.draw();
  }

  draw() {
    this.canvas.hidden = this.points.length === 0;
    if (this.canvas.hidden) return;
    const ratio = window.devicePixelRatio || 1;
    [this.canvas.width, this.canvas.height] = [this.el.clientWidth * ratio, this.el.clientHeight * ratio];
    const ctx = this.canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.lineCap = "round";
    const path = this.crosses();
    for (const [width, colour] of LAYERS) Object.assign(ctx, { lineWidth: width * pageZoom(), strokeStyle: colour }).stroke(path);
  }

  crosses() {
    const { x, y, resolution, middle } = this.look;
    const path = new Path2D();
    const arm = ARM_PX * pageZoom();
    for (const [own, up] of this.points) {
      // the copy of the world that is nearest to the middle of the view
      const turned = own + Math.round((middle[0] - own) / WORLD) * WORLD;
      const [left, top] = [(turned - x.start) / resolution, (y.end - up) / resolution];
      path.moveTo(left - arm, top - arm);
      path.lineTo(left + arm, top + arm);
      path.moveTo(left + arm, top - arm);
      path.lineTo(left - arm, top + arm);
    }
    return path;
  }
}
