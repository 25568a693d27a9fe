// The hand on a graph's picture: taps, the wheel, dragging the view, a box drawn with Shift.

import { pageZoom } from "./elements.js";

const DRAG_PX = 4;
const HAND = ["mousedown", "mousemove", "mouseup", "mouseout", "pointerdown", "pointermove", "pointerup", "pointerout",
  "click", "dblclick", "contextmenu"];

const modifier = (event) => Boolean(event?.ctrlKey || event?.metaKey || event?.shiftKey);

export class Hand {
  // drawing: what is moved, and knows what stands where; tell: as the drawing is given it
  constructor(drawing, tell) {
    const { element } = drawing;
    Object.assign(this, { drawing, element, tell, held: false });
    this.box = document.createElement("div");
    this.box.className = "wfk-box";
    this.box.hidden = true;
    element.append(this.box);
    this.listen(drawing.chart, drawing.face);
  }

  listen(chart, face) {
    // the chart reads these where they stand, and else takes the screen's pixels for its own
    const place = (event) => { [event.zrX, event.zrY] = this.local(event); };
    for (const name of HAND) face.addEventListener(name, place, { capture: true });
    chart.on("click", ({ dataType, data, event }) => {
      if (dataType === "node") this.tell({ kind: "tap", index: Number(data.id), more: modifier(event.event) });
    });
    chart.on("dblclick", ({ dataType, data }) => {
      if (dataType === "node") this.tell({ kind: "open", index: Number(data.id) });
    });
    chart.on("mouseover", ({ dataType, data }) => {
      if (dataType === "node") this.tell({ kind: "hover", index: Number(data.id) });
      else if (dataType === "edge") this.tell({ kind: "hover", edge: [this.drawing.shown[data.source], this.drawing.shown[data.target]] });
    });
    chart.on("mouseout", () => this.tell({ kind: "hover" }));
    chart.getZr().on("click", (event) => { if (!event.target) this.tell({ kind: "tap", index: -1 }); });
    this.element.addEventListener("wheel", (event) => {
      if (!this.mayZoom(event)) return this.tell({ kind: "passed", at: this.local(event) });
      event.preventDefault();
      this.drawing.zoom(1.0016 ** -event.deltaY, this.local(event));
    }, { passive: false });
    this.element.addEventListener("pointerdown", (event) => { this.held = true; this.grab(event); });
    this.element.addEventListener("pointerleave", () => { this.held = false; });
  }

  // a wheel that turns a page on passes over the graph, unless a hand has taken hold of it
  mayZoom(event) {
    const page = event.composedPath().find((one) => one.classList?.contains("wf-content"));
    const scrolls = page !== undefined && page.scrollHeight > page.clientHeight + 1;
    return !scrolls || this.held || event.ctrlKey || event.metaKey;
  }

  local(event) {
    const { left, top } = this.element.getBoundingClientRect(), zoom = pageZoom();
    return [(event.clientX - left) / zoom, (event.clientY - top) / zoom];
  }

  grab(event) {
    if (event.button !== 0) return;
    const start = this.local(event);
    let last = start, dragged = false;
    const isBox = event.shiftKey;
    const go = (moving) => {
      const now = this.local(moving);
      dragged ||= Math.hypot(now[0] - start[0], now[1] - start[1]) > DRAG_PX;
      if (!dragged) return;
      if (isBox) this.frameBox(start, now);
      else this.drawing.move(now[0] - last[0], now[1] - last[1]);
      last = now;
    };
    const end = (ending) => {
      window.removeEventListener("pointermove", go);
      window.removeEventListener("pointerup", end);
      this.box.hidden = true;
      if (isBox && dragged) this.tell({ kind: "box", indices: this.within(start, this.local(ending)) });
    };
    window.addEventListener("pointermove", go);
    window.addEventListener("pointerup", end);
  }

  frameBox(a, b) {
    this.box.hidden = false;
    Object.assign(this.box.style, { left: `${Math.min(a[0], b[0])}px`, top: `${Math.min(a[1], b[1])}px`,
      width: `${Math.abs(a[0] - b[0])}px`, height: `${Math.abs(a[1] - b[1])}px` });
  }

  within(a, b) {
    const [x0, x1] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])], [y0, y1] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
    return this.drawing.nodes.flatMap((node, index) => {
      const [x, y] = this.drawing.at(node);
      return x >= x0 && x <= x1 && y >= y0 && y <= y1 ? [index] : [];
    });
  }
}
