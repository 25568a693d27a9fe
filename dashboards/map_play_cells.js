// Cells of a period that is played, as runs of pixels worked out once a view: a step writes those alone whose shade has
// changed. While the map moves, the picture of the view before moves with it.

const WORLD = 2 * 20037508.342789244;
const REST_MS = 90;

// Where the map looks, in pixels of the device: left and top as parts of the world's width from its middle.
function sight(look) {
  const ratio = window.devicePixelRatio;
  const { width, height } = look.size;
  return {
    left: look.x.start / WORLD, top: look.y.end / WORLD, perWorld: (WORLD / look.resolution) * ratio,
    width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)),
  };
}

const isSame = (a, b) => ["left", "top", "perWorld", "width", "height"].every((name) => a[name] === b[name]);

export class CellRaster {
  // cells from `first` on; look: where the map looks; changed(): another view is worked out
  constructor({ cube, first, look, changed }) {
    Object.assign(this, { cube, first, look, changed, seen: null });
    this.canvas = document.createElement("canvas");
  }

  moved() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => { this.aim(); this.changed(); }, REST_MS);
  }

  close() { clearTimeout(this.rest); }

  // runs of all visible cells: first pixel and how many, cell by cell
  aim() {
    const seen = sight(this.look);
    if (this.seen && isSame(seen, this.seen)) return;
    this.seen = seen;
    const { x, y, offsets, nCells } = this.cube;
    const { left, top, perWorld, width, height } = seen;
    const [cells, starts] = [[], []];
    this.runs = new Int32Array(1 << 16);
    this.nRuns = 0;
    const reach = width / perWorld;
    const [px, py] = [new Float64Array(64), new Float64Array(64)];
    for (let cell = this.first; cell < nCells; cell++) {
      const [from, to] = [offsets[cell], offsets[cell + 1]];
      const firstY = (top - y[from]) * perWorld;
      if (firstY < -height || firstY > 2 * height) continue;
      const before = this.nRuns;
      for (let turn = Math.ceil(left - x[from] - 0.1); turn <= left - x[from] + reach + 0.1; turn++) {
        const n = Math.min(64, to - from);
        for (let i = 0; i < n; i++) {
          px[i] = (x[from + i] + turn - left) * perWorld;
          py[i] = (top - y[from + i]) * perWorld;
        }
        this.fill(px, py, n, width, height);
      }
      if (this.nRuns === before) continue;
      cells.push(cell);
      starts.push(before);
    }
    starts.push(this.nRuns);
    Object.assign(this, { cells: Uint32Array.from(cells), starts: Uint32Array.from(starts) });
    Object.assign(this.canvas, { width, height });
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.shades = new Uint8Array(cells.length);
    this.context = this.canvas.getContext("2d");
  }

  // a convex outline: on each row of pixels, those whose middle lies inside
  fill(px, py, n, width, height) {
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0; i < n; i++) [least, most] = [Math.min(least, py[i]), Math.max(most, py[i])];
    const [firstRow, lastRow] = [Math.max(0, Math.ceil(least - 0.5)), Math.min(height - 1, Math.ceil(most - 0.5) - 1)];
    for (let row = firstRow; row <= lastRow; row++) {
      let [west, east] = [Infinity, -Infinity];
      for (let i = 0, j = n - 1; i < n; j = i++) {
        const [a, b] = [py[j] - row - 0.5, py[i] - row - 0.5];
        if (a > 0 === b > 0) continue;
        const at = px[j] + (a / (a - b)) * (px[i] - px[j]);
        west = Math.min(west, at);
        east = Math.max(east, at);
      }
      const [begin, end] = [Math.max(0, Math.ceil(west - 0.5)), Math.min(width, Math.ceil(east - 0.5))];
      if (end <= begin) continue;
      if (2 * this.nRuns + 2 > this.runs.length) {
        const wider = new Int32Array(2 * this.runs.length);
        wider.set(this.runs);
        this.runs = wider;
      }
      this.runs[2 * this.nRuns] = row * width + begin;
      this.runs[2 * this.nRuns++ + 1] = end - begin;
    }
  }

  // shadeOf(cell): from 0, for nothing, to as many as there are colours; colours: pixels by shade
  show(shadeOf, colours) {
    if (this.seen === null) this.aim();
    let isOther = colours !== this.colours;
    if (isOther) {
      this.shades.fill(0);
      this.pixels.fill(0);
    }
    this.colours = colours;
    for (let i = 0; i < this.cells.length; i++) {
      const shade = shadeOf(this.cells[i]);
      if (shade === this.shades[i]) continue;
      this.shades[i] = shade;
      isOther = true;
      for (let run = this.starts[i]; run < this.starts[i + 1]; run++) {
        const at = this.runs[2 * run];
        this.pixels.fill(colours[shade], at, at + this.runs[2 * run + 1]);
      }
    }
    if (isOther) this.context.putImageData(this.image, 0, 0);
  }

  // in the pixels of the page
  paint(ctx) {
    const [now, then] = [sight(this.look), this.seen];
    const scale = now.perWorld / then.perWorld / window.devicePixelRatio;
    const x = ((then.left - now.left) * now.perWorld) / window.devicePixelRatio;
    const y = ((now.top - then.top) * now.perWorld) / window.devicePixelRatio;
    ctx.drawImage(this.canvas, x, y, then.width * scale, then.height * scale);
  }
}

// "rgb(r g b)" with an opacity as one pixel, straight
export function pixelOf(colour, opacity) {
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  return ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
