// A sheet over the map on which one tool draws, and the line above it that says what the tool has found.
// Places are metres of EPSG:3857 that run on behind the antimeridian: they are never wrapped here.

import { pageZoom } from "./elements.js";
import { HALF_WORLD, element } from "./map_places.js";

const DRAGGED_PX = 6;

export class Sheet {
  // paint(ctx, at): draws; at([x, y]) gives pixels. point(place), move(place), done(): the hand; all may be missing.
  constructor({ el, look, paint, point, move, done }) {
    Object.assign(this, { el, look, paint, point, move, done });
    // metres by which the map has been turned back round the world since the sheet was made
    this.turned = 0;
    this.canvas = element("canvas", "wfa-sheet wfm-over", { hidden: "" });
    this.line = element("div", "wfa-hint wfm-over", { role: "status", hidden: "" });
    this.words = element("span", "wfa-words");
    this.line.append(this.words);
    el.append(this.canvas, this.line);
    this.listen();
  }

  // a button or field on the line, behind the words
  append(part) {
    this.line.append(part);
    return part;
  }

  button(text, call) {
    const made = element("button", "", { type: "button" }, text);
    made.onclick = call;
    return this.append(made);
  }

  show() {
    this.canvas.hidden = this.line.hidden = false;
    this.draw();
  }

  hide() {
    this.canvas.hidden = this.line.hidden = true;
  }

  say(text) {
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  placeOf(event) {
    const box = this.el.getBoundingClientRect();
    const { x, y, resolution } = this.look;
    return [this.turned + x.start + (event.clientX - box.left) * resolution, y.end - (event.clientY - box.top) * resolution];
  }

  get middle() {
    const [x, y] = this.look.middle;
    return [x + this.turned, y];
  }

  at = ([x, y]) => [(x - this.turned - this.look.x.start) / this.look.resolution, (this.look.y.end - y) / this.look.resolution];

  listen() {
    const { canvas, look } = this;
    let down = null;
    let last = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      this.el.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      down = last = [event.clientX, event.clientY];
    });
    // the map can still be dragged below a tool: only a press that stays where it is sets a point
    canvas.addEventListener("pointermove", (event) => {
      if (last && Math.hypot(event.clientX - down[0], event.clientY - down[1]) > DRAGGED_PX) {
        const right = (last[0] - event.clientX) * look.resolution;
        const wanted = (event.clientY - last[1]) * look.resolution;
        const up = Math.max(-HALF_WORLD - look.y.start, Math.min(HALF_WORLD - look.y.end, wanted));
        look.x.setv({ start: look.x.start + right, end: look.x.end + right });
        look.y.setv({ start: look.y.start + up, end: look.y.end + up });
        last = [event.clientX, event.clientY];
      }
      this.move?.(this.placeOf(event));
    });
    canvas.addEventListener("pointerup", (event) => {
      const stayed = down && Math.hypot(event.clientX - down[0], event.clientY - down[1]) <= DRAGGED_PX;
      down = last = null;
      if (stayed) this.point?.(this.placeOf(event));
    });
    canvas.addEventListener("dblclick", () => this.done?.());
    canvas.addEventListener("wheel", (event) => this.zoom(event), { passive: false });
  }

  // towards the cursor, as the map itself does
  zoom(event) {
    event.preventDefault();
    const { look } = this;
    const [turned, y] = this.placeOf(event);
    const x = turned - this.turned;
    const wanted = look.resolution * 1.15 ** Math.sign(event.deltaY);
    const ratio = Math.max(look.finest, Math.min(look.widest, wanted)) / look.resolution;
    look.x.setv({ start: x + (look.x.start - x) * ratio, end: x + (look.x.end - x) * ratio });
    look.y.setv({ start: y + (look.y.start - y) * ratio, end: y + (look.y.end - y) * ratio });
  }

  draw() {
    if (this.canvas.hidden) return;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.el;
    [this.canvas.width, this.canvas.height] = [clientWidth * ratio, clientHeight * ratio];
    const ctx = this.canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    this.paint(ctx, this.at);
  }
}

// a line that is seen on any ground; as all that is drawn here, twice as large on a wall
export function stroke(ctx, { width = 2, colour = "#fff", dash = [] } = {}) {
  const zoom = pageZoom();
  ctx.setLineDash(dash.map((part) => part * zoom));
  ctx.lineJoin = "round";
  ctx.lineWidth = (width + 3) * zoom;
  ctx.strokeStyle = "rgba(10, 15, 22, .75)";
  ctx.stroke();
  ctx.lineWidth = width * zoom;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.setLineDash([]);
}

export function write(ctx, text, [x, y]) {
  const zoom = pageZoom();
  ctx.font = `600 ${12 * zoom}px ${getComputedStyle(ctx.canvas).fontFamily || "sans-serif"}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const half = ctx.measureText(text).width / 2 + 6 * zoom;
  ctx.fillStyle = "rgba(10, 15, 22, .85)";
  ctx.beginPath();
  ctx.roundRect(x - half, y - 9 * zoom, 2 * half, 18 * zoom, 4 * zoom);
  ctx.fill();
  ctx.fillStyle = "#fff";
  ctx.fillText(text, x, y + 0.5);
}

export function dot(ctx, [x, y]) {
  ctx.beginPath();
  ctx.arc(x, y, 4 * pageZoom(), 0, 2 * Math.PI);
  ctx.fillStyle = "#fff";
  ctx.strokeStyle = "rgba(10, 15, 22, .9)";
  ctx.lineWidth = 1.5 * pageZoom();
  ctx.fill();
  ctx.stroke();
}
