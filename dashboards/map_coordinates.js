// The coordinates of the cursor, bottom right: decimal degrees, degrees with minutes and seconds, or MGRS, as the
// reader chose; copied by the key c, or by the right button.

import { mgrsOf } from "./map_grid.js";
import { element, lonOf, latOf } from "./map_places.js";

const KEPT = "wf-coordinates";
const SAID_MS = 2500;

function sexagesimal(value, plus, minus) {
  const tenths = Math.round(Math.abs(value) * 36000);
  const [degrees, minutes, seconds] = [Math.floor(tenths / 36000), Math.floor((tenths % 36000) / 600), (tenths % 600) / 10];
  return `${degrees}°${String(minutes).padStart(2, "0")}′${seconds.toFixed(1).padStart(4, "0")}″${value < 0 ? minus : plus}`;
}

export const WRITINGS = {
  decimal: { title: "Degrees", write: (lon, lat) => `${lat.toFixed(5)}, ${lon.toFixed(5)}` },
  dms: { title: "Degrees, minutes, seconds", write: (lon, lat) => `${sexagesimal(lat, "N", "S")} ${sexagesimal(lon, "E", "W")}` },
  mgrs: { title: "MGRS", write: (lon, lat) => mgrsOf(lon, lat) ?? "no MGRS here" },
};

// where a page is not served over a secure line the browser lets only a selection be copied
export async function copied(text) {
  if (navigator.clipboard?.writeText) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* refused: the other way */ }
  }
  const field = element("textarea", "", { style: "position: fixed; opacity: 0" });
  field.value = text;
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  return isDone;
}

export class Coordinates {
  constructor({ el, look }) {
    Object.assign(this, { el, look });
    const kept = localStorage.getItem(KEPT);
    this.writing = kept in WRITINGS ? kept : "decimal";
    this.place = null;
    this.part = element("button", "wfm-cursor wfm-over", { type: "button", "aria-label": "Coordinates" });
    this.part.onclick = () => this.turn();
    this.said = element("div", "wfm-copied", { role: "status" });
    el.append(this.part, this.said);
    el.addEventListener("pointermove", (event) => { this.place = this.placeOf(event); this.show(); });
    el.addEventListener("pointerleave", () => { this.place = null; this.show(); });
    el.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.copy(this.placeOf(event));
    });
    this.show();
  }

  placeOf(event) {
    const box = this.el.getBoundingClientRect();
    const { x, y, resolution } = this.look;
    return [x.start + (event.clientX - box.left) * resolution, y.end - (event.clientY - box.top) * resolution];
  }

  // the next way to write them, remembered by this browser
  turn() {
    const names = Object.keys(WRITINGS);
    this.writing = names[(names.indexOf(this.writing) + 1) % names.length];
    localStorage.setItem(KEPT, this.writing);
    this.show();
  }

  written([x, y]) {
    return WRITINGS[this.writing].write(lonOf(x), latOf(y));
  }

  // without a cursor over the map: its middle
  show() {
    this.part.textContent = this.written(this.place ?? this.look.middle);
    this.part.title = `${WRITINGS[this.writing].title}: click for another writing (m), copy with c or the right button`;
  }

  async copy(place = this.place ?? this.look.middle) {
    const text = this.written(place);
    this.said.textContent = (await copied(text)) ? `Copied ${text}` : `The browser did not let it be copied: ${text}`;
    clearTimeout(this.wait);
    this.wait = setTimeout(() => { this.said.textContent = ""; }, SAID_MS);
  }
}
