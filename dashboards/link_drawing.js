// A graph drawn by ECharts at places that the server worked out: pan and zoom are ours, so that nothing jumps.
// Many nodes take long to draw: then the picture that stands is moved by the hand, and drawn anew when the hand rests.

import { pageZoom } from "./elements.js";
import { Hand } from "./link_hand.js";
import { Names, written } from "./link_names.js";

const REST_MS = 140;
const LIVE_MS = 22;
const UNIT_PX = 84;
// a few records stand no further apart than this
const FIT_UNIT_PX = 300;
const [SIDE_PX, END_PX] = [80, 45];
const [LEAST_STRETCH, MOST_STRETCH] = [0.7, 2.2];
const MOST_DASHED = 1500;
const MARGIN = 0.2;
const SVG = "http://www.w3.org/2000/svg";
const SHAPES = { person: "circle", object: "roundRect", location: "triangle", event: "diamond", case: "rect",
  operation: "arrow" };
const OPACITY = [0.85, 0.5, 0.5];
// of its opacity, what is left to what is not linked to the chosen
const BACK = 0.3;

export const pairKey = (a, b) => (a < b ? `${a} ${b}` : `${b} ${a}`);

export class Drawing {
  // tell: hears of { kind: "tap" | "open" | "box" | "hover", ... } with indices of nodes; of "passed" when a wheel only
  // turned the page on
  constructor(element, echarts, look, tell) {
    Object.assign(this, { element, look, nodes: [], lines: [], selected: new Set(), path: new Set(), way: new Set(),
      lit: new Set() });
    this.stretch = 1.5;
    this.view = { x: 0, y: 0, k: UNIT_PX };
    this.cost = 0;
    this.moved = { x: 0, y: 0, k: 1 };
    this.face = document.createElement("div");
    this.face.className = "wfk-face";
    this.overlay = document.createElementNS(SVG, "svg");
    this.overlay.setAttribute("class", "wfk-overlay");
    element.append(this.face, this.overlay);
    this.chart = echarts.init(this.face, null, { renderer: "canvas", devicePixelRatio: window.devicePixelRatio * pageZoom() });
    this.names = new Names(this);
    this.hand = new Hand(this, tell);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(element);
  }

  // ---------------------------------------------------------------- what is drawn
  show(nodes, lines) {
    const before = new Set(this.nodes.map((node) => node.id));
    const isOther = !nodes.some((node) => before.has(node.id));
    Object.assign(this, { nodes, lines });
    this.shape();
    this.near = nodes.map(() => []);
    for (const line of lines) { this.near[line.a].push(line); this.near[line.b].push(line); }
    this.light();
    if (isOther && nodes.length) this.fit();
    else this.stand();
  }

  // the view stays where it is, whatever its field becomes
  stand() {
    this.frames = null;
    this.draw();
  }

  // band: the pairs along a way; way: its nodes
  choose(selected, band, way) {
    const before = [...this.selected, "", ...this.way].join();
    this.selected = new Set(selected);
    this.path = new Set(band);
    const isNew = way.length > 1 && way.join() !== [...this.way].join();
    this.way = new Set(way);
    this.light();
    // who is chosen or on the way is named; a way that was found is seen whole
    if (isNew && this.size.width) this.showWay(way);
    else if (before !== [...this.selected, "", ...this.way].join() && this.chart.getWidth()) this.draw();
    else this.mark();
  }

  // the chosen, what is linked to them, and a way; all the rest stands back
  light() {
    const near = [...this.selected].flatMap((index) => (this.near?.[index] ?? []).flatMap((line) => [line.a, line.b]));
    this.lit = new Set(this.selected.size ? [...this.selected, ...near, ...this.way] : []);
    this.isLit = ({ a, b }) => !this.lit.size || this.selected.has(a) || this.selected.has(b) || this.path.has(pairKey(a, b));
  }

  // pictures are wider than high, and so are names
  shape() {
    for (const node of this.nodes) [node.x, node.y] = [node.place[0] * this.stretch, node.place[1]];
  }

  get size() { return { width: this.element.clientWidth, height: this.element.clientHeight }; }

