// The timeline: a row of bars for each layer, or of spans; the period is brushed, dragged, widened and moved by key.
// Time is in days since 1970. Everything here answers the hand; the server hears of a period once it is let go.

const { pageZoom } = await import(new URL("/assets/elements.js", document.baseURI).href);

const DAY_MS = 86400e3;
const LABEL_PX = 132;
const RIGHT_PX = 22;
const ROW_PX = 46;
const SPANS_PX = 26;
const AXIS_PX = 20;
const EDGE_PX = 7;
const REST_MS = 350;
// where tracks are on, hours can be seen, and chosen in a view of so many days; all else is known by days
const FEWEST_DAYS = 14;
const FEWEST_BY_HOUR = 0.5;
const MOST_BY_HOUR = 3;
const HOUR = 1 / 24;
const STEPS = [[1, "h"], [3, "h"], [6, "h"], [12, "h"], [1, "d"], [7, "d"], [1, "m"], [3, "m"], [1, "y"], [2, "y"], [5, "y"], [10, "y"]];

const iso = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
const hourly = (day) => Math.round(day * 24) / 24;
const stamp = (day) => new Date(Math.round(day * 24) * 3600e3).toISOString().slice(0, 16).replace("T", " ");
const isWhole = (span) => span.every((day) => Number.isInteger(day));
const written = ([since, until]) => (isWhole([since, until]) ? `${iso(since)} to ${iso(until - 1)}` : `${stamp(since)} to ${stamp(until)}Z`);
const dayOf = (year, month, day = 1) => Math.round(Date.UTC(year, month, day) / DAY_MS);
const compact = (n) => (n >= 1e6 ? `${(n / 1e6).toPrecision(2)} M` : n >= 1e4 ? `${Math.round(n / 1e3)} k` : n.toLocaleString("en"));

