// Tracks of a period that is played: the lit pixels of each step, asked for ahead of the step that is shown, kept, and
// drawn with the steps before it fading. A new view is asked for while the one before is still drawn in its place.

const WORLD = 2 * 20037508.342789244;
const TILE = 256;
const MOST_ZOOM = 18;
const MOST_TILES = 256;
const CHUNK = 8;
const AHEAD = 24;
const AT_ONCE = 2;
const REST_MS = 150;
const AGAIN_MS = 3000;
const KEPT_BYTES = 256e6;
const HEAD = 20;
// how strongly the step itself is drawn, the one before it, and the one before that
export const FADES = [1, 0.5, 0.25];

const filled = (bytes) => Math.ceil(bytes / 4) * 4;

// see layers/played_tracks.py
export function unpackStep(buffer) {
  const [step, drawn, there, nTiles, nPixels] = new Uint32Array(buffer, 0, 5);
  const pixelsAt = HEAD + 8 * nTiles;
  return {
    step, drawn, there, bytes: buffer.byteLength,
    tiles: new Uint32Array(buffer, HEAD, nTiles), sizes: new Uint32Array(buffer, HEAD + 4 * nTiles, nTiles),
    pixels: new Uint16Array(buffer, pixelsAt, nPixels), colours: new Uint16Array(buffer, pixelsAt + filled(2 * nPixels), nPixels),
  };
}

// Parts of an answer, each with its size (four bytes) before it, in buffers of their own.
export async function* parts(body) {
  const reader = body.getReader();
  let held = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const joined = new Uint8Array(held.length + value.length);
    joined.set(held);
    joined.set(value, held.length);
    held = joined;
    for (;;) {
      const size = held.length >= 4 ? new DataView(held.buffer, held.byteOffset).getUint32(0, true) : Infinity;
      if (held.length < 4 + size) break;
      yield held.slice(4, 4 + size).buffer;
      held = held.subarray(4 + size);
    }
  }
  if (held.length) throw new Error("the answer ended before it was whole");
}

// Four bits of each channel as one pixel, straight, fainter by a part.
function lookUp(part) {
  const table = new Uint32Array(65536);
  for (let short = 0; short < 65536; short++) {
    const [red, green, blue] = [short >> 12, (short >> 8) & 15, (short >> 4) & 15];
    table[short] = ((Math.round((short & 15) * 17 * part) << 24) | (blue * 17 << 16) | (green * 17 << 8) | (red * 17)) >>> 0;
  }
  return table;
}

// What was answered for one frame of the map, by step, and its picture.
class Scene {
  constructor(frame) {
    this.frame = frame;
    this.steps = new Map();
    this.shown = "";
    this.canvas = Object.assign(document.createElement("canvas"), { width: frame.columns * TILE, height: frame.rows * TILE });
  }

  get bytes() { return [...this.steps.values()].reduce((sum, step) => sum + step.bytes, 0); }

  forgetFarFrom(step) {
    const far = [...this.steps.keys()].sort((a, b) => Math.abs(b - step) - Math.abs(a - step));
    for (let bytes = this.bytes; bytes > KEPT_BYTES && far.length;) {
      const gone = far.shift();
      bytes -= this.steps.get(gone).bytes;
      this.steps.delete(gone);
    }
  }

  // the step and those before it that fade, oldest first, as far as they are there
  rasterize(last, trail, tables) {
    const there = [];
    for (let age = trail - 1; age >= 0; age--) if (this.steps.has(last - age)) there.push([this.steps.get(last - age), tables[age]]);
    const shown = `${there.map(([step]) => step.step)}/${last}`;
    if (shown === this.shown && tables === this.tables) return;
    [this.shown, this.tables] = [shown, tables];
    const { width, height } = this.canvas;
    this.image ??= new ImageData(width, height);
    const rgba = new Uint32Array(this.image.data.buffer);
    rgba.fill(0);
    for (const [{ tiles, sizes, pixels, colours }, table] of there) {
      let i = 0;
      for (let t = 0; t < tiles.length; t++) {
        const base = Math.floor(tiles[t] / this.frame.columns) * TILE * width + (tiles[t] % this.frame.columns) * TILE;
        for (const end = i + sizes[t]; i < end; i++) rgba[base + (pixels[i] >> 8) * width + (pixels[i] & 255)] = table[colours[i]];
      }
    }
    this.context ??= this.canvas.getContext("2d");
    this.context.putImageData(this.image, 0, 0);
  }

  paint(ctx, look) {
    const { zoom, column, row, columns, rows } = this.frame;
    const span = WORLD / 2 ** zoom;
    const perMetre = 1 / look.resolution;
    const y = (look.y.end - (WORLD / 2 - row * span)) * perMetre;
    const [width, height] = [columns * span * perMetre, rows * span * perMetre];
    const west = column * span - WORLD / 2;
    // the copies of the world that show it
    for (let turn = Math.ceil((look.x.start - west - columns * span) / WORLD); west + turn * WORLD < look.x.end; turn++) {
      ctx.drawImage(this.canvas, (west + turn * WORLD - look.x.start) * perMetre, y, width, height);
    }
  }
}

// What a question asks but for the version of the data: while newer data are on their way, the older are shown.
function alike(given) {
  const asked = new URLSearchParams(given?.url.split("?")[1] ?? "");
  asked.delete("v");
  return String(asked);
}

export class PlayedTracks {
  // look: where the map looks; changed(): a step has come; stale(): the reader's rights have changed
  constructor({ look, changed, stale }) {
    Object.assign(this, { look, changed, stale, given: null, scene: null, before: null, fault: "", most: 0 });
    Object.assign(this, { asked: new Set(), flights: new Set(), last: 0, stride: 1 });
  }