  fit() {
    if (!this.nodes.length || !this.size.width) return;
    const [[x0, x1], [y0, y1]] = [0, 1].map((axis) => {
      const all = this.nodes.map((node) => node.place[axis]);
      return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
    });
    // the field is filled both ways as far as the graph keeps its shape: places say who is near whom, not how far
    const [across, down] = this.filling(x1 - x0, y1 - y0);
    this.stretch = Math.max(LEAST_STRETCH, Math.min(MOST_STRETCH, across / down));
    this.shape();
    this.view = { x: ((x0 + x1) / 2) * this.stretch, y: (y0 + y1) / 2, k: Math.min(across / this.stretch, down, FIT_UNIT_PX) };
    this.fitted = true;
    this.frames = () => this.fit();
    this.draw();
  }

  // pixels for each unit that fill the field across and down, with room at its edges for marks and names
  filling(across, down) {
    const { width, height } = this.size;
    const room = (pixels, edge) => pixels - 2 * Math.min(edge, pixels / 4);
    return [room(width, SIDE_PX) / Math.max(across, 0.1), room(height, END_PX) / Math.max(down, 0.1)];
  }

  // as it was drawn last: the field may have grown since, and rings stand where their nodes do
  at(node) {
    const { width, height } = this.field ?? this.size;
    return [(node.x - this.view.x) * this.view.k + width / 2, (node.y - this.view.y) * this.view.k + height / 2];
  }

  // the view just wide enough for a way and the names on it
  showWay(way) {
    if (!this.fitted) return this.fit();
    const [[x0, x1], [y0, y1]] = ["x", "y"].map((axis) => {
      const all = way.map((index) => this.nodes[index][axis]);
      return [Math.min(...all), Math.max(...all)];
    });
    const [across, down] = this.filling(x1 - x0, y1 - y0);
    this.view = { x: (x0 + x1) / 2, y: (y0 + y1) / 2, k: Math.min(across, down, FIT_UNIT_PX) };
    this.frames = () => this.showWay(way);
    this.draw();
  }

  bring(indices) {
    const { width, height } = this.size;
    const inside = indices.every((index) => {
      const [x, y] = this.at(this.nodes[index]);
      return x > 30 && y > 30 && x < width - 30 && y < height - 30;
    });
    if (inside || !indices.length) return;
    this.view.x = indices.reduce((sum, index) => sum + this.nodes[index].x, 0) / indices.length;
    this.view.y = indices.reduce((sum, index) => sum + this.nodes[index].y, 0) / indices.length;
    this.stand();
  }

  seen() {
    const { width, height } = this.size;
    const [mx, my] = [width * MARGIN, height * MARGIN];
    const found = [];
    this.nodes.forEach((node, index) => {
      const [x, y] = this.at(node);
      if (x > -mx && y > -my && x < width + mx && y < height + my) found.push(index);
    });
    return found;
  }

  draw() {
    const began = performance.now();
    const { width, height } = this.size;
    if (!width || !height) return;
    const isOther = this.field && !this.stands();
    this.field = { width, height };
    // a hand or a clock may draw before the observer tells of another field: the first that draws in it frames it anew
    if (isOther && this.frames) return this.frames();
    // it was made before it stood anywhere
    if (this.chart.getWidth() !== width || this.chart.getHeight() !== height) this.chart.resize();
    this.moved = { x: 0, y: 0, k: 1 };
    this.transform();
    const inside = this.seen();
    const lines = new Set();
    for (const index of inside) for (const line of this.near[index]) lines.add(line);
    const drawn = new Set(inside);
    for (const line of lines) { drawn.add(line.a); drawn.add(line.b); }
    this.shown = [...drawn];
    const place = new Map(this.shown.map((index, order) => [index, order]));
    const named = this.names.named(inside);
    const { x, y, k } = this.view;
    const [hx, hy] = [width / 2 / k, height / 2 / k];
    this.chart.setOption({
      animation: false,
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: { show: false, type: "value", min: x - hx, max: x + hx },
      yAxis: { show: false, type: "value", inverse: true, min: y - hy, max: y + hy },
      series: [{
        type: "graph", coordinateSystem: "cartesian2d", layout: "none", roam: false, silent: false, cursor: "pointer",
        edgeSymbol: ["none", "none"], emphasis: { disabled: true },
        data: this.shown.map((index) => this.item(this.nodes[index], named.get(index))),
        links: [...lines].map((line) => this.edge(line, place, lines.size <= MOST_DASHED)),
      }],
    }, { notMerge: false, replaceMerge: ["series"] });
    this.mark();
    this.cost = performance.now() - began;
  }

  sizeOf(node) { return Math.max(5, node.size * Math.min(1, this.view.k / 40)); }

