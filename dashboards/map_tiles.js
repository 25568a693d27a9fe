// Tiles drawn into a canvas of ours: only what is seen is asked for, what is no longer seen is given up, and a
// new question takes over when all of it is there, so that the map is never blank.

import { pageZoom } from "./elements.js";

export const HALF_WORLD = 20037508.342789244;
export const WORLD = 2 * HALF_WORLD;

const KEPT_PIXELS = 16e6;
// while the wheel turns on, what one step would ask for is vain at the next
const ASK_DELAY_MS = 15;
const MOVING_DELAY_MS = 60;
const MOVING_MS = 250;
const PAINT_DELAY_MS = 40;
const RETRY_DELAY_MS = 400;
const MOST_ATTEMPTS = 2;
const PATIENCE_MS = 8000;

// Frames of a bundle: four little-endian numbers (zoom, column, row, size) and a picture of that size.
async function* frames(body) {
  const reader = body.getReader();
  let held = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const joined = new Uint8Array(held.length + value.length);
    joined.set(held);
    joined.set(value, held.length);
    held = joined;
    while (held.length >= 16) {
      const head = new DataView(held.buffer, held.byteOffset, 16);
      const [z, x, y, size] = [0, 4, 8, 12].map((at) => head.getUint32(at, true));
      if (held.length < 16 + size) break;
      yield { key: `${z}/${x}/${y}`, blob: new Blob([held.subarray(16, 16 + size)], { type: "image/png" }) };
      held = held.subarray(16 + size);
    }
  }
}

// Pictures of one question, by level, column and row.
class Question {
  constructor(url) {
    this.url = url;
    this.tiles = new Map();
  }

  get(z, x, y) { return this.tiles.get(`${z}/${x}/${y}`); }
}

export class Tiles {
  // look(): {x0, y0, x1, y1} in metres and {width, height} in pixels of the picture; paint(): asks for a repaint;
  // tell({busy, failed, stale, isOld}): what a person may have to know; isOld: what is seen was asked before
  constructor({ size, zooms, look, paint, tell }) {
    Object.assign(this, { size, zooms, look, paint, tell });
    this.shown = null;
    this.next = null;
    this.flights = new Map();
    this.queue = [];
    this.delay = null;
  }

