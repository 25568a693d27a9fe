// The timeline: a row of bars for each layer, or of spans; the period is brushed, dragged, widened and moved by key.
// Time is in days since 1970. Everything here answers the hand; the server hears of a period once it is let go.

// this module is loaded from a blob, which has no folder of its own
const [{ pageZoom }, { AXIS_PX, LABEL_PX, Picture, RIGHT_PX, tallOf }, { DAY_MS, HOUR, hourly, isWhole, iso, compact, stamp, written }] = await Promise.all(
  ["elements.js", "timeline_picture.js", "timeline_time.js"].map((name) => import(new URL(`/assets/${name}`, document.baseURI).href)),
);

const EDGE_PX = 7;
const REST_MS = 350;
// where tracks are on, hours can be seen, and chosen in a view of so many days; all else is known by days
const FEWEST_DAYS = 14;
const FEWEST_BY_HOUR = 0.5;
const MOST_BY_HOUR = 3;

export class TimelineChart {
  constructor({ el, send }) {
    Object.assign(this, { el, send, rows: [], hours: false, period: [0, 1], view: [0, 1], known: null, played: null, drag: null });
    this.canvas = document.createElement("canvas");
    this.canvas.className = "wfl-canvas";
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.said = document.createElement("output");
    this.said.className = "wfl-said";
    el.append(this.canvas, this.said);
    this.listen();
  }

  listen() {
    const canvas = this.canvas;
    new ResizeObserver(() => this.draw()).observe(this.el);
    // colours follow dark and light
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    canvas.onpointerdown = (event) => this.take(event);
    canvas.onpointermove = (event) => (this.drag ? this.move(event) : this.point(event));
    canvas.onpointerup = () => this.drop();
    canvas.onpointercancel = () => { this.drag = null; this.draw(); };
    canvas.onpointerleave = () => { this.said.textContent = ""; };
    canvas.ondblclick = () => this.look(...this.known);
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.onkeydown = (event) => this.key(event);
    window.addEventListener("wf-play", (event) => {
      if (!this.el.isConnected) return;
      this.played = event.detail?.map((text) => hourly(Date.parse(text) / DAY_MS)) ?? null;
      this.draw();
    });
  }

  // rows: as `timeline_rows.py` writes them; known: all days with data; hours: whether a period may have some
  show({ rows, period, known, hours }) {
    const sawAll = this.known === null || this.known.join() === this.view.join();
    Object.assign(this, { rows, period, known, hours });
    if (sawAll || this.view[0] < known[0] || this.view[1] > known[1]) this.view = [...known];
    this.draw();
  }

  // whether the view is narrow enough for hours to be chosen
  get byHour() { return this.hours && this.view[1] - this.view[0] <= MOST_BY_HOUR + HOUR; }

  get height() { return this.rows.reduce((sum, row) => sum + (tallOf(row)), AXIS_PX); }

  // ------------------------------------------------------------ time and place
  // of an event, on the canvas
  place(event) {
    const { left, top } = this.canvas.getBoundingClientRect(), zoom = pageZoom();
    return [(event.clientX - left) / zoom, (event.clientY - top) / zoom];
  }

  get width() { return Math.max(1, this.el.clientWidth - LABEL_PX - RIGHT_PX); }

  x(day) { return LABEL_PX + ((day - this.view[0]) / (this.view[1] - this.view[0])) * this.width; }

  day(x) { return this.view[0] + ((x - LABEL_PX) / this.width) * (this.view[1] - this.view[0]); }

