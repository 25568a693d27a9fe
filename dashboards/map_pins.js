// Numbered pins of what was found by search; a click on one chooses it in the search box.

import { pageZoom } from "./elements.js";
import { WORLD, element, xOf, yOf } from "./map_places.js";

export class Pins {
  constructor({ el, look }) {
    Object.assign(this, { el, look });
    this.layer = element("div", "wfp-pins wfm-over", { role: "group", "aria-label": "What was found" });
    this.pins = [];
    el.append(this.layer);
  }

  // pins: [{pin, title, kind, lon, lat, chosen}]; what is chosen bears its name
  show(pins) {
    this.pins = pins.map(({ pin, title, kind, lon, lat, chosen }) => {
      const name = `${pin}: ${title}, ${kind}`;
      const mark = element("button", "wfp-pin", { type: "button", title: name, "aria-label": name, tabindex: "-1", "data-n": pin });
      if (chosen) {
        mark.classList.add("wfp-chosen");
        mark.append(element("span", "wfp-name", {}, title));
      }
      mark.onpointerdown = (event) => event.stopPropagation();
      mark.onclick = () => window.dispatchEvent(new CustomEvent("wf-pin", { detail: pin }));
      return { mark, x: xOf(lon), y: yOf(lat) };
    });
    this.layer.replaceChildren(...this.pins.map(({ mark }) => mark));
    this.moved();
  }

  moved() {
    const { x, y, resolution } = this.look;
    const [width, height] = [this.el.clientWidth, this.el.clientHeight];
    // a pin on a wall has pixels twice as large as the map's
    const zoom = pageZoom();
    const middle = (x.start + x.end) / 2;
    for (const { mark, x: east, y: north } of this.pins) {
      // the copy of the world that is nearest to the middle
      const turned = east + Math.round((middle - east) / WORLD) * WORLD;
      const [left, top] = [(turned - x.start) / resolution, (y.end - north) / resolution];
      mark.hidden = !(left > -20 && left < width + 20 && top > -20 && top < height + 20);
      mark.style.left = `${left / zoom}px`;
      mark.style.top = `${top / zoom}px`;
    }
  }
}
