// The map in the browser: tiles without a blank, bounded zoom, scale bar, cursor coordinates, taps.
// Everything here answers the hand without asking the server; the server hears of a view once it rests.

const HALF_WORLD = 20037508.342789244;
const WORLD = 2 * HALF_WORLD;
const RADIUS = 6378137;
const TILE = 256;
const MIN_VIEW_ROWS = 256;
const FETCH_DELAY_MS = 20;
const REST_MS = 120;
const PATIENCE_MS = 6000;
const BAR_PX = 110;

const lonOf = (x) => ((((x / HALF_WORLD) * 180 + 180) % 360) + 360) % 360 - 180;
const latOf = (y) => (Math.atan(Math.sinh(y / RADIUS)) * 180) / Math.PI;
const xOf = (lon) => (lon / 180) * HALF_WORLD;
const yOf = (lat) => RADIUS * Math.asinh(Math.tan((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180));
const metresPerPixel = (zoom) => WORLD / TILE / 2 ** zoom;
const degrees = (value, plus, minus) => Math.abs(value).toFixed(4) + "° " + (value < 0 ? minus : plus);

// Two renderers of the same place: one is seen, the other loads the next question and takes over when whole.
class Tiles {
  constructor(plot, models, onLoading) {
    this.onLoading = onLoading;
    this.pair = models.map((model) => this.prepare(plot, model));
    this.front = 0;
    this.url = null;
    this.deadline = null;
  }

  prepare(plot, model) {
    const view = plot.renderer_views.get(model);
    const source = model.tile_source;
    const covering = source.get_tiles_by_extent.bind(source);
    // Bokeh asks one more tile on each side, and later forty of the next level: twice what is seen
    source.get_tiles_by_extent = (extent, level) => covering(extent, level, 0);
    view._schedule_prefetch = () => {};
    const update = view._update.bind(view);
    view._update = (ctx) => {
      update(ctx);
      if (view._fetch_timer != null) {
        clearTimeout(view._fetch_timer);
        view._fetch_timer = setTimeout(() => view._fetch_tiles(), FETCH_DELAY_MS);
      }
    };
    const paint = view._paint.bind(view);
    view._paint = (ctx) => {
      paint(ctx);
      this.painted();
    };
    return { model, view, source };
  }

  show(url) {
    if (!url || url === this.url) return;
    const isFirst = this.url === null;
    this.url = url;
    const next = this.pair[isFirst ? this.front : 1 - this.front];
    next.source.url = url;
    next.model.setv({ alpha: isFirst ? 1 : 0, visible: true });
    this.waits = !isFirst;
    clearTimeout(this.deadline);
    if (this.waits) this.deadline = setTimeout(() => this.swap(), PATIENCE_MS);
  }

  painted() {
    const seen = this.pair[this.front].view.has_finished();
    if (this.waits && this.pair[1 - this.front].view.has_finished()) {
      this.waits = false;
      setTimeout(() => this.swap());
    }
    this.onLoading(this.waits || !seen, seen && !this.waits ? this.failed() : 0);
  }

  swap() {
    clearTimeout(this.deadline);
    this.waits = false;
    const [old, fresh] = [this.pair[this.front], this.pair[1 - this.front]];
    this.front = 1 - this.front;
    fresh.model.setv({ alpha: 1 });
    old.model.setv({ visible: false });
  }

  failed() {
    const { view, source } = this.pair[this.front];
    let count = 0;
    for (const key of view._current) {
      const tile = source.get_tile(key);
      if (tile && tile.finished && !tile.loaded) count += 1;
    }
    return count;
  }
}

// Where the map looks: ranges in metres of EPSG:3857, kept inside the world's height.
class Look {
  constructor(plot, zooms) {
    this.plot = plot;
    this.zooms = zooms;
    this.x = plot.model.x_range;
    this.y = plot.model.y_range;
  }

  get size() { return this.plot.frame.bbox; }
  get resolution() { return (this.x.end - this.x.start) / this.size.width; }
  get zoom() { return Math.log2(WORLD / TILE / this.resolution); }
  get middle() { return [(this.x.start + this.x.end) / 2, (this.y.start + this.y.end) / 2]; }

  bound() {
    const { width, height } = this.size;
    if (!(width > 0 && height > 0)) return;
    const finest = metresPerPixel(this.zooms[1]);
    const widest = Math.min(metresPerPixel(this.zooms[0]), WORLD / Math.max(height, MIN_VIEW_ROWS));
    this.x.setv({ min_interval: width * finest, max_interval: width * widest });
    this.y.setv({ min_interval: height * finest, max_interval: height * widest, bounds: [-HALF_WORLD, HALF_WORLD] });
    this.widest = widest;
    this.finest = finest;
  }

  go(lon, lat, zoom) {
    const { width, height } = this.size;
    const metres = Math.min(this.widest, Math.max(this.finest, metresPerPixel(zoom)));
    const [halfX, halfY] = [(width * metres) / 2, (height * metres) / 2];
    const x = xOf(lon);
    const y = Math.max(halfY - HALF_WORLD, Math.min(HALF_WORLD - halfY, yOf(lat)));
    this.x.setv({ start: x - halfX, end: x + halfX });
    this.y.setv({ start: y - halfY, end: y + halfY });
  }

  nearer(levels) {
    const [x, y] = this.middle;
    this.go(lonOf(x), latOf(y), this.zoom + levels);
  }

  shift(right, up) {
    const [x, y] = this.middle;
    const step = 0.25 * this.resolution;
    this.go(lonOf(x + right * step * this.size.width), latOf(y + up * step * this.size.height), this.zoom);
  }

  // after a turn round the world the same meridian has a small number again: marks stand on three copies only
  unwind() {
    const turns = Math.round(this.middle[0] / WORLD);
    if (turns !== 0) this.x.setv({ start: this.x.start - turns * WORLD, end: this.x.end - turns * WORLD });
  }

  report() {
    const [x, y] = this.middle;
    const whole = this.x.end - this.x.start >= WORLD;
    return {
      kind: "view", lon: lonOf(x), lat: latOf(y), zoom: this.zoom,
      west: whole ? -180 : lonOf(this.x.start), east: whole ? 180 : lonOf(this.x.end),
      south: latOf(Math.max(this.y.start, -HALF_WORLD)), north: latOf(Math.min(this.y.end, HALF_WORLD)),
    };
  }
}

const element = (name, className, attributes = {}, text = "") => {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

function furniture(el) {
  const parts = {
    progress: element("div", "wfm-progress", { role: "progressbar", "aria-label": "Map is loading" }),
    scale: element("div", "wfm-scale"),
    cursor: element("output", "wfm-cursor", { "aria-label": "Coordinates" }),
    notice: element("button", "wfm-notice", { type: "button", hidden: "" }),
    cross: element("div", "wfm-cross", { hidden: "" }),
    nearer: element("button", "", { type: "button", "aria-label": "Zoom in", title: "Zoom in (+)" }, "+"),
    wider: element("button", "", { type: "button", "aria-label": "Zoom out", title: "Zoom out (−)" }, "−"),
    home: element("button", "wfm-home", { type: "button", "aria-label": "Whole area", title: "Whole area (0)" }, "⤢"),
  };
  const zooms = element("div", "wfm-zooms");
  zooms.append(parts.nearer, parts.wider, parts.home);
  el.append(parts.progress, zooms, parts.scale, parts.cursor, parts.notice, parts.cross);
  return parts;
}

function drawScale(part, look) {
  const lat = latOf(look.middle[1]);
  const metres = look.resolution * Math.cos((lat * Math.PI) / 180) * BAR_PX;
  const power = 10 ** Math.floor(Math.log10(metres));
  const nice = [5, 2, 1].find((step) => step * power <= metres) * power;
  part.style.width = `${Math.round((nice / metres) * BAR_PX)}px`;
  part.textContent = nice >= 1000 ? `${(nice / 1000).toLocaleString("en")} km` : `${nice} m`;
}

export default {
  render({ model, view, el }) {
    el.classList.add("wfm");
    el.tabIndex = 0;
    el.setAttribute("role", "application");
    el.setAttribute("aria-label", "Map: arrow keys move, plus and minus zoom, Enter asks about the middle");
    el.append(model.get_child("figure"));
    const parts = furniture(el);

    model.on("after_render", () => {
      const plot = view.get_child_view(model.data?.figure ?? model.figure);
      if (plot === undefined || el.dataset.ready) return;
      el.dataset.ready = "yes";
      start(plot);
    });

    const start = (plot) => {
      const look = new Look(plot, model.zooms);
      const models = plot.model.renderers.filter((one) => one.type === "TileRenderer");
      let told = 0;
      const tiles = new Tiles(plot, models, (loading, failed) => {
        parts.progress.classList.toggle("wfm-busy", loading);
        el.dataset.settled = loading ? "" : "yes";
        parts.notice.hidden = failed === 0;
        if (failed > 0) parts.notice.textContent = `${failed} parts of the map did not load. Try again`;
        if (failed > 0 && told === 0) model.send_msg({ kind: "failed", count: failed });
        told = failed;
      });

      let rest = null;
      const moved = () => {
        drawScale(parts.scale, look);
        clearTimeout(rest);
        rest = setTimeout(() => {
          look.unwind();
          model.send_msg(look.report());
        }, REST_MS);
      };
      const begin = () => {
        look.bound();
        const [lon, lat, zoom] = model.start;
        look.go(lon, lat, zoom);
        tiles.show(model.url);
        plot.model.x_range.change.connect(moved);
        plot.model.y_range.change.connect(moved);
        moved();
      };
      const whenSized = () => (look.size.width > 1 ? begin() : requestAnimationFrame(whenSized));
      whenSized();

      new ResizeObserver(() => look.bound()).observe(el);
      model.on("url", () => tiles.show(model.url));
      model.on("msg:custom", (message) => {
        const order = message.data ?? message;
        if (order.kind === "fly") look.go(order.lon, order.lat, order.zoom);
      });
      plot.model.on_event("tap", (event) => {
        model.send_msg({ kind: "tap", lon: lonOf(event.x), lat: latOf(event.y), zoom: look.zoom });
      });
      el.addEventListener("pointermove", (event) => {
        const box = el.getBoundingClientRect();
        const x = look.x.start + (event.clientX - box.left) * look.resolution;
        const y = look.y.end - (event.clientY - box.top) * look.resolution;
        parts.cursor.textContent = `${degrees(latOf(y), "N", "S")}  ${degrees(lonOf(x), "E", "W")}`;
      });
      parts.nearer.onclick = () => look.nearer(1);
      parts.wider.onclick = () => look.nearer(-1);
      const home = () => look.go(...model.home);
      parts.home.onclick = home;
      parts.notice.onclick = () => model.send_msg({ kind: "again" });
      const keys = {
        "+": () => look.nearer(1), "=": () => look.nearer(1), "-": () => look.nearer(-1), 0: home,
        ArrowLeft: () => look.shift(-1, 0), ArrowRight: () => look.shift(1, 0),
        ArrowUp: () => look.shift(0, 1), ArrowDown: () => look.shift(0, -1),
        Enter: () => {
          const [x, y] = look.middle;
          model.send_msg({ kind: "tap", lon: lonOf(x), lat: latOf(y), zoom: look.zoom });
        },
      };
      el.addEventListener("keydown", (event) => {
        if (event.target !== el || !(event.key in keys)) return;
        event.preventDefault();
        parts.cross.hidden = false;
        keys[event.key]();
      });
      el.addEventListener("pointerdown", () => { parts.cross.hidden = true; el.focus({ preventScroll: true }); });
      el.wfMap = { look, tiles, plot };
    };
  },
};
