// The newest positions above the tiles: asked for about once a second while the page is seen, drawn with each paint.
// What is drawn stays until the next answer is here; nothing else is asked anew.

import { pageZoom } from "./elements.js";

const EVERY_MS = 700;
const AWAY_MS = 3000;
const STOPPED_S = 60;
const HEAD_BYTES = 8;
const NO_DIRECTION = 65535;
const REACH_PX = 12;
const SHIP = [[0, -7], [3.4, 5], [0, 3], [-3.4, 5]];
const DOT_PX = 3.2;
// opacity up to a share of the window
const PALER = [[1 / 15, 1], [1 / 3, 0.75], [1, 0.45]];

function unpack(buffer) {
  const head = new DataView(buffer);
  const [n, total] = [head.getUint32(0, true), head.getUint32(4, true)];
  const at = (offset) => HEAD_BYTES + n * offset;
  return {
    n, total,
    x: new Float32Array(buffer, at(0), n), y: new Float32Array(buffer, at(4), n),
    age: new Uint16Array(buffer, at(8), n), direction: new Uint16Array(buffer, at(10), n),
    category: new Uint8Array(buffer, at(12), n),
  };
}

export function ago(seconds) {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

export class LiveMarks {
  // output: where the age is written; paint(): asks for a repaint; stale(): the reader's rights have changed
  constructor({ output, world, paint, stale }) {
    Object.assign(this, { output, world, paint, stale, marks: null, change: "", given: null, fault: "" });
    this.turn = 0;
    setInterval(() => this.tell(), 1000);
  }

  // given: {url, colours, edge, window_s, opacity}, or null for nothing
  show(given) {
    const before = this.given;
    this.given = given?.url ? given : null;
    if (!this.given) {
      this.turn += 1;
      this.marks = null;
    } else if (before?.url !== this.given.url) {
      this.change = "";
      this.ask(++this.turn);
    }
    this.tell();
    this.paint();
  }

  async ask(turn) {
    if (turn !== this.turn) return;
    let wait = EVERY_MS;
    if (document.visibilityState !== "hidden") {
      const asked = performance.now();
      try {
        const answer = await fetch(`${this.given.url}&have=${this.change}`);
        if (turn !== this.turn) return;
        if (answer.status === 410) return this.stale();
        if (answer.status !== 204 && !answer.ok) throw new Error(String(answer.status));
        if (answer.status === 200) {
          this.marks = unpack(await answer.arrayBuffer());
          this.change = answer.headers.get("x-watchfloor-change");
          // a page that is busy hears late: as if it was read when it was asked for, nothing looks fresher than it is
          this.read = asked - 1000 * Number(answer.headers.get("x-watchfloor-read-ago"));
          this.paint();
        }
        this.fault = "";
      } catch {
        this.fault = "no answer";
        wait = AWAY_MS;
      }
      this.tell();
    }
    setTimeout(() => this.ask(turn), wait);
  }

  // seconds since the marks were read on the server, perhaps long before they came: all of them are older by that now
  get passed() { return (performance.now() - this.read) / 1000; }

  // how many have not left the window since, and of how many; the latest stand first, those not listed have left before
  still() {
    const { n, total, age } = this.marks;
    const left = age.findIndex((seconds) => seconds + this.passed > this.given.window_s);
    return left < 0 ? [n, total] : [left, left];
  }

  tell() {
    const { output, marks } = this;
    if (output.hidden !== !this.given) output.hidden = !this.given;
    if (!this.given) return;
    const newest = marks?.n ? Math.min(marks.age[0] + this.passed, Infinity) : Infinity;
    const stopped = newest > STOPPED_S;
    output.classList.toggle("wfm-stopped", Boolean(marks || this.fault) && (stopped || this.fault !== ""));
    const fault = this.fault ? `; ${this.fault}` : "";
    // written only when it changes: a reader of screens would hear it each second
    const said = `${this.said(marks, newest, stopped)}${fault}`;
    if (output.textContent !== said) output.textContent = said;
  }

  said(marks, newest, stopped) {
    if (!marks && !this.fault) return "Live: waiting for the first answer";
    if (!marks?.n || newest > this.given.window_s) return `Live: nothing heard in the newest ${ago(this.given.window_s)}`;
    const [n, total] = this.still();
    const shown = n < total ? `newest ${n.toLocaleString("en")} of ${total.toLocaleString("en")}` : n.toLocaleString("en");
    return `Live: ${stopped ? "stopped, " : ""}${shown} craft, newest ${ago(newest)} ago`;
  }

  // place(x, y): pixels of metres; frame: of the plot
  draw(ctx, place, frame) {
    const { marks, given, world } = this;
    if (!marks?.n || !given) return;
    const [left, top] = place(-world / 2, world / 2);
    const [right, bottom] = place(world / 2, -world / 2);
    const [width, height] = [right - left, bottom - top];
    const first = Math.ceil((frame.left - REACH_PX - right) / width);
    const last = Math.floor((frame.right + REACH_PX - left) / width);
    const batches = new Map();
    for (let i = 0; i < marks.n; i++) {
      const share = (marks.age[i] + this.passed) / given.window_s;
      const py = top + (0.5 - marks.y[i]) * height;
      if (share > 1 || py < frame.top - REACH_PX || py > frame.bottom + REACH_PX) continue;
      const paler = PALER.findIndex(([until]) => share <= until);
      for (let turn = first; turn <= last; turn++) {
        const px = left + (marks.x[i] + 0.5 + turn) * width;
        if (px < frame.left - REACH_PX || px > frame.right + REACH_PX) continue;
        const key = marks.category[i] * PALER.length + paler;
        if (!batches.has(key)) batches.set(key, new Path2D());
        this.add(batches.get(key), px, py, marks.direction[i]);
      }
    }
    ctx.save();
    ctx.lineWidth = 1.4 * pageZoom();
    ctx.lineJoin = "round";
    ctx.strokeStyle = given.edge;
    for (const [key, path] of [...batches].sort(([a], [b]) => (b % PALER.length) - (a % PALER.length))) {
      ctx.globalAlpha = PALER[key % PALER.length][1] * given.opacity;
      ctx.fillStyle = given.colours[Math.floor(key / PALER.length)];
      ctx.stroke(path);
      ctx.fill(path);
    }
    ctx.restore();
  }

  add(path, x, y, direction) {
    const zoom = pageZoom();
    if (direction === NO_DIRECTION) {
      path.moveTo(x + DOT_PX * zoom, y);
      path.arc(x, y, DOT_PX * zoom, 0, 2 * Math.PI);
      return;
    }
    const turn = (direction * Math.PI) / 180;
    const [sin, cos] = [zoom * Math.sin(turn), zoom * Math.cos(turn)];
    SHIP.forEach(([dx, dy], corner) => {
      const point = [x + dx * cos - dy * sin, y + dx * sin + dy * cos];
      if (corner === 0) path.moveTo(...point);
      else path.lineTo(...point);
    });
    path.closePath();
  }
}
