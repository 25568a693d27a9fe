// A period played on the map: hexagons of the days in a window that moves. All days come once, as one answer; every
// step is worked out and drawn here, on a canvas above the tiles.

import { PlayBar } from "./map_play_bar.js";

const HEAD_BYTES = 28;
const WORLD = 2 * 20037508.342789244;
const EVENT = "wf-play";
const COARSE = 0.18;

// see layers/played.py
export function unpack(buffer) {
  const head = new DataView(buffer);
  const [nCells, nVertices, nEntries, first, nSteps, unplaced, nCoarse] = [0, 4, 8, 12, 16, 20, 24].map((at) => head.getInt32(at, true));
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
  // look: where the map looks; stale(): the reader's rights have changed; ended(): the reader has closed it
  constructor({ el, look, stale, ended }) {
    Object.assign(this, { el, look, stale, given: null, cube: null, frames: 0, turn: 0 });
    this.canvas = document.createElement("canvas");
    this.canvas.className = "wfp-canvas";
    this.canvas.hidden = true;
    el.append(this.canvas);
    this.bar = new PlayBar({ el, changed: () => this.draw(), widened: () => this.scale(), ended });
    new ResizeObserver(() => this.draw()).observe(el);
  }

  // given: {url, title, unit, grain, colours, opacity}, or {} for nothing
  show(given) {
    const before = this.given;
    this.given = given?.url ? given : null;
    this.canvas.hidden = this.given === null;
    if (this.given === null) {
      this.turn += 1;
      this.cube = null;
      this.bar.hide();
      window.dispatchEvent(new CustomEvent(EVENT, { detail: null }));
    } else if (before?.url !== this.given.url) this.ask(++this.turn);
    else this.draw();
  }

  async ask(turn) {
    this.bar.wait(this.given.title);
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
    }
    this.window = new Window(this.cube);
    this.bar.take(this.cube, this.given);
    this.scale();
  }

  scale() {
    if (this.cube === null) return;
    this.most = Window.most(this.cube, this.bar.width);
    this.bar.legend(this.given, this.most);
    this.draw();
  }

  moved() { if (this.cube !== null) this.draw(); }

  key(event) { return this.cube !== null && this.bar.key(event); }

  // ------------------------------------------------------------ drawing
  draw() {
    if (this.cube === null) return;
    const { first, last } = this.bar.span;
    this.window.to(first, last);
    this.paint();
    this.frames += 1;
    window.dispatchEvent(new CustomEvent(EVENT, { detail: this.bar.dates }));
  }

  paint() {
    const { width, height } = this.look.size;
    const ratio = window.devicePixelRatio;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const { nCoarse, nCells } = this.cube;
    // what is known less finely is a veil below
    for (const [from, to, opacity] of [[0, nCoarse, COARSE], [nCoarse, nCells, this.given.opacity]]) {
      const paths = this.given.colours.map(() => new Path2D());
      this.trace(paths, from, to, width, height);
      ctx.globalAlpha = opacity;
      paths.forEach((path, step) => {
        ctx.fillStyle = this.given.colours[step];
        ctx.fill(path);
      });
    }
  }

  // a path for each colour with all its cells: one fill a colour, not one a cell
  trace(paths, firstCell, lastCell, width, height) {
    const { x, y, offsets } = this.cube;
    const perWorld = WORLD / this.look.resolution;
    const [left, top] = [this.look.x.start / WORLD, this.look.y.end / WORLD];
    const reach = width / perWorld;
    const least = Math.log(this.bar.least);
    const scale = (paths.length - 1) / Math.max(1e-9, Math.log(Math.max(this.most, this.bar.least)) - least);
    for (let cell = firstCell; cell < lastCell; cell++) {
      const sum = this.window.sums[cell];
      if (sum < this.bar.least * 0.999) continue;
      const path = paths[Math.min(paths.length - 1, Math.max(0, Math.round((Math.log(sum) - least) * scale)))];
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
