// The map of a draft: the product's own ground with the rows above it, each as closely as its place is known.

import { HALF_WORLD, WORLD, Tiles } from "/assets/map_tiles.js";

const RADIUS = 6378137;
const DOT = 4;
const REACH = 9;
const BAR_PX = 110;
const xOf = (lon) => (lon / 180) * HALF_WORLD;
const yOf = (lat) => RADIUS * Math.asinh(Math.tan((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180));
const latOf = (y) => (Math.atan(Math.sinh(y / RADIUS)) * 180) / Math.PI;
const element = (name, attributes, text = "") => {
  const made = Object.assign(document.createElement(name), { textContent: text });
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

class DraftMap {
  constructor(el) {
    this.el = el;
    this.canvas = el.appendChild(element("canvas", { "aria-hidden": "true" }));
    this.tip = el.appendChild(element("div", { class: "wf-intake-tip", role: "status", hidden: "" }));
    this.scale = el.appendChild(element("div", { class: "wf-intake-scale" }));
    this.lost = el.appendChild(element("button", { class: "wf-intake-lost", type: "button", hidden: "" }));
    this.lost.onclick = () => this.tiles.again();
    this.addButtons();
    const style = getComputedStyle(el);
    this.colours = { dot: style.getPropertyValue("--wf-accent"), edge: style.getPropertyValue("--wf-ground") };
    this.marks = JSON.parse(el.dataset.marks).map(([lon, lat, metres, n, text]) => ({
      x: xOf(lon), y: yOf(lat), radius: metres / Math.max(0.05, Math.cos((lat * Math.PI) / 180)), metres, n, text,
    }));
    const tile = Number(el.dataset.tile);
    [this.least, this.most] = JSON.parse(el.dataset.zooms);
    this.tiles = new Tiles({
      size: tile, zooms: [this.least, this.most], look: () => this.look(), paint: () => this.paint(),
      tell: ({ busy, failed, stale }) => {
        if (stale) return location.reload();
        const settled = busy ? "" : "yes";
        if (el.dataset.settled !== settled) el.dataset.settled = settled;
        this.lost.hidden = !failed;
        if (failed) this.lost.textContent = `${failed} parts of the map did not load. Try again`;
      },
    });
    this.listen();
    new ResizeObserver(() => this.sized()).observe(el);
  }

  addButtons() {
    const box = this.el.appendChild(element("div", { class: "wf-intake-zooms" }));
    for (const [sign, name, act] of [["+", "Zoom in", () => this.nearer(2)], ["−", "Zoom out", () => this.nearer(0.5)], ["⤢", "All rows", () => this.home()]]) {
      box.appendChild(element("button", { type: "button", "aria-label": name, title: name }, sign)).onclick = act;
    }
  }

  // ------------------------------------------------------------ where it looks
  sized() {
    const box = this.el.getBoundingClientRect();
    if (!(box.width > 1 && box.height > 1)) return;
    // a wall's letters are twice as large: see page.css
    this.swell = box.width / this.el.offsetWidth || 1;
    this.ratio = (window.devicePixelRatio || 1) * this.swell;
    const isFirst = this.width === undefined;
    [this.width, this.height] = [box.width / this.swell, box.height / this.swell];
    this.canvas.width = Math.round(this.width * this.ratio);
    this.canvas.height = Math.round(this.height * this.ratio);
    if (isFirst) {
      this.home();
      this.tiles.show(this.el.dataset.url);
    } else this.go(this.x, this.y, this.metres);
  }

  home() {
    const { lon, lat, zoom } = this.el.dataset;
    // the view was made for a map of 1,200 pixels
    const fit = Math.max(1200 / this.width, 800 / this.height, 1);
    this.go(xOf(Number(lon)), yOf(Number(lat)), (WORLD / 256 / 2 ** Number(zoom)) * fit);
  }

  // metres: of EPSG:3857 to a pixel of the page
  go(x, y, metres) {
    const widest = Math.min(WORLD / 256 / 2 ** this.least, WORLD / Math.max(this.height, 256));
    this.metres = Math.min(widest, Math.max(WORLD / 256 / 2 ** this.most, metres));
    const half = (this.height * this.metres) / 2;
    this.x = x - WORLD * Math.round(x / WORLD);
    this.y = Math.max(half - HALF_WORLD, Math.min(HALF_WORLD - half, y));
    this.paint();
  }

  nearer(times, [px, py] = [this.width / 2, this.height / 2]) {
    const [dx, dy] = [px - this.width / 2, this.height / 2 - py];
    const before = this.metres;
    this.go(this.x, this.y, before / times);
    this.go(this.x + dx * (before - this.metres), this.y + dy * (before - this.metres), this.metres);
  }

  look() {
    const [halfX, halfY] = [((this.width ?? 0) * this.metres) / 2, ((this.height ?? 0) * this.metres) / 2];
    return {
      x0: this.x - halfX, y0: this.y - halfY, x1: this.x + halfX, y1: this.y + halfY,
      // as many tiles as a desk needs: on a wall their letters are twice as large, too
      width: this.canvas.width / (this.swell ?? 1), height: this.canvas.height / (this.swell ?? 1),
    };
  }

  // ------------------------------------------------------------ drawing
  paint() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.draw(); });
  }

  draw() {
    if (!(this.width > 0)) return;
    const ctx = this.canvas.getContext("2d");
    const { x0, y1 } = this.look();
    const perMetre = this.ratio / this.metres;
    ctx.fillStyle = this.colours.edge;
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.tiles.draw(ctx, (x, y) => [Math.round((x - x0) * perMetre), Math.round((y1 - y) * perMetre)]);
    ctx.save();
    ctx.scale(this.ratio, this.ratio);
    for (const [mark, px, py, radius] of this.placed()) this.drawMark(ctx, mark, px, py, radius);
    ctx.restore();
    this.drawScale();
  }

  // pixels of every mark that is seen, on each turn round the world
  *placed() {
    const { x0, x1, y0, y1 } = this.look();
    for (const mark of this.marks) {
      if (mark.y + mark.radius < y0 || mark.y - mark.radius > y1) continue;
      for (const turn of [-WORLD, 0, WORLD]) {
        const x = mark.x + turn;
        if (x + mark.radius < x0 || x - mark.radius > x1) continue;
        yield [mark, (x - x0) / this.metres, (y1 - mark.y) / this.metres, mark.radius / this.metres];
      }
    }
  }

  // nothing is drawn finer than it is known: a circle has no dot in its middle
  drawMark(ctx, mark, px, py, radius) {
    ctx.beginPath();
    ctx.arc(px, py, Math.max(radius, DOT), 0, 2 * Math.PI);
    ctx.fillStyle = this.colours.dot;
    ctx.globalAlpha = radius > DOT ? 0.1 : 0.9;
    ctx.fill();
    ctx.globalAlpha = 0.9;
    ctx.lineWidth = radius > DOT ? 1.5 : 1;
    ctx.strokeStyle = radius > DOT ? this.colours.dot : this.colours.edge;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  drawScale() {
    const metres = this.metres * Math.cos((latOf(this.y) * Math.PI) / 180) * BAR_PX;
    const power = 10 ** Math.floor(Math.log10(metres));
    const nice = [5, 2, 1].find((step) => step * power <= metres) * power;
    this.scale.style.width = `${Math.round((nice / metres) * BAR_PX)}px`;
    this.scale.textContent = nice >= 1000 ? `${(nice / 1000).toLocaleString("en")} km` : `${nice} m`;
  }

  // ------------------------------------------------------------ hands
  at(event) {
    const box = this.el.getBoundingClientRect();
    return [(event.clientX - box.left) / this.swell, (event.clientY - box.top) / this.swell];
  }

  // what lies under a place: the finest that is there
  tell([px, py]) {
    let best = null;
    for (const [mark, x, y, radius] of this.placed()) {
      if (Math.hypot(px - x, py - y) > Math.max(radius, REACH)) continue;
      if (best === null || mark.metres < best.metres) best = mark;
    }
    this.tip.hidden = best === null;
    if (best === null) return;
    const size = best.metres >= 1000 ? `${(best.metres / 1000).toLocaleString("en")} km` : `${Math.round(best.metres)} m`;
    const rows = best.n === 1 ? "1 row" : `${best.n.toLocaleString("en")} rows`;
    this.tip.textContent = [best.text, rows, best.metres > 0 ? `known within ${size}` : ""].filter(Boolean).join(" · ");
    this.tip.style.left = `${Math.min(px + 14, this.width - this.tip.offsetWidth - 8)}px`;
    this.tip.style.top = `${Math.min(py + 14, this.height - this.tip.offsetHeight - 8)}px`;
  }

  listen() {
    const { el } = this;
    el.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.nearer(2 ** (-Math.max(-300, Math.min(300, event.deltaY)) / 300), this.at(event));
    }, { passive: false });
    let held = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      held = [...this.at(event), this.x, this.y];
      this.canvas.setPointerCapture(event.pointerId);
      el.focus({ preventScroll: true });
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [px, py] = this.at(event);
      if (held === null) return this.tell([px, py]);
      this.tip.hidden = true;
      this.go(held[2] - (px - held[0]) * this.metres, held[3] + (py - held[1]) * this.metres, this.metres);
    });
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => { held = null; });
    this.canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    const step = 80;
    const keys = {
      "+": () => this.nearer(2), "=": () => this.nearer(2), "-": () => this.nearer(0.5), 0: () => this.home(),
      ArrowLeft: () => this.go(this.x - step * this.metres, this.y, this.metres),
      ArrowRight: () => this.go(this.x + step * this.metres, this.y, this.metres),
      ArrowUp: () => this.go(this.x, this.y + step * this.metres, this.metres),
      ArrowDown: () => this.go(this.x, this.y - step * this.metres, this.metres),
    };
    el.addEventListener("keydown", (event) => {
      if (event.target !== el || !(event.key in keys)) return;
      event.preventDefault();
      keys[event.key]();
    });
  }
}

const place = document.getElementById("wf-map");
if (place) place.wfMap = new DraftMap(place);