  // given: {url, n, first_s, step_s, opacity}, or null for none
  show(given) {
    if (given?.url === this.given?.url && given?.opacity === this.given?.opacity) return;
    const [isNew, isAlike] = [given?.url !== this.given?.url, alike(given) === alike(this.given)];
    this.given = given;
    this.tables = given && FADES.map((part) => lookUp(part * given.opacity));
    if (!isNew) return;
    this.giveUp();
    this.before = isAlike && this.scene?.steps.size ? this.scene : null;
    this.scene = null;
    if (given) this.aim();
  }

  giveUp() {
    for (const flight of this.flights) flight.abort();
    this.flights.clear();
    this.asked.clear();
    this.fault = "";
  }

  frame() {
    const { size, x, y } = this.look;
    if (!(size.width > 1 && size.height > 1)) return null;
    let zoom = Math.max(0, Math.min(MOST_ZOOM, Math.round(this.look.zoom + Math.log2(window.devicePixelRatio))));
    for (;; zoom--) {
      const [across, span] = [2 ** zoom, WORLD / 2 ** zoom];
      const [left, right] = [Math.floor((x.start + WORLD / 2) / span), Math.floor((x.end + WORLD / 2) / span)];
      const row = Math.max(0, Math.floor((WORLD / 2 - y.end) / span));
      const rows = Math.min(across - 1, Math.floor((WORLD / 2 - y.start) / span)) - row + 1;
      const columns = Math.min(across, right - left + 1);
      const column = columns === across ? 0 : ((left % across) + across) % across;
      if (columns * rows <= MOST_TILES) return { zoom, column, row, columns, rows, key: [zoom, column, row, columns, rows].join("/") };
    }
  }

  moved() {
    if (this.given === null) return;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.aim(), REST_MS);
  }

  aim() {
    const frame = this.given && this.frame();
    if (!frame || frame.key === this.scene?.frame.key) return;
    this.giveUp();
    // what is drawn goes on being drawn until the same step of the new view is there
    if (this.scene?.steps.has(this.last) || !this.before) this.before = this.scene;
    this.scene = new Scene(frame);
    this.pump();
  }

  // ------------------------------------------------------------ asking
  needed() {
    for (let ahead = 0; ahead <= AHEAD; ahead++) {
      const step = this.last + ahead * this.stride;
      for (let age = 0; age < FADES.length; age++) {
        const chunk = Math.floor((step - age) / CHUNK);
        if (step - age >= 0 && step - age < this.given.n && !this.asked.has(chunk) && !this.scene.steps.has(step - age)) return chunk;
      }
    }
    return undefined;
  }

  pump() {
    while (this.scene && !this.fault && this.flights.size < AT_ONCE) {
      const chunk = this.needed();
      if (chunk === undefined) return;
      this.ask(chunk, this.scene);
    }
  }

  async ask(chunk, scene) {
    const flight = new AbortController();
    this.flights.add(flight);
    this.asked.add(chunk);
    const isOurs = () => this.flights.has(flight);
    let answer = null;
    try {
      answer = await fetch(`${this.given.url}&frame=${scene.frame.key}&first=${chunk * CHUNK}&n=${CHUNK}`, { signal: flight.signal });
      if (answer.status === 410) return void this.stale();
      if (!answer.ok) throw new Error(JSON.parse(await answer.text()).error);
      let head = null;
      for await (const part of parts(answer.body)) {
        if (!isOurs()) return;
        if (head === null) {
          head = JSON.parse(new TextDecoder().decode(part));
          this.most = head.most;
        } else this.take(scene, unpackStep(part));
      }
      this.asked.delete(chunk);
    } catch (error) {
      if (!isOurs()) return;
      // what the server refuses it would refuse again; what did not come through is asked for once more
      if (answer && !answer.ok) this.fault = error.message.slice(0, 200);
      else setTimeout(() => { this.asked.delete(chunk); this.pump(); }, AGAIN_MS);
      this.changed();
    } finally {
      this.flights.delete(flight);
    }
    this.pump();
  }

  take(scene, step) {
    scene.steps.set(step.step, step);
    scene.forgetFarFrom(this.last);
    if (scene.steps.has(this.last) && scene === this.scene) this.before = null;
    if (step.step <= this.last && step.step > this.last - FADES.length) this.changed();
  }

  // ------------------------------------------------------------ showing
  // whether a step can be drawn now: those who play wait for it
  has(step) {
    return this.given === null || this.fault !== "" || !!this.scene?.steps.has(step) || !!this.before?.steps.has(step);
  }

  at(last, stride) {
    [this.last, this.stride] = [last, stride];
    if (this.given !== null) this.pump();
  }

  paint(ctx, trail) {
    if (this.given === null) return;
    const scene = [this.scene, this.before].find((one) => one?.steps.has(this.last));
    if (!scene) return;
    scene.rasterize(this.last, Math.min(trail, FADES.length), this.tables);
    scene.paint(ctx, this.look);
  }

  // what is said of the step that is shown
  said(trail, unit) {
    if (this.given === null) return "";
    if (this.fault) return `Tracks: ${this.fault}`;
    const step = this.scene?.steps.get(this.last) ?? this.before?.steps.get(this.last);
    if (!step) return "Tracks: loading…";
    const faded = Math.min(trail, FADES.length) - 1;
    const fading = faded > 0 ? ` · the ${faded === 1 ? unit : `${faded} ${unit}s`} before ${faded === 1 ? "fades" : "fade"}` : "";
    return `Tracks: ${step.drawn.toLocaleString("en")} of ${step.there.toLocaleString("en")} positions of this ${unit} (UTC)`
      + `${fading} · full light from ${this.most.toLocaleString("en")} passages on a pixel`;
  }
}
