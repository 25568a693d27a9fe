// Tiles drawn into a canvas of ours: only what is seen is asked for, what is no longer seen is given up, and a
// new question takes over when all of it is there, so that the map is never blank.

export const HALF_WORLD = 20037508.342789244;
export const WORLD = 2 * HALF_WORLD;

const AT_ONCE = 6;
const KEPT_PIXELS = 16e6;
const ASK_DELAY_MS = 15;
const PAINT_DELAY_MS = 40;
const RETRY_DELAY_MS = 400;
const MOST_ATTEMPTS = 2;
const PATIENCE_MS = 8000;

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
  // tell({busy, failed, stale}): what a person may have to know
  constructor({ size, zooms, look, paint, tell }) {
    Object.assign(this, { size, zooms, look, paint, tell });
    this.shown = null;
    this.next = null;
    this.flights = new Map();
    this.queue = [];
    this.asked = 0;
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
    clearTimeout(this.delay);
    if (this.queue.length > 0) this.delay = setTimeout(() => this.send(), ASK_DELAY_MS);
    this.report(question);
  }

  send() {
    while (this.queue.length > 0 && this.flights.size < AT_ONCE) {
      const [key, order] = this.queue.shift();
      this.fly(key, order);
    }
  }

  async fly(key, { question, z, x, y }) {
    const control = new AbortController();
    const flight = { question, control };
    this.flights.set(key, flight);
    this.asked += 1;
    const tile = question.tiles.get(key) ?? { attempts: 0 };
    try {
      const url = question.url.replace("{z}", z).replace("{x}", x).replace("{y}", y);
      const answer = await fetch(url, { signal: control.signal });
      if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
      tile.picture = await createImageBitmap(await answer.blob());
      tile.used = performance.now();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.missed(tile, error.status);
    } finally {
      if (this.flights.get(key) === flight) this.flights.delete(key);
    }
    question.tiles.set(key, tile);
    this.forgetSome(question);
    this.send();
    this.paintSoon();
  }

  missed(tile, status) {
    tile.attempts += 1;
    if (status === 410) {
      tile.attempts = MOST_ATTEMPTS;
      this.tell({ stale: true });
    } else if (tile.attempts < MOST_ATTEMPTS) {
      tile.rests = true;
      setTimeout(() => { tile.rests = false; this.paint(); }, RETRY_DELAY_MS);
    }
  }

  giveUp(isVain) {
    for (const [key, flight] of this.flights) {
      if (!isVain(key, flight)) continue;
      this.flights.delete(key);
      flight.control.abort();
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
    this.tell({ busy: open > 0, failed: open > 0 ? 0 : failed });
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
