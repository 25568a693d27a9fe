// Two periods on one map: left of a handle the first, right of it the second. Until the second's tiles are there the
// first's show through, dimmed, so that nothing is blank and nothing passes for what it is not.

import { element } from "./map_places.js";

const STEP = 0.02;
const EDGE = 0.03;
const DIMMED = 0.3;

export class Swipe {
  // make(tell): another set of tiles of this map; tell({busy, failed, stale}): of the second's tiles; paint(): repaints
  constructor({ el, make, tell, paint }) {
    Object.assign(this, { el, make, tell, paint, tiles: null, share: 0.5 });
    this.line = element("div", "wfs-line", { hidden: "" });
    this.handle = element("button", "wfs-handle", {
      type: "button", role: "slider", "aria-label": "Divide between the two periods", "aria-valuemin": "0", "aria-valuemax": "100",
      title: "Drag, or move with the arrow keys",
    }, "◂▸");
    this.names = ["wfs-left", "wfs-right"].map((name) => element("span", `wfs-name ${name}`));
    this.line.append(...this.names, this.handle);
    el.append(this.line);
    this.handle.onpointerdown = (event) => this.take(event);
    this.handle.onkeydown = (event) => this.key(event);
  }

  get isOn() { return this.tiles !== null; }

  // given: {url, left, right}, or {} for one period only
  show(given) {
    this.given = given?.url ? given : null;
    this.line.hidden = this.given === null;
    if (this.given === null) {
      this.tiles?.close();
      this.tiles = null;
      this.tell({ busy: false, failed: 0 });
    } else {
      this.tiles ??= this.make((told) => { this.tell(told); this.write(told.busy); });
      this.tiles.show(this.given.url);
      this.write(true);
      this.put(this.share);
    }
    this.paint();
  }

  write(isBusy) {
    if (this.given === null) return;
    const texts = [this.given.left, this.given.right + (isBusy ? " · loading" : "")];
    this.names.forEach((name, index) => { if (name.textContent !== texts[index]) name.textContent = texts[index]; });
  }

  put(share) {
    this.share = Math.max(EDGE, Math.min(1 - EDGE, share));
    this.line.style.left = `${this.share * 100}%`;
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.share * 100)));
    this.handle.setAttribute("aria-valuetext", `${Math.round(this.share * 100)} percent shows ${this.given?.left ?? ""}`);
    this.paint();
  }

  take(event) {
    event.stopPropagation();
    const box = this.el.getBoundingClientRect();
    this.handle.setPointerCapture(event.pointerId);
    this.handle.onpointermove = (moved) => this.put((moved.clientX - box.left) / box.width);
    this.handle.onpointerup = this.handle.onpointercancel = () => { this.handle.onpointermove = null; };
  }

  key(event) {
    const to = { ArrowLeft: this.share - STEP, ArrowRight: this.share + STEP, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.put(to);
  }

  // ------------------------------------------------------------ drawing
  // first: the map's own tiles; at(x, y): pixels of metres; frame: where the map is on the canvas
  draw(ctx, first, at, frame) {
    if (!this.isOn) return first.draw(ctx, at);
    const cut = frame.width * this.share;
    this.within(ctx, frame, frame.left, cut, () => first.draw(ctx, at));
    this.within(ctx, frame, frame.left + cut, frame.width - cut, () => {
      const cover = this.tiles.cover();
      if (cover !== null && !(this.tiles.shown && this.tiles.isWhole(this.tiles.shown, cover))) {
        ctx.globalAlpha = DIMMED;
        first.draw(ctx, at);
        ctx.globalAlpha = 1;
      }
      this.tiles.draw(ctx, at);
    });
  }

  within(ctx, frame, left, width, draw) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, frame.top, width, frame.height);
    ctx.clip();
    draw();
    ctx.restore();
  }
}
