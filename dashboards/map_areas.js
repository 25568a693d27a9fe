// Areas drawn by hand over the map: a box, a disc, a polygon or a lasso, with the pointer or with Enter at the middle.
// What is drawn becomes the selection; with Shift it is added to it, with Alt taken from it.

import { pageZoom } from "./elements.js";
import { apart, element, latOf, lonOf, writtenMetres, HALF_WORLD } from "./map_places.js";

const DRAGGED_PX = 6;
const LASSO_PX = 3;
const MOST_CORNERS = 40;
const MOST_POINTS = 1500;
const TOOLS = [
  { tool: "box", title: "Box", hint: "Select by box", key: "b", icon: "M4 5h12v10H4z" },
  { tool: "lasso", title: "Lasso", hint: "Select by lasso", key: "o",
    icon: "M10 4c4 0 7 2 7 4.5S14 13 10 13s-7-2-7-4.5S6 4 10 4z M7 12.8c-1 1.2-.5 2.8 1 3.2" },
  { tool: "disc", title: "Radius", hint: "Select by radius", key: "k", icon: "M16 10a6 6 0 1 1-12 0a6 6 0 1 1 12 0 M10 10h6" },
  { tool: "poly", title: "Polygon", hint: "Select by polygon", key: "p", icon: "M10 3.5l6.5 5-2.5 8H6l-2.5-8z" },
];
const HINTS = {
  box: "Box: drag from corner to corner.",
  lasso: "Lasso: drag a line round what is to be selected.",
  disc: "Radius: drag from the middle outwards.",
  poly: "Polygon: click the corners, then Finish.",
};
const WAYS = [["set", "New"], ["add", "Add"], ["subtract", "Take away"]];

export class AreaTools {
  // tell(name, op): an area was drawn, as the server writes it, to be the selection, added to it or taken from it
  constructor({ el, look, rail, tell }) {
    Object.assign(this, { el, look, rail, tell });
    this.tool = null;
    this.way = "set";
    for (const { tool, ...shown } of TOOLS) {
      const button = rail.add({ ...shown, name: `select ${tool}`, take: () => this.take(tool), leave: () => this.leave(), handle: (event) => this.key(event) });
      button.setAttribute("aria-label", shown.hint);
    }
    this.sheet = element("canvas", "wfa-sheet wfm-over", { hidden: "" });
    this.hint = element("div", "wfa-hint wfm-over", { role: "group", "aria-label": "Selection", hidden: "" });
    this.words = element("span", "wfa-words", { role: "status" });
    this.ways = WAYS.map(([way, title]) => {
      const button = element("button", "wfa-way", { type: "button", "aria-pressed": String(way === "set") }, title);
      button.onclick = () => this.choose(way);
      return button;
    });
    this.finish = element("button", "", { type: "button" }, "Finish");
    this.cancel = element("button", "", { type: "button" }, "Cancel");
    this.hint.append(this.words, ...this.ways, this.finish, this.cancel);
    el.append(this.sheet, this.hint);
    this.finish.onclick = () => this.done();
    this.cancel.onclick = () => rail.choose(null);
    this.listen();
  }

  choose(way) {
    this.way = way;
    this.ways.forEach((button, index) => button.setAttribute("aria-pressed", String(WAYS[index][0] === way)));
  }

  take(tool) {
    this.tool = tool;
    this.corners = [];
    this.hover = null;
    this.sheet.hidden = this.hint.hidden = false;
    this.finish.hidden = tool !== "poly";
    this.draw();
  }

  leave() {
    this.tool = null;
    this.choose("set");
    this.sheet.hidden = this.hint.hidden = true;
  }

  placeOf(event) {
    const box = this.el.getBoundingClientRect();
    const { x, y, resolution } = this.look;
    return [x.start + (event.clientX - box.left) * resolution, y.end - (event.clientY - box.top) * resolution];
  }