// first days of the axis's steps within a view, no closer than a label is wide
function ticks([from, to], width) {
  const perDay = width / (to - from);
  const [count, unit] = STEPS.find(([n, u]) => n * { h: HOUR, d: 1, m: 30, y: 365 }[u] * perDay >= 64) ?? STEPS.at(-1);
  const found = [];
  const start = new Date(from * DAY_MS);
  if (unit === "h") {
    for (let hour = Math.ceil((from * 24) / count) * count; hour < to * 24; hour += count) {
      found.push([hour / 24, hour % 24 ? stamp(hour / 24).slice(11) : iso(hour / 24).slice(5)]);
    }
    return found;
  }
  if (unit === "d") {
    for (let day = Math.ceil(from / count) * count; day < to; day += count) found.push([day, iso(day).slice(5)]);
    return found;
  }
  const months = unit === "y" ? 12 * count : count;
  const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
  for (let month = first; ; month += months) {
    const day = dayOf(Math.floor(month / 12), month % 12);
    if (day >= to) return found;
    if (day >= from) found.push([day, unit === "y" || month % 12 === 0 ? String(Math.floor(month / 12)) : iso(day).slice(0, 7)]);
  }
}

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

  get height() { return this.rows.reduce((sum, row) => sum + (row.kind === "spans" ? SPANS_PX : ROW_PX), AXIS_PX); }

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
      const height = row.kind === "spans" ? SPANS_PX : ROW_PX;
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
    this.colour = (name) => style.getPropertyValue(`--wf-${name}`).trim();
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.font = "12px Inter, 'Segoe UI', 'Liberation Sans', Arial, sans-serif";
    const span = this.drag?.isMoving ? this.drag.span : this.period;
    this.drawSpan(ctx, span, height);
    let top = 0;
    for (const row of this.rows) {
      const tall = row.kind === "spans" ? SPANS_PX : ROW_PX;
      ctx.save();
      ctx.beginPath();
      ctx.rect(LABEL_PX, top, this.width, tall);
      ctx.clip();
      if (row.kind === "spans") this.drawSpans(ctx, row, top, tall);
      else this.drawBars(ctx, row, top, tall, span);
      ctx.restore();
      this.drawLabel(ctx, row, top, tall);
      top += tall;
    }
    this.drawAxis(ctx, top);
    this.canvas.setAttribute("aria-label", `Timeline. Period ${written(this.period)}. Arrow keys move it, Shift with arrows change its end, plus and minus zoom.`);
  }

  drawSpan(ctx, [since, until], height) {
    const clip = (day) => Math.max(LABEL_PX, Math.min(LABEL_PX + this.width, this.x(day)));
    const [left, right] = [clip(since), clip(until)];
    ctx.fillStyle = this.colour("raised");
    ctx.fillRect(left, 0, right - left, height - AXIS_PX);
    ctx.fillStyle = this.colour("accent");
    for (const edge of [left, right]) ctx.fillRect(edge - 1, 0, 2, height - AXIS_PX);
    if (this.played === null) return;
    ctx.fillStyle = this.colour("warn");
    ctx.globalAlpha = 0.35;
    ctx.fillRect(clip(this.played[0]), 0, Math.max(2, clip(this.played[1]) - clip(this.played[0])), height - AXIS_PX);
    ctx.globalAlpha = 1;
  }

  drawBars(ctx, row, top, tall, [since, until]) {
    const [from, to] = this.view;
    const seen = row.starts.map((_, i) => i).filter((i) => row.ends[i] > from && row.starts[i] < to);
    const most = Math.max(1, ...seen.map((i) => Math.max(row.n[i], row.usual?.[i]?.[2] ?? 0)));
    const room = tall - 8;
    const y = (n) => top + tall - 2 - (n / most) * room;
    const base = top + tall - 2;
    for (const i of seen) {
      const [left, right] = [this.x(row.starts[i]), this.x(row.ends[i])];
      const isIn = row.starts[i] < until && row.ends[i] > since;
      const gap = right - left > 4 ? 1 : 0;
      const colour = this.colour(isIn ? (row.fact === "reported" ? "good" : "accent") : "faint");
      ctx.globalAlpha = isIn ? 1 : 0.45;
      const box = [left, y(row.n[i]), Math.max(1, right - left - gap), base - y(row.n[i])];
      ctx.fillStyle = ctx.strokeStyle = colour;
      // what a publisher reported is hollow: never to be taken for single events
      if (row.fact === "reported" && box[2] > 3) ctx.strokeRect(box[0] + 0.5, box[1] + 0.5, box[2] - 1, Math.max(0, box[3] - 0.5));
      else ctx.fillRect(...box);
    }
    ctx.globalAlpha = 1;
    if (row.since !== null && row.since !== undefined && row.since > from) this.drawUncounted(ctx, row, top, tall);
    if (row.usual) this.drawUsual(ctx, row, seen, y);
    row.most = most;
  }

  // nothing was counted there, which is not the same as nothing found
  drawUncounted(ctx, row, top, tall) {
    const left = LABEL_PX;
    const wide = Math.max(0, this.x(row.since) - left);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top + 4, wide, tall - 6);
    ctx.clip();
    ctx.strokeStyle = this.colour("line");
    ctx.beginPath();
    for (let x = left - tall; x < left + wide; x += 8) {
      ctx.moveTo(x, top + tall);
      ctx.lineTo(x + tall, top);
    }
    ctx.stroke();
    ctx.restore();
    if (wide < 90) return;
    ctx.fillStyle = this.colour("muted");
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText("not counted", left + wide / 2, top + tall / 2);
  }

  drawUsual(ctx, row, seen, y) {
    ctx.strokeStyle = this.colour("text");
    for (const i of seen) {
      if (!row.usual[i]) continue;
      const [low, middle, high] = row.usual[i];
      const [left, right] = [this.x(row.starts[i]), this.x(row.ends[i])];
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = this.colour("text");
      ctx.fillRect(left, y(high), right - left, Math.max(1, y(low) - y(high)));
      ctx.globalAlpha = 0.9;
      ctx.fillRect(left, y(middle) - 0.75, right - left, 1.5);
    }
    ctx.globalAlpha = 1;
  }

  drawSpans(ctx, row, top, tall) {
    const lanes = [];
    row.starts.forEach((start, i) => {
      const lane = lanes.findIndex((end) => end <= start);
      const at = lane < 0 ? lanes.length : lane;
      lanes[at] = row.ends[i];
      const thick = 6;
      ctx.fillStyle = this.colour({ conflict: "bad", possible: "warn" }[row.marks[i]] ?? "good");
      ctx.globalAlpha = at > 2 ? 0.4 : 0.9;
      ctx.fillRect(this.x(start), top + 3 + Math.min(at, 2) * 7, Math.max(3, this.x(row.ends[i]) - this.x(start)), thick);
    });
    ctx.globalAlpha = 1;
  }

  drawLabel(ctx, row, top, tall) {
    ctx.fillStyle = this.colour("text");
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillText(row.title, 12, top + tall / 2 - (row.kind === "spans" ? 0 : 7), LABEL_PX - 20);
    if (row.kind !== "spans") {
      ctx.fillStyle = this.colour("muted");
      ctx.fillText(`up to ${compact(row.most)} ${{ h: "an hour", d: "a day", m: "a month", y: "a year" }[row.grain]}`, 12, top + tall / 2 + 9, LABEL_PX - 20);
    }
    ctx.fillStyle = this.colour("line");
    ctx.fillRect(LABEL_PX, top + tall - 1, this.width, 1);
  }

  drawAxis(ctx, top) {
    ctx.fillStyle = this.colour("muted");
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    for (const [day, text] of ticks(this.view, this.width)) {
      const x = this.x(day);
      ctx.fillRect(x, top, 1, 4);
      if (x < LABEL_PX + this.width - 36) ctx.fillText(text, x + 3, top + 14);
    }
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
