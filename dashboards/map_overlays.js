// Tiles of partners' layers: pictures under the facts, shapes over them. Each has tiles of its own, so that one that is
// slow holds up no other, and thins at once when its opacity changes.

import { element } from "./map_places.js";

export class Overlays {
  // el: the map, which says in data-overlays whether all are there; stale(): an address is old.
  // settled(): all are there. make(tell): tiles of this map, paint(): a repaint; both are given later
  constructor({ el, stale, settled }) {
    Object.assign(this, { el, stale, settled, shown: new Map(), gone: [], busy: new Set() });
    this.note = element("div", "wfo-said", { role: "status", hidden: "" });
    el.append(this.note);
  }

  // given: [{code, url, opacity, below}] from the lowest to the highest
  show(given) {
    const next = new Map();
    for (const one of given) {
      const tiles = this.shown.get(one.code)?.tiles ?? this.make((told) => this.hear(one.code, told));
      next.set(one.code, { ...one, tiles });
      tiles.show(one.url);
    }
    for (const [code, one] of this.shown) {
      if (next.has(code)) continue;
      this.busy.delete(code);
      // what lies under the facts goes when these have a ground of their own again
      if (one.below) this.gone.push(one);
      else one.tiles.close();
    }
    this.shown = next;
    this.say();
    this.write();
    this.paint();
  }

  hear(code, { busy, stale }) {
    if (stale) return this.stale();
    if (busy) this.busy.add(code);
    else this.busy.delete(code);
    this.say();
  }

  say() {
    const settled = this.shown.size && !this.busy.size ? "yes" : "";
    if (this.el.dataset.overlays === settled) return;
    this.el.dataset.overlays = settled;
    if (settled) this.settled();
  }

  // whose pictures are shown, and how old they are
  write() {
    const told = [...this.shown.values()].filter((one) => one.said);
    this.note.hidden = told.length === 0;
    this.note.replaceChildren(...told.map((one) => element("p", one.is_stale ? "wfo-stale" : "", {}, one.said)));
  }

  // main: the tiles of the facts; at(x, y): pixels of metres
  drawBelow(ctx, main, at) {
    if (this.gone.length && main.next === null) {
      for (const one of this.gone) one.tiles.close();
      this.gone = [];
    }
    for (const one of [...this.gone, ...this.shown.values()]) if (one.below) this.draw(ctx, one, at);
  }

  drawAbove(ctx, at) {
    for (const one of this.shown.values()) if (!one.below) this.draw(ctx, one, at);
  }

  draw(ctx, { tiles, opacity }, at) {
    ctx.save();
    ctx.globalAlpha = opacity;
    tiles.draw(ctx, at);
    ctx.restore();
  }
}