  listen() {
    const sheet = this.sheet;
    sheet.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      sheet.setPointerCapture(event.pointerId);
      this.down = [event.clientX, event.clientY];
      if (this.tool === "lasso") this.corners = [];
      this.add(this.placeOf(event), event);
    });
    sheet.addEventListener("pointermove", (event) => {
      this.hover = this.placeOf(event);
      if (this.tool === "lasso" && event.buttons && this.corners.length) this.trace(this.hover);
      this.draw();
    });
    sheet.addEventListener("pointerup", (event) => {
      const dragged = Math.hypot(event.clientX - this.down[0], event.clientY - this.down[1]) > DRAGGED_PX;
      if (this.tool === "lasso") return this.done(event);
      if (dragged && this.tool !== "poly" && this.corners.length === 1) this.add(this.placeOf(event), event);
    });
    sheet.addEventListener("dblclick", (event) => this.done(event));
    sheet.addEventListener("wheel", (event) => event.preventDefault(), { passive: false });
  }

  trace(place) {
    const last = this.corners.at(-1);
    const far = Math.hypot(place[0] - last[0], place[1] - last[1]) > LASSO_PX * this.look.resolution;
    if (far && this.corners.length < MOST_POINTS) this.corners.push(place);
  }

  // a key of the map while a tool is in hand; whether it was one of ours
  key(event) {
    if (this.tool === null) return false;
    if (event.key === "Enter") {
      // Enter ends what was clicked; what was set by Enter, Ctrl+Enter ends
      if (this.corners.length > 2 && (event.ctrlKey || !this.isKeyed)) this.done(event);
      else this.add(this.look.middle, event);
    } else if (event.key === "Backspace") { this.corners.pop(); this.draw(); }
    else return false;
    return true;
  }

  add(corner, event) {
    this.isKeyed = event?.type === "keydown";
    const last = this.corners.at(-1);
    if (last && Math.hypot(corner[0] - last[0], corner[1] - last[1]) < 2 * this.look.resolution) return;
    if (this.corners.length < MOST_CORNERS) this.corners.push(corner);
    if ((this.tool === "box" || this.tool === "disc") && this.corners.length === 2) this.done(event);
    else this.draw();
  }

  done(event) {
    const name = this.name();
    if (name === null) return;
    const op = event?.altKey ? "subtract" : event?.shiftKey ? "add" : this.way;
    this.rail.choose(null);
    this.tell(name, op);
  }

  name() {
    const lons = this.corners.map(([x]) => (x / HALF_WORLD) * 180);
    const lats = this.corners.map(([, y]) => latOf(y));
    if (this.tool === "poly" || this.tool === "lasso") {
      // round the world any number of times: the first corner within one turn, the others beside it
      const turn = lons.length ? lonOf(this.corners[0][0]) - lons[0] : 0;
      const kind = this.tool;
      return lons.length < 3 ? null : `${kind}:${lons.map((lon, i) => `${(lon + turn).toFixed(5)},${lats[i].toFixed(5)}`).join(";")}`;
    }
    if (lons.length < 2) return null;
    if (this.tool === "disc") {
      const metres = apart(this.corners[0], this.corners[1]);
      return `disc:${lonOf(this.corners[0][0]).toFixed(5)},${lats[0].toFixed(5)},${metres.toFixed(1)}`;
    }
    const isWhole = Math.abs(lons[1] - lons[0]) >= 360;
    const [west, east] = isWhole ? [-180, 180] : [Math.min(...lons), Math.max(...lons)].map((lon) => lonOf((lon / 180) * HALF_WORLD));
    return `box:${[west, Math.min(...lats), east, Math.max(...lats)].map((edge) => edge.toFixed(5)).join(",")}`;
  }

  draw() {
    if (this.tool === null) return;
    const { sheet, look } = this;
    const ratio = window.devicePixelRatio || 1;
    [sheet.width, sheet.height] = [this.el.clientWidth * ratio, this.el.clientHeight * ratio];
    const ctx = sheet.getContext("2d");
    ctx.scale(ratio, ratio);
    const at = ([x, y]) => [(x - look.x.start) / look.resolution, (look.y.end - y) / look.resolution];
    const corners = this.hover && this.tool !== "lasso" ? [...this.corners, this.hover] : this.corners;
    if (this.corners.length) this.outline(ctx, corners.map(at));
    const zoom = pageZoom();
    ctx.lineWidth = 4 * zoom; ctx.strokeStyle = "rgba(10, 15, 22, .8)"; ctx.stroke();
    ctx.lineWidth = 2 * zoom; ctx.strokeStyle = "#fff"; ctx.stroke();
    ctx.fillStyle = "rgba(98, 176, 238, .14)"; ctx.fill();
    const sentence = this.sentence(corners);
    if (this.words.textContent !== sentence) this.words.textContent = sentence;
    this.finish.disabled = this.corners.length < 3;
  }

  outline(ctx, points) {
    ctx.beginPath();
    const [[x0, y0], [x1, y1] = [x0, y0]] = points;
    if (this.tool === "box") ctx.rect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    else if (this.tool === "disc") ctx.arc(x0, y0, Math.hypot(x1 - x0, y1 - y0), 0, 2 * Math.PI);
    else {
      points.forEach(([x, y], index) => (index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
      ctx.closePath();
    }
  }

  sentence(corners) {
    if (this.tool === "disc" && corners.length > 1) return `Radius ${writtenMetres(apart(corners[0], corners[1]))}`;
    if (this.tool === "poly" && this.corners.length) return `Polygon: ${this.corners.length} ${this.corners.length === 1 ? "corner" : "corners"} so far.`;
    return `${HINTS[this.tool]} Shift adds, Alt takes away.`;
  }
}