  look(from, to) {
    const least = Math.min(this.hours ? FEWEST_BY_HOUR : FEWEST_DAYS, this.known[1] - this.known[0]);
    const span = Math.max(least, Math.min(to - from, this.known[1] - this.known[0]));
    const start = Math.max(this.known[0], Math.min(this.known[1] - span, from));
    this.view = [start, start + span];
    this.draw();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.send({ kind: "view", since: Math.floor(this.view[0]), until: Math.ceil(this.view[1]) }), REST_MS);
  }

  // edges of the first row's bars: what a brushed span snaps to
  snapped([from, to]) {
    if (this.byHour) return [Math.floor(from * 24) / 24, Math.max(Math.floor(from * 24) + 1, Math.ceil(to * 24)) / 24];
    const row = this.rows.find((one) => one.kind === "counts");
    const day = ([a, b]) => [Math.floor(a), Math.max(Math.floor(a) + 1, Math.ceil(b))];
    if (!row || !row.starts.length) return day([from, to]);
    const edges = [...row.starts, row.ends.at(-1)];
    const first = edges.findLast((edge) => edge <= from) ?? edges[0];
    const last = edges.find((edge) => edge >= to) ?? edges.at(-1);
    return last > first ? [first, last] : day([from, to]);
  }

  // ------------------------------------------------------------ the hand
  take(event) {
    if (event.button !== 0 || this.known === null) return;
    this.canvas.setPointerCapture(event.pointerId);
    const [x] = this.place(event);
    const [left, right] = this.period.map((day) => this.x(day));
    const kind = Math.abs(x - left) <= EDGE_PX ? "since" : Math.abs(x - right) <= EDGE_PX ? "until" : this.moves(x) ? "move" : "brush";
    this.drag = { kind, from: this.day(x), x, before: [...this.period], span: [...this.period] };
  }

  // whether a hand that takes the chart there moves the period; of whole days, where hours are seen, it chooses some
  moves(x) {
    const [left, right] = this.period.map((day) => this.x(day));
    return x > left && x < right && right - left < this.width * 0.98 && !(this.byHour && isWhole(this.period));
  }

  move(event) {
    const drag = this.drag;
    const [x] = this.place(event);
    if (Math.abs(x - drag.x) < 3 && !drag.isMoving) return;
    drag.isMoving = true;
    const [at, [since, until]] = [this.day(x), drag.before];
    if (drag.kind === "move") drag.span = this.moved(drag.before, at - drag.from);
    else {
      const other = { since: until, until: since, brush: drag.from }[drag.kind];
      drag.span = [Math.min(at, other), Math.max(at, other)];
    }
    this.tell(drag.kind === "move" ? drag.span : this.snapped(drag.span));
    this.draw();
  }

  // a period goes on by whole hours or days, and stays as long
  moved([since, until], by) {
    const whole = this.byHour ? hourly(by) : Math.round(by);
    return [hourly(since + whole), hourly(until + whole)];
  }

  drop() {
    const drag = this.drag;
    this.drag = null;
    if (drag?.isMoving) this.choose(drag.kind === "move" ? drag.span : this.snapped(drag.span));
    else if (drag) this.choose(this.snapped([drag.from, drag.from + 1e-6]));
  }

  choose(span) {
    const [since, until] = span.map(hourly);
    this.period = [since, until];
    this.draw();
    this.tell(this.period);
    this.send({ kind: "period", since, until });
  }

  wheel(event) {
    if (this.known === null) return;
    event.preventDefault();
    const [from, to] = this.view;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const by = ((event.deltaX || event.deltaY) / this.width) * (to - from);
      return this.look(from + by, to + by);
    }
    const at = Math.max(from, Math.min(to, this.day(this.place(event)[0])));
    const factor = 1.2 ** Math.sign(event.deltaY);
    this.look(at - (at - from) * factor, at + (to - at) * factor);
  }

  key(event) {
    if (this.known === null) return;
    const [since, until] = this.period;
    const step = this.step();
    const [from, to] = this.view;
    const [middle, half] = [(from + to) / 2, (to - from) / 2];
    const acts = {
      ArrowLeft: () => this.choose(event.shiftKey ? [since, Math.max(since + step, until - step)] : [since - step, until - step]),
      ArrowRight: () => this.choose(event.shiftKey ? [since, until + step] : [since + step, until + step]),
      "+": () => this.look(middle - half / 1.5, middle + half / 1.5), "=": () => this.look(middle - half / 1.5, middle + half / 1.5),
      "-": () => this.look(middle - half * 1.5, middle + half * 1.5), 0: () => this.look(...this.known),
      Enter: () => this.look(since - (until - since) * 0.1, until + (until - since) * 0.1),
    };
    if (!(event.key in acts) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  step() {
    if (this.byHour) return HOUR;
    const row = this.rows.find((one) => one.kind === "counts");
    return row && row.grain === "d" ? 1 : 30;
  }

  tell(span) { this.said.textContent = written(span); }

  point(event) {
    if (this.known === null) return;
    const [x, y] = this.place(event);
    const near = this.period.some((day) => Math.abs(this.x(day) - x) <= EDGE_PX);
    this.canvas.style.cursor = near ? "ew-resize" : this.moves(x) ? "grab" : "crosshair";
    this.said.textContent = this.under(this.day(x), y);
  }

  // what the row under the cursor holds at a day
  under(day, y) {
    let top = 0;
    for (const row of this.rows) {
      const height = tallOf(row);
      if (y < top + height) {
        const at = row.starts.map((start, i) => i).filter((i) => row.starts[i] <= day && day < row.ends[i]);
        if (row.kind === "spans") return at.slice(0, 3).map((i) => row.texts[i]).join(" · ");
        if (!at.length) return this.byHour ? stamp(Math.floor(day * 24) / 24) : iso(Math.floor(day));
        const usual = row.usual?.[at[0]] ? `, usually ${compact(row.usual[at[0]][1])} (${compact(row.usual[at[0]][0])} to ${compact(row.usual[at[0]][2])})` : "";
        const when = row.grain === "h" ? `${stamp(row.starts[at[0]])}Z` : iso(row.starts[at[0]]).slice(0, row.grain === "d" ? 10 : 7);
        return `${when}: ${row.n[at[0]].toLocaleString("en")} ${row.unit}${usual}`;
      }
      top += height;
    }
    return "";
  }

  // ------------------------------------------------------------ drawing
  draw() {
    const [width, height] = [this.el.clientWidth, this.height];
    if (!width || this.known === null) return;
    const ratio = window.devicePixelRatio * pageZoom();
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    this.canvas.style.height = `${height}px`;
    const style = getComputedStyle(this.el);
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.font = "12px Inter, 'Segoe UI', 'Liberation Sans', Arial, sans-serif";
    const span = this.drag?.isMoving ? this.drag.span : this.period;
    const picture = new Picture(ctx, this, (name) => style.getPropertyValue(`--wf-${name}`).trim());
    picture.span(span, height);
    let top = 0;
    for (const row of this.rows) {
      const tall = tallOf(row);
      ctx.save();
      ctx.beginPath();
      ctx.rect(LABEL_PX, top, this.width, tall);
      ctx.clip();
      if (row.kind === "spans") picture.spans(row, top, tall);
      else picture.bars(row, top, tall, span);
      ctx.restore();
      picture.label(row, top, tall);
      top += tall;
    }
    picture.axis(top);
    this.canvas.setAttribute("aria-label", `Timeline. Period ${written(this.period)}. Arrow keys move it, Shift with arrows change its end, plus and minus zoom.`);
  }
}

export function render({ model, el }) {
  el.classList.add("wfl");
  const chart = new TimelineChart({ el, send: (message) => model.send_msg(message) });
  const show = () => { if (model.given.known) chart.show(model.given); };
  model.on("given", show);
  show();
  el.wfTimeline = chart;
}
