// What lies under a cursor that rests on the tracks: asked of the server once it rests, the latest place wins.

import { element, latOf, lonOf } from "./map_places.js";

const REST_MS = 180;
const STILL_PX = 4;

export class Hover {
  // ask({lon, lat, zoom, turn}): asks the server, whose answer comes back through `tell`
  constructor({ el, look, ask }) {
    Object.assign(this, { el, look, ask });
    this.isOn = false;
    this.turn = 0;
    this.tip = element("div", "wfh-tip", { role: "status", hidden: "" });
    el.append(this.tip);
    el.addEventListener("pointermove", (event) => this.moved(event));
    for (const kind of ["pointerleave", "pointerdown", "wheel"]) {
      el.addEventListener(kind, () => this.forget(), { passive: true });
    }
  }

  set(isOn) {
    this.isOn = isOn;
    if (!isOn) this.forget();
  }

  forget() {
    clearTimeout(this.rest);
    this.turn += 1;
    this.at = null;
    this.tip.hidden = true;
  }

  moved(event) {
    if (!this.isOn || event.buttons || event.pointerType === "touch") return;
    // buttons and bars over the map are no place on it
    if (event.composedPath().some((one) => one.classList?.contains("wfm-over"))) return this.forget();
    const box = this.el.getBoundingClientRect();
    const at = [event.clientX - box.left, event.clientY - box.top];
    if (this.at && Math.hypot(at[0] - this.at[0], at[1] - this.at[1]) < STILL_PX) return;
    this.forget();
    this.at = at;
    this.rest = setTimeout(() => {
      const { x, y, resolution, zoom } = this.look;
      const lon = lonOf(x.start + at[0] * resolution);
      this.ask({ lon, lat: latOf(y.end - at[1] * resolution), zoom, turn: this.turn });
    }, REST_MS);
  }

  // an answer: {turn, title, rows: [[colour, name, text]], foot}; without rows there is nothing to tell
  tell({ turn, title, rows, foot }) {
    if (turn !== this.turn || !this.at || rows.length === 0) return;
    const lines = rows.map(([colour, name, text]) => {
      const line = element("p", "wfh-row");
      const swatch = element("i", "");
      swatch.style.background = colour;
      line.append(swatch, element("b", "", {}, name), element("span", "", {}, text));
      return line;
    });
    this.tip.replaceChildren(element("p", "wfh-title", {}, title), ...lines, element("p", "wfh-foot", {}, foot));
    this.tip.hidden = false;
    this.place();
  }

  place() {
    // on a wall what is told is twice as large as the map below it
    const scale = (this.tip.currentCSSZoom ?? 1) / (this.el.currentCSSZoom ?? 1);
    const [x, y] = this.at;
    const { clientWidth, clientHeight } = this.el;
    const [width, height] = [this.tip.offsetWidth * scale, this.tip.offsetHeight * scale];
    this.tip.style.left = `${(x + 18 + width > clientWidth ? x - 14 - width : x + 18) / scale}px`;
    this.tip.style.top = `${Math.max(8, Math.min(y + 14, clientHeight - height - 8)) / scale}px`;
  }
}
