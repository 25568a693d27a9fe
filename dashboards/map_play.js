// A period played on the map: hexagons of the days in a window that moves, and tracks of its last day. All days of
// hexagons come once, as one answer, tracks some days ahead; every step is drawn here, on a canvas above the tiles.

import { bindKey } from "./keys.js";
import { PlayBar } from "./map_play_bar.js";
import { CellRaster, pixelOf } from "./map_play_cells.js";
import { PlayedTracks } from "./map_play_tracks.js";

const HEAD_BYTES = 28;
const WORLD = 2 * 20037508.342789244;
const EVENT = "wf-play";
const COARSE = 0.18;

// see layers/played.py
export function unpack(buffer) {
  const head = new DataView(buffer);
  const [nCells, nVertices, nEntries, first, nSteps, nCoarse] = [0, 4, 8, 12, 16, 24].map((at) => head.getInt32(at, true));
  const unplaced = Math.round(head.getFloat32(20, true));
  let at = HEAD_BYTES;
  const part = (Kind, n) => {
    const made = new Kind(buffer, at, n);
    at += made.byteLength;
    return made;
  };
  return {
    nCells, first, nSteps, unplaced, nCoarse,
    offsets: part(Uint32Array, nCells + 1), x: part(Float32Array, nVertices), y: part(Float32Array, nVertices),
    starts: part(Uint32Array, nSteps + 1), cell: part(Uint32Array, nEntries), value: part(Float32Array, nEntries),
  };
}

// Sums of each cell over the steps from `first` to `last`, both included; moved by adding what enters and taking what leaves.
export class Window {
  constructor(cube) {
    this.cube = cube;
    this.sums = new Float64Array(cube.nCells);
    [this.first, this.last] = [0, -1];
  }

  add(step, sign) {
    const { starts, cell, value } = this.cube;
    for (let i = starts[step]; i < starts[step + 1]; i++) this.sums[cell[i]] += sign * value[i];
  }

  // a jump, or a window without a common step, is summed afresh: no error of rounding is carried on
  to(first, last) {
    if (first < this.first || first > this.last || last < this.last) {
      this.sums.fill(0);
      [this.first, this.last] = [first, first - 1];
    }
    while (this.last < last) this.add(++this.last, 1);
    while (this.first < first) this.add(this.first++, -1);
  }

  // the largest sum that any cell has in any window of so many steps: the scale's end
  static most(cube, width) {
    const window = new Window(cube);
    let most = 0;
    for (let step = 0; step < cube.nSteps; step++) {
      window.to(Math.max(0, step - width + 1), step);
      for (let i = cube.starts[step]; i < cube.starts[step + 1]; i++) most = Math.max(most, window.sums[cube.cell[i]]);
    }
    return most;
  }
}

export class Play {
  // look: where the map looks; stale(): the reader's rights have changed; ended(): the reader has closed it;
  // turned(runs): it plays now, or stands still
  constructor({ el, look, stale, ended, turned }) {
    Object.assign(this, { el, look, stale, given: null, cube: null, frames: 0, turn: 0, isAsking: false });
    this.canvas = document.createElement("canvas");
    this.canvas.className = "wfp-canvas";
    this.canvas.hidden = true;
    el.append(this.canvas);
    this.tracks = new PlayedTracks({ look, stale, changed: () => this.repaint() });
    this.bar = new PlayBar({ el, changed: () => this.draw(), widened: () => this.scale(), ended, turned, ready: (step) => !this.isAsking && this.tracks.has(step) });
    new ResizeObserver(() => this.moved()).observe(el);
    // wherever the focus is: who has pressed the button on top is not at the map
    for (const key of ["Escape", "[", "]"]) {
      bindKey({ keys: [key], when: () => this.isThere, run: (event) => this.bar.key(event) });
    }
  }

  // given: {url, tracks, title, unit, grain, colours, opacity, runs, press} with no url, or no tracks, where they are not
  // played; or {}. runs is what was wanted at that press of the button
  show(given) {
    const before = this.given;
    this.given = given?.title ? given : null;
    this.canvas.hidden = this.given === null;
    if (this.given === null) {
      this.turn += 1;
      this.isAsking = false;
      this.cube = null;
      this.tracks.show(null);
      this.bar.hide();
      window.dispatchEvent(new CustomEvent(EVENT, { detail: null }));
      return;
    }
    const { url, tracks } = this.given;
    if (tracks) this.begin({ first: tracks.first_s / tracks.step_s, nSteps: tracks.n });
    if (!url) this.bar.lack(0);
    this.tracks.show(tracks ?? null);
    if (before?.url !== url) {
      this.turn += 1;
      this.isAsking = false;
      this.cube = null;
      if (url) this.ask(this.turn);
    }
    if (before?.press !== given.press) this.bar.want(given.runs);
    if (this.isThere) this.draw();
  }

  get isThere() { return this.given !== null && (this.cube !== null || !!this.given.tracks); }

  // tracks go by the hour or by the day, cells by the day or by whole months; the finer decides
  get grain() {
    const { tracks, grain } = this.given;
    return tracks ? (tracks.step_s === 3600 ? "h" : "d") : grain;
  }