  item(node, label) {
    const colour = this.look.colours[node.group] ?? this.look.colours.object;
    const isBack = this.lit.size > 0 && !this.lit.has(node.index);
    return {
      id: String(node.index), name: String(node.index), value: [node.x, node.y], symbol: SHAPES[node.group] ?? "circle",
      symbolSize: this.sizeOf(node),
      itemStyle: {
        color: node.certainty === 2 ? this.look.ground : colour, opacity: (node.certainty === 1 ? 0.65 : 1) * (isBack ? BACK : 1),
        ...(node.certainty === 2 ? { borderColor: colour, borderWidth: 1.5, borderType: [3, 2] } : { borderColor: this.look.ground, borderWidth: 1 }),
        // a doubtful one stays dashed among those chosen at first
        ...(node.seed ? { borderColor: this.look.text, borderWidth: 2, ...(node.certainty === 2 ? {} : { borderType: "solid" }) } : {}),
      },
      label: { show: Boolean(label), ...label, distance: 4, formatter: () => written(node),
        opacity: isBack ? 0.6 : 1, color: this.look.text, fontSize: 12, fontFamily: this.look.font, textBorderColor: this.look.ground, textBorderWidth: 3 },
    };
  }

  edge(line, place, mayDash) {
    return {
      source: place.get(line.a), target: place.get(line.b),
      lineStyle: { color: this.look.lines[line.family], width: line.family === "link" ? 1.3 : 1.1, curveness: 0,
        opacity: OPACITY[line.certainty] * (this.isLit(line) ? 1 : BACK), type: mayDash && line.certainty === 2 ? [5, 4] : "solid" },
    };
  }

  // rings round what is chosen, a band along a path: few, so they follow at once
  mark() {
    const made = [];
    const on = (name, attributes) => {
      const element = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      made.push(element);
    };
    for (const line of this.lines) {
      if (!this.path.has(pairKey(line.a, line.b))) continue;
      const [[x1, y1], [x2, y2]] = [this.at(this.nodes[line.a]), this.at(this.nodes[line.b])];
      on("line", { x1, y1, x2, y2, class: "wfk-way" });
    }
    this.nodes.forEach((node, index) => {
      const isChosen = this.selected.has(index);
      if (!isChosen && node.status !== "conflict") return;
      const [cx, cy] = this.at(node);
      on("circle", { cx, cy, r: node.size / 2 + 6, class: isChosen ? "wfk-chosen" : "wfk-conflict" });
    });
    this.overlay.replaceChildren(...made);
  }

  // ---------------------------------------------------------------- the hand
  transform() {
    const { x, y, k } = this.moved;
    const css = x || y || k !== 1 ? `translate(${x}px, ${y}px) scale(${k})` : "";
    this.face.style.transform = css;
    this.overlay.style.transform = css;
  }

  // shift by pixels, or scale about a point
  move(dx, dy, factor = 1, at = [0, 0]) {
    const { width, height } = this.size;
    const { view, moved } = this;
    this.frames = null;
    view.x -= dx / view.k;
    view.y -= dy / view.k;
    const [px, py] = [at[0] - width / 2, at[1] - height / 2];
    view.x += (px / view.k) * (1 - 1 / factor);
    view.y += (py / view.k) * (1 - 1 / factor);
    view.k *= factor;
    this.moved = { x: moved.x * factor + dx + at[0] * (1 - factor), y: moved.y * factor + dy + at[1] * (1 - factor),
      k: moved.k * factor };
    clearTimeout(this.resting);
    if (this.cost < LIVE_MS) {
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
      return;
    }
    this.transform();
    this.resting = setTimeout(() => this.draw(), REST_MS);
  }

  zoom(factor, at = [this.size.width / 2, this.size.height / 2]) {
    const k = Math.max(2, Math.min(400, this.view.k * factor));
    this.move(0, 0, k / this.view.k, at);
  }

  // whether what is drawn was drawn for the field as it is now
  stands() {
    const { width, height } = this.size;
    return this.field?.width === width && this.field.height === height;
  }

  resize() {
    // the observer tells of the size that there is at first, too: what stands in it is drawn already
    if (!this.size.width || (this.fitted && this.stands())) return;
    if (this.fitted) this.draw();
    else this.fit();
  }

  close() {
    this.resizing.disconnect();
    clearTimeout(this.resting);
    this.chart.dispose();
  }
}
