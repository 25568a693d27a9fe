// The rail of tools on the map: a register of what can be taken in hand, one at a time.
//
//   rail.add({ name: "lasso", title: "Lasso", hint: "Select what is within a line", key: "o",
//              icon: "M4 4h12v12H4z", take() {…}, leave() {…}, handle(event) { return false; } });
//
// icon: strokes of a picture 20 by 20. take, leave: the tool comes into the hand, goes out of it.
// handle(event): a key while it is in the hand and the map has the focus; true if it was meant for the tool.
// Escape leaves any tool. What a tool draws and what it says stands best on a Sheet: see map_sheet.js.

import { bindKey } from "./keys.js";
import { element } from "./map_places.js";

const SVG = "http://www.w3.org/2000/svg";

function picture(strokes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", strokes);
  svg.append(path);
  return svg;
}

export class Rail {
  constructor({ el }) {
    this.el = el;
    this.tools = new Map();
    this.inHand = null;
    this.bar = element("div", "wfr-rail wfm-over", { role: "toolbar", "aria-label": "Map tools", "aria-orientation": "vertical" });
    this.bar.addEventListener("keydown", (event) => this.walk(event));
    const dock = element("div", "wfr-dock");
    dock.append(this.bar);
    el.append(dock);
    bindKey({ keys: ["Escape"], within: el, when: () => this.inHand !== null, run: () => this.choose(null) });
  }

  add(tool) {
    const written = tool.key ? ` (${tool.key})` : "";
    const button = element("button", "wfr-tool", {
      type: "button", title: `${tool.hint ?? tool.title}${written}`, "aria-pressed": "false", tabindex: this.tools.size ? "-1" : "0",
    });
    button.append(picture(tool.icon), element("span", "", {}, tool.title));
    button.onclick = () => this.turn(tool.name);
    this.bar.append(button);
    this.tools.set(tool.name, { ...tool, button });
    if (tool.key) {
      bindKey({ keys: [tool.key], title: tool.hint ?? tool.title, group: "Map tools", run: () => this.turn(tool.name),
        when: () => !button.hidden });
    }
    return button;
  }

  // a tool that does not belong to what is shown is not there at all
  show(name, isThere) {
    this.tools.get(name).button.hidden = !isThere;
    if (!isThere && this.inHand === name) this.choose(null);
  }

  turn(name) {
    this.choose(this.inHand === name ? null : name);
  }

  choose(name) {
    if (name === this.inHand) return;
    const before = this.inHand;
    // first, so that a tool that leaves by itself does not leave twice
    this.inHand = name;
    this.tools.get(before)?.leave();
    for (const [one, { button }] of this.tools) button.setAttribute("aria-pressed", String(one === name));
    this.tools.get(name)?.take();
    this.el.focus({ preventScroll: true });
  }

  // a key of the map; whether it was meant for the tool in the hand
  key(event) {
    if (this.inHand === null) return false;
    if (event.key === "Escape") this.choose(null);
    else return this.tools.get(this.inHand).handle?.(event) ?? false;
    return true;
  }

  // arrows walk along the rail, as in any toolbar
  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...this.tools.values()].map(({ button }) => button).filter((button) => !button.hidden);
    const at = buttons.indexOf(this.el.getRootNode().activeElement);
    const next = buttons[(at + step + buttons.length) % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  }
}