  begin(steps) {
    this.bar.take(steps, { title: this.given.title, grain: this.grain, hasCells: !!this.given.url });
    this.tracks.last = this.bar.at;
  }

  async ask(turn) {
    if (!this.given.tracks) this.bar.wait(this.given.title);
    this.isAsking = true;
    let answer;
    try {
      answer = await fetch(this.given.url);
      if (answer.status === 410) return this.stale();
      if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
      const cube = unpack(await answer.arrayBuffer());
      if (turn !== this.turn) return;
      this.cube = cube;
    } catch (error) {
      if (turn === this.turn) this.bar.fault(answer && !answer.ok ? error.message : "This could not be read. Close it and try again.");
      return;
    } finally {
      if (turn === this.turn) this.isAsking = false;
    }
    this.window = new Window(this.cube);
    this.raster?.close();
    this.raster = new CellRaster({ cube: this.cube, first: this.cube.nCoarse, look: this.look, changed: () => this.repaint() });
    if (!this.given.tracks) this.begin(this.cube);
    this.bar.lack(this.cube.unplaced);
    this.scale();
  }

  scale() {
    if (this.cube !== null) {
      this.most = Window.most(this.cube, this.grain === this.given.grain ? this.bar.width : 1);
      this.bar.legend(this.given, this.most);
    }
    if (this.isThere) this.draw();
  }

  moved() {
    this.tracks.moved();
    if (this.cube !== null) this.raster.moved();
    this.repaint();
  }

  key(event) { return this.isThere && this.bar.key(event); }

  // ------------------------------------------------------------ drawing
  draw() {
    if (!this.isThere) return;
    this.repaint();
    this.frames += 1;
    window.dispatchEvent(new CustomEvent(EVENT, { detail: this.bar.dates }));
  }

  // the same step once more: the map has moved, or more of it has come
  repaint() {
    if (!this.isThere) return;
    this.tracks.at(this.bar.at, this.bar.stride);
    this.bar.tracks.textContent = this.tracks.said(this.bar.width, this.bar.unit);
    const { width, height } = this.look.size;
    const ratio = window.devicePixelRatio;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.globalAlpha = 1;
    this.tracks.paint(ctx, this.bar.width);
    if (this.cube !== null) this.paintCells(ctx, width, height);
  }

  // the cells' steps that belong to what the bar shows; null where they have none
  cellSpan() {
    if (this.grain === this.given.grain) return this.bar.span;
    const at = new Date(`${this.bar.day(this.bar.at)}T00:00Z`);
    const number = this.given.grain === "m" ? (at.getUTCFullYear() - 1970) * 12 + at.getUTCMonth() : at.getTime() / 86400e3;
    const step = number - this.cube.first;
    return step >= 0 && step < this.cube.nSteps ? { first: step, last: step } : null;
  }

  paintCells(ctx, width, height) {
    const span = this.cellSpan();
    if (span === null) return;
    this.window.to(span.first, span.last);
    // what is known less finely is a veil below
    const paths = this.given.colours.map(() => new Path2D());
    this.trace(paths, width, height);
    ctx.globalAlpha = COARSE;
    paths.forEach((path, step) => {
      ctx.fillStyle = this.given.colours[step];
      ctx.fill(path);
    });
    ctx.globalAlpha = 1;
    if (this.pixels?.of !== this.given) {
      const { colours, opacity } = this.given;
      this.pixels = { of: this.given, table: Uint32Array.from([0, ...colours.map((colour) => pixelOf(colour, opacity))]) };
    }
    const shade = this.shading();
    this.raster.show((cell) => shade(this.window.sums[cell]) + 1, this.pixels.table);
    this.raster.paint(ctx);
  }

  // the number of a sum's colour, -1 for less than the least
  shading() {
    const [last, from] = [this.given.colours.length - 1, Math.log(this.bar.least)];
    const scale = last / Math.max(1e-9, Math.log(Math.max(this.most, this.bar.least)) - from);
    const least = this.bar.least * 0.999;
    return (sum) => (sum < least ? -1 : Math.min(last, Math.max(0, Math.round((Math.log(sum) - from) * scale))));
  }

  // a path for each colour with all its coarse cells: one fill a colour, not one a cell
  trace(paths, width, height) {
    const { x, y, offsets } = this.cube;
    const perWorld = WORLD / this.look.resolution;
    const [left, top] = [this.look.x.start / WORLD, this.look.y.end / WORLD];
    const reach = width / perWorld;
    const shade = this.shading();
    for (let cell = 0; cell < this.cube.nCoarse; cell++) {
      const step = shade(this.window.sums[cell]);
      if (step < 0) continue;
      const path = paths[step];
      const [from, to] = [offsets[cell], offsets[cell + 1]];
      // the copies of the world that show it
      for (let turn = Math.ceil(left - x[from] - 0.1); turn <= left - x[from] + reach + 0.1; turn++) {
        const firstY = (top - y[from]) * perWorld;
        if (firstY < -height || firstY > 2 * height) break;
        path.moveTo((x[from] + turn - left) * perWorld, firstY);
        for (let i = from + 1; i < to; i++) path.lineTo((x[i] + turn - left) * perWorld, (top - y[i]) * perWorld);
        path.closePath();
      }
    }
  }
}
