// Areas drawn by hand over the map: a box, a disc or a polygon, with the pointer or with Enter at the middle.

import { apart, element, latOf, lonOf, writtenMetres, HALF_WORLD } from "./map_places.js";

const DRAGGED_PX = 6;
const MOST_CORNERS = 40;
const TOOLS = [
  ["box", "▭", "Select by box"],
  ["disc", "◯", "Select by radius"],
  ["poly", "⬠", "Select by polygon"],
];
const HINTS = {
  box: "Box: drag from corner to corner.",
  disc: "Radius: drag from the middle outwards.",
  poly: "Polygon: click the corners, then Finish.",
};

export class AreaTools {
  // tell(name): an area was drawn, as the server writes it
  constructor({ el, look, tell }) {
    Object.assign(this, { el, look, tell });
    this.tool = null;
    this.bar = element("div", "wfm-tools wfm-over", { role: "group", "aria-label": "Select by area", hidden: "" });
    this.buttons = TOOLS.map(([tool, sign, title]) => {
      const button = element("button", "", { type: "button", title, "aria-label": title, "aria-pressed": "false" }, sign);
      button.onclick = () => (this.tool === tool ? this.leave() : this.take(tool));
      this.bar.append(button);
      return button;
    });
    this.sheet = element("canvas", "wfa-sheet wfm-over", { hidden: "" });
    this.hint = element("div", "wfa-hint wfm-over", { role: "status", hidden: "" });
    this.finish = element("button", "", { type: "button" }, "Finish");
    this.cancel = element("button", "", { type: "button" }, "Cancel");
    this.words = element("span", "");
    this.hint.append(this.words, this.finish, this.cancel);
    el.append(this.sheet, this.bar, this.hint);
    this.finish.onclick = () => this.done();
    this.cancel.onclick = () => this.leave();
    this.listen();
  }

  set(isOn) {
    this.bar.hidden = !isOn;
    if (!isOn) this.leave();
  }

  take(tool) {
    this.tool = tool;
    this.corners = [];
    this.hover = null;
    this.buttons.forEach((one, index) => one.setAttribute("aria-pressed", String(TOOLS[index][0] === tool)));
    this.sheet.hidden = this.hint.hidden = false;
    this.finish.hidden = tool !== "poly";
    this.el.focus({ preventScroll: true });
    this.draw();
  }

  leave() {
    if (this.tool === null) return;
    this.tool = null;
    this.buttons.forEach((one) => one.setAttribute("aria-pressed", "false"));
    this.sheet.hidden = this.hint.hidden = true;
    this.el.focus({ preventScroll: true });
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
      this.add(this.placeOf(event));
    });
    sheet.addEventListener("pointermove", (event) => { this.hover = this.placeOf(event); this.draw(); });
    sheet.addEventListener("pointerup", (event) => {
      const dragged = Math.hypot(event.clientX - this.down[0], event.clientY - this.down[1]) > DRAGGED_PX;
      if (dragged && this.tool !== "poly" && this.corners.length === 1) this.add(this.placeOf(event));
    });
    sheet.addEventListener("dblclick", () => this.done());
    sheet.addEventListener("wheel", (event) => event.preventDefault(), { passive: false });
  }

  // a key of the map while a tool is in hand; whether it was one of ours
  key(event) {
    if (this.tool === null) return false;
    if (event.key === "Escape") this.leave();
    else if (event.key === "Enter") this.add(this.look.middle);
    else if (event.key === "Backspace") { this.corners.pop(); this.draw(); }
    else return false;
    return true;
  }

  add(corner) {
    const last = this.corners.at(-1);
    if (last && Math.hypot(corner[0] - last[0], corner[1] - last[1]) < 2 * this.look.resolution) return;
    if (this.corners.length < MOST_CORNERS) this.corners.push(corner);
    if (this.tool !== "poly" && this.corners.length === 2) this.done();
    else this.draw();
  }

  done() {
    const name = this.name();
    if (name === null) return;
    this.leave();
    this.tell(name);
  }

  name() {
    const lons = this.corners.map(([x]) => (x / HALF_WORLD) * 180);
    const lats = this.corners.map(([, y]) => latOf(y));
    if (this.tool === "poly") {
      // round the world any number of times: the first corner within one turn, the others beside it
      const turn = lons.length ? lonOf(this.corners[0][0]) - lons[0] : 0;
      return lons.length < 3 ? null : `poly:${lons.map((lon, i) => `${(lon + turn).toFixed(5)},${lats[i].toFixed(5)}`).join(";")}`;
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
    const corners = this.hover ? [...this.corners, this.hover] : this.corners;
    if (this.corners.length) this.outline(ctx, corners.map(at));
    ctx.lineWidth = 4; ctx.strokeStyle = "rgba(10, 15, 22, .8)"; ctx.stroke();
    ctx.lineWidth = 2; ctx.strokeStyle = "#fff"; ctx.stroke();
    ctx.fillStyle = "rgba(98, 176, 238, .14)"; ctx.fill();
    this.words.textContent = this.sentence(corners);
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
    return HINTS[this.tool];
  }
}