  show(url) {
    if (!url || url === this.next?.url || (!this.next && url === this.shown?.url)) return;
    this.giveUp(() => true);
    const question = new Question(url);
    if (this.shown === null) this.shown = question;
    else this.next = question;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.takeOver(question), PATIENCE_MS);
    this.paint();
  }

  // nothing more is asked for, and nothing stays in memory
  close() {
    this.giveUp(() => true);
    this.queue = [];
    clearTimeout(this.delay);
    clearTimeout(this.soon);
    clearTimeout(this.patience);
    for (const question of [this.shown, this.next]) {
      for (const tile of question?.tiles.values() ?? []) tile.picture?.close();
    }
    this.shown = this.next = null;
  }

  again() {
    for (const question of [this.shown, this.next]) {
      for (const [key, tile] of question?.tiles ?? []) if (!tile.picture) question.tiles.delete(key);
    }
    this.paint();
  }

  takeOver(question) {
    if (this.next !== question) return;
    this.swap();
    this.paint();
  }

  swap() {
    for (const tile of this.shown.tiles.values()) tile.picture?.close();
    this.shown = this.next;
    this.next = null;
  }

  // ------------------------------------------------------------ what is seen
  cover() {
    const { x0, y0, x1, y1, width, height } = this.look();
    if (!(width > 0 && height > 0 && x1 > x0)) return null;
    const exact = Math.log2((WORLD / this.size) / ((x1 - x0) / width));
    const z = Math.max(this.zooms[0], Math.min(this.zooms[1], Math.round(exact)));
    const span = WORLD / 2 ** z;
    const [left, right] = [Math.floor((x0 + HALF_WORLD) / span), Math.floor((x1 + HALF_WORLD) / span)];
    const [top, bottom] = [Math.floor((HALF_WORLD - y1) / span), Math.floor((HALF_WORLD - y0) / span)];
    const tiles = [];
    for (let row = Math.max(0, top); row <= Math.min(2 ** z - 1, bottom); row++) {
      for (let column = left; column <= right; column++) tiles.push([column, row]);
    }
    const [middleX, middleY] = [(x0 + x1) / 2 / span, -(y0 + y1) / 2 / span];
    const far = ([column, row]) => Math.hypot(column + 0.5 - 2 ** z / 2 - middleX, row + 0.5 - 2 ** z / 2 - middleY);
    tiles.sort((a, b) => far(a) - far(b));
    return { z, span, tiles };
  }

  // ------------------------------------------------------------ drawing
  // place(x, y): pixels of metres on the canvas
  draw(ctx, place) {
    const cover = this.cover();
    if (cover === null || this.shown === null) return;
    if (this.next && this.isWhole(this.next, cover)) this.swap();
    const missing = [];
    for (const tile of cover.tiles) {
      if (!this.wrapped(this.shown, cover.z, tile)?.picture) missing.push(tile);
    }
    for (const tile of missing) this.drawStandIn(ctx, place, cover, tile);
    for (const [column, row] of cover.tiles) {
      const found = this.wrapped(this.shown, cover.z, [column, row]);
      if (found?.picture) this.lay(ctx, place, found.picture, cover.z, column, row);
    }
    this.need(cover);
  }

  wrapped(question, z, [column, row]) {
    const count = 2 ** z;
    const found = question.get(z, ((column % count) + count) % count, row);
    if (found) found.used = performance.now();
    return found;
  }

  isWhole(question, cover) {
    return cover.tiles.every((tile) => {
      const found = this.wrapped(question, cover.z, tile);
      return found !== undefined && (found.picture || found.attempts >= MOST_ATTEMPTS);
    });
  }

  // the nearest coarser picture that is here, and finer ones above it
  drawStandIn(ctx, place, { z }, [column, row]) {
    for (let up = 1; up <= z; up++) {
      const [x, y] = [Math.floor(column / 2 ** up), Math.floor(row / 2 ** up)];
      const found = this.wrapped(this.shown, z - up, [x, y]);
      if (!found?.picture) continue;
      const part = this.size / 2 ** up;
      const from = [(column - x * 2 ** up) * part, (row - y * 2 ** up) * part];
      this.lay(ctx, place, found.picture, z, column, row, [...from, part, part]);
      break;
    }
    for (const [x, y] of [[0, 0], [1, 0], [0, 1], [1, 1]].map(([a, b]) => [2 * column + a, 2 * row + b])) {
      const found = this.wrapped(this.shown, z + 1, [x, y]);
      if (found?.picture) this.lay(ctx, place, found.picture, z + 1, x, y);
    }
  }

  lay(ctx, place, picture, z, column, row, part = [0, 0, this.size, this.size]) {
    const span = WORLD / 2 ** z;
    const [left, top] = place(column * span - HALF_WORLD, HALF_WORLD - row * span);
    const [right, bottom] = place((column + 1) * span - HALF_WORLD, HALF_WORLD - (row + 1) * span);
    ctx.drawImage(picture, ...part, left, top, right - left, bottom - top);
  }

  // ------------------------------------------------------------ asking
  need({ z, tiles }) {
    const question = this.next ?? this.shown;
    const count = 2 ** z;
    const wanted = new Map();
    for (const [column, row] of tiles) {
      const x = ((column % count) + count) % count;
      wanted.set(`${z}/${x}/${row}`, { question, z, x, y: row });
    }
    this.wanted = wanted;
    this.giveUp((key, flight) => flight.question !== question || !wanted.has(key));
    this.queue = [...wanted].filter(([key]) => {
      const tile = question.tiles.get(key);
      return !this.flights.has(key) && (tile === undefined || (!tile.picture && !tile.rests && tile.attempts < MOST_ATTEMPTS));
    });
    this.report(question);
    const seen = [...wanted.keys()].join();
    if (seen === this.seen && this.delay !== null) return;
    const now = performance.now();
    const isMoving = seen !== this.seen && now - (this.movedAt ?? -MOVING_MS) < MOVING_MS;
    if (seen !== this.seen) this.movedAt = now;
    this.seen = seen;
    clearTimeout(this.delay);
    this.delay = null;
    if (this.queue.length === 0) return;
    this.delay = setTimeout(() => { this.delay = null; this.send(); }, isMoving ? MOVING_DELAY_MS : ASK_DELAY_MS);
  }

  async send() {
    if (this.queue.length === 0) return;
    const question = this.queue[0][1].question;
    const flight = { question, control: new AbortController(), left: new Set(this.queue.map(([key]) => key)) };
    for (const key of flight.left) this.flights.set(key, flight);
    this.queue = [];
    let status;
    try {
      // names on a wall are as large as the page's letters; what has none knows of no such thing
      const swell = pageZoom() > 1 && question.url.startsWith("/tiles/") ? "&swell=2" : "";
      const url = question.url.replace("{tiles}", [...flight.left].join()) + swell;
      const answer = await fetch(url, { signal: flight.control.signal });
      status = answer.status;
      const arriving = [];
      if (answer.ok) for await (const frame of frames(answer.body)) arriving.push(this.arrived(flight, frame));
      await Promise.all(arriving);
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    for (const key of flight.left) this.missed(flight, key, status);
    this.paintSoon();
  }

  async arrived(flight, { key, blob }) {
    if (blob.size === 0) return;
    const picture = await createImageBitmap(blob);
    flight.left.delete(key);
    if (this.flights.get(key) === flight) this.flights.delete(key);
    flight.question.tiles.set(key, { picture, attempts: 0, used: performance.now() });
    this.forgetSome(flight.question);
    this.paintSoon();
  }

  missed(flight, key, status) {
    const tile = flight.question.tiles.get(key) ?? { attempts: 0 };
    tile.attempts = status === 410 ? MOST_ATTEMPTS : tile.attempts + 1;
    flight.question.tiles.set(key, tile);
    if (this.flights.get(key) === flight) this.flights.delete(key);
    if (status === 410) this.tell({ stale: true });
    else if (tile.attempts < MOST_ATTEMPTS) {
      tile.rests = true;
      setTimeout(() => { tile.rests = false; this.paintSoon(); }, RETRY_DELAY_MS);
    }
  }

  // an answer under way is given up when nothing that it still brings is seen any more
  giveUp(isVain) {
    for (const flight of new Set(this.flights.values())) {
      if (![...flight.left].every((key) => isVain(key, flight))) continue;
      flight.control.abort();
      for (const key of flight.left) if (this.flights.get(key) === flight) this.flights.delete(key);
    }
  }

  // several pictures that arrive together are painted together; the last one at once
  paintSoon() {
    if (this.flights.size === 0 && this.queue.length === 0) {
      clearTimeout(this.soon);
      this.soon = null;
      this.paint();
    } else {
      this.soon ??= setTimeout(() => { this.soon = null; this.paint(); }, PAINT_DELAY_MS);
    }
  }

  report(question) {
    let [open, failed] = [0, 0];
    for (const key of this.wanted.keys()) {
      const tile = question.tiles.get(key);
      if (tile?.picture) continue;
      if (tile?.attempts >= MOST_ATTEMPTS) failed += 1;
      else open += 1;
    }
    this.tell({ busy: open > 0, failed: open > 0 ? 0 : failed, isOld: this.next !== null });
  }

  forgetSome(question) {
    const most = KEPT_PIXELS / this.size ** 2;
    if (question.tiles.size <= most) return;
    const old = [...question.tiles].filter(([key]) => !this.wanted.has(key)).sort(([, a], [, b]) => (a.used ?? 0) - (b.used ?? 0));
    for (const [key, tile] of old.slice(0, question.tiles.size - most)) {
      question.tiles.delete(key);
      tile.picture?.close();
    }
  }
}
