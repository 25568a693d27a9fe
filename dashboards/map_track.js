// One craft's way drawn over the tiles: a line coloured by speed, dashed over gaps, thinned to the zoom.
// Beside a gap stands the area that the craft could have reached meanwhile. The line is sent once; panning, zooming and playback ask nothing of the server.

import { pageZoom } from "./elements.js";
import { WORLD, latOf, lonOf, xOf, yOf } from "./map_places.js";
import { COLOURS, Playback } from "./map_playback.js";

const MOST_DRAWN = 5000;
const FINEST = 17;
// from how near at least an event is looked at
const EVENT_ZOOM = 10;
const [NOT_JOINED, BY_LINE, OVER_GAP] = [0, 1, 2];
const UNKNOWN = "#b9c2cd";
const CASING = "rgba(8, 12, 18, .75)";
const REACHED = "rgba(255, 255, 255, .07)";

export class TrackView {
  // look: where the map looks
  constructor({ el, look }) {
    Object.assign(this, { el, look });
    this.still = this.canvas();
    this.live = this.canvas();
    const [show, follow] = [(place) => this.bringIn(place), (place) => this.keepIn(place)];
    this.playback = new Playback({ el, changed: () => this.soon(), show, follow });
    new ResizeObserver(() => this.moved()).observe(el);
  }

  canvas() {
    const made = document.createElement("canvas");
    made.className = "wft-canvas";
    this.el.append(made);
    return made;
  }

  // track: {title, start, at, x, y, speed, zoom, joined, total, bounds, fit}, typed arrays of one length; null: none
  show(track) {
    this.track = track && track.at.length ? track : null;
    if (this.track) this.track.span = this.track.x.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
    this.levels = new Map();
    this.playback.take(this.track);
    this.el.dataset.track = this.track ? this.track.title : "";
    if (this.track?.fit) this.fit(this.track.x, this.track.y);
    this.moved();
  }

  // the numbers of the vertices that are drawn at a level
  kept(level) {
    if (!this.levels.has(level)) {
      const { zoom } = this.track;
      const kept = [];
      for (let i = 0; i < zoom.length; i++) if (zoom[i] <= level) kept.push(i);
      this.levels.set(level, kept);
    }
    return this.levels.get(level);
  }

  moved() {
    this.isStale = true;
    if (!this.isFlying) this.isLeft = true;
    this.soon();
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    const isOn = this.track !== null && this.track !== undefined;
    for (const one of [this.still, this.live]) one.hidden = !isOn;
    if (!isOn) return;
    const isPlaying = this.playback.isUnderWay;
    if (this.isStale || isPlaying !== this.wasPlaying) this.drawStill(isPlaying);
    [this.isStale, this.wasPlaying] = [false, isPlaying];
    const ctx = this.cleared(this.live);
    if (isPlaying) this.drawTrail(ctx);
  }

  cleared(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.el.clientWidth * ratio), Math.round(this.el.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.lineJoin = ctx.lineCap = "round";
    return ctx;
  }

  // segments [from, to, turn] in view, from the finest level that does not make too many
  segments(first, last) {
    const { x, y, joined } = this.track;
    const view = this.look;
    const pad = 20 * view.resolution;
    const [west, east, south, north] = [view.x.start - pad, view.x.end + pad, view.y.start - pad, view.y.end + pad];
    const turns = this.turns(west, east);
    for (let level = Math.min(FINEST, Math.max(0, Math.ceil(view.zoom))); ; level--) {
      const kept = this.kept(level);
      const found = [];
      for (let k = 1; k < kept.length; k++) {
        const [from, to] = [kept[k - 1], kept[k]];
        if (joined[to] === NOT_JOINED || to <= first || from >= last) continue;
        if (Math.max(y[from], y[to]) < south || Math.min(y[from], y[to]) > north) continue;
        for (const turn of turns) {
          const [a, b] = [x[from] + turn, x[to] + turn];
          if (Math.max(a, b) >= west && Math.min(a, b) <= east) found.push([from, to, turn]);
        }
      }
      if (found.length <= MOST_DRAWN || level === 0) return found;
    }
  }

  turns(west, east) {
    const { span } = this.track;
    const found = [];
    const least = Math.ceil((west - span[1]) / WORLD);
    for (let turn = least; turn * WORLD + span[0] <= east && found.length < 5; turn++) found.push(turn * WORLD);
    return found;
  }

  // paths by colour, and one of dashes
  paths(segments) {
    const { x, y, joined } = this.track;
    const byColour = new Map();
    const dashes = new Path2D();
    for (const [from, to, turn] of segments) {
      const isGap = joined[to] === OVER_GAP;
      const colour = isGap ? null : this.colour(to);
      if (!isGap && !byColour.has(colour)) byColour.set(colour, new Path2D());
      const path = isGap ? dashes : byColour.get(colour);
      path.moveTo(...this.pixel(x[from] + turn, y[from]));
      path.lineTo(...this.pixel(x[to] + turn, y[to]));
    }
    return { byColour, dashes };
  }

  pixel(x, y) {
    const { x: across, y: up, resolution } = this.look;
    return [(x - across.start) / resolution, (up.end - y) / resolution];
  }

  colour(index) {
    const speed = this.track.speed[index];
    if (Number.isNaN(speed)) return UNKNOWN;
    const bounds = this.track.bounds;
    let step = 0;
    while (step < bounds.length && speed >= bounds[step]) step++;
    return COLOURS[step];
  }

  stroke(ctx, { byColour, dashes }, thin) {
    const zoom = pageZoom(), width = thin * zoom;
    ctx.setLineDash([]);
    for (const path of byColour.values()) Object.assign(ctx, { lineWidth: width + 3 * zoom, strokeStyle: CASING }).stroke(path);
    for (const [colour, path] of byColour) Object.assign(ctx, { lineWidth: width, strokeStyle: colour }).stroke(path);
    ctx.setLineDash([2 * zoom, 7 * zoom]);
    Object.assign(ctx, { lineWidth: width + 2.5 * zoom, strokeStyle: CASING }).stroke(dashes);
    Object.assign(ctx, { lineWidth: width, strokeStyle: "#ffffff" }).stroke(dashes);
    ctx.setLineDash([]);
  }

  // where it could have been: over all long gaps, or over the one that playback stands in
  drawReach(ctx, isWanted) {
    const { x, y, ends, gaps } = this.track.reach;
    let begins = 0;
    for (let k = 0; k < ends.length; begins = ends[k++]) {
      if (!isWanted(gaps[k])) continue;
      for (const turn of this.turns(this.look.x.start, this.look.x.end)) {
        const ring = new Path2D();
        for (let i = begins; i < ends[k]; i++) ring.lineTo(...this.pixel(x[i] + turn, y[i]));
        ring.closePath();
        Object.assign(ctx, { fillStyle: REACHED }).fill(ring);
        ctx.setLineDash([6, 5]);
        Object.assign(ctx, { lineWidth: 3, strokeStyle: CASING }).stroke(ring);
        Object.assign(ctx, { lineWidth: 1.25, strokeStyle: "#ffffff" }).stroke(ring);
        ctx.setLineDash([]);
      }
    }
  }

  drawStill(isPlaying) {
    const ctx = this.cleared(this.still);
    if (!isPlaying) this.drawReach(ctx, () => true);
    ctx.globalAlpha = isPlaying ? 0.35 : 1;
    this.stroke(ctx, this.paths(this.segments(-1, Infinity)), isPlaying ? 2 : 3);
    ctx.globalAlpha = 1;
    const last = this.track.at.length - 1;
    this.mark(ctx, this.track.x[0], this.track.y[0], 4.5, "#0a0f16", "#ffffff");
    this.mark(ctx, this.track.x[last], this.track.y[last], 4.5, "#ffffff", "#0a0f16");
  }

  drawTrail(ctx) {
    const now = this.playback.place();
    const from = this.playback.trailStart();
    if (now.isSilent) this.drawReach(ctx, (gap) => gap === now.index);
    const segments = this.segments(from, now.index);
    this.stroke(ctx, this.paths(segments), 4);
    const { x, y } = this.track;
    for (const turn of this.turns(this.look.x.start, this.look.x.end)) {
      const path = new Path2D();
      path.moveTo(...this.pixel(x[now.index] + turn, y[now.index]));
      path.lineTo(...this.pixel(now.x + turn, now.y));
      if (!now.isGap) this.stroke(ctx, { byColour: new Map([[this.colour(now.index), path]]), dashes: new Path2D() }, 4);
    }
    // within a gap nobody knows where it was: the ring stays where it was last heard
    this.mark(ctx, now.x, now.y, 7, now.isGap ? "rgba(0, 0, 0, 0)" : "#ffffff", now.isGap ? "#ffffff" : "#0a0f16");
  }

  mark(ctx, x, y, radius, fill, line) {
    for (const turn of this.turns(this.look.x.start, this.look.x.end)) {
      ctx.beginPath();
      ctx.arc(...this.pixel(x + turn, y), radius * pageZoom(), 0, 2 * Math.PI);
      Object.assign(ctx, { fillStyle: fill, strokeStyle: line, lineWidth: 2 * pageZoom() });
      ctx.fill();
      ctx.stroke();
    }
  }

  // whether a place lies in the view, and not under the bar
  isSeen({ x, y }) {
    const { x: across, y: up, resolution } = this.look;
    const covered = this.playback.bar.getBoundingClientRect().top - this.el.getBoundingClientRect().top;
    const south = Math.max(up.start, up.end - covered * resolution);
    return y > south && y < up.end && this.turns(across.start, across.end).some((turn) => x + turn > across.start && x + turn < across.end);
  }

  fly({ x, y }, zoom = this.look.zoom) {
    this.isFlying = true;
    this.look.go(lonOf(x), latOf(y), zoom);
    this.isFlying = false;
  }

  // look at places whole
  fit(x, y) {
    const [west, east, south, north] = [x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b)),
      y.reduce((a, b) => Math.min(a, b)), y.reduce((a, b) => Math.max(a, b))];
    this.isFlying = true;
    this.look.fit([(west / WORLD) * 360, latOf(south), (east / WORLD) * 360, latOf(north)]);
    this.isFlying = false;
  }

  // where and when something was: the ring goes there, and of a gap all is seen where the craft can have been
  goTo({ at, lon, lat }) {
    const place = this.track && this.playback.goTo(at);
    if (place?.isSilent) return this.fit(...this.silent(place.index));
    const here = { x: xOf(lon), y: yOf(lat) };
    if (this.look.zoom < EVENT_ZOOM || !this.isSeen(here)) this.fly(here, Math.max(EVENT_ZOOM, this.look.zoom));
  }

  // both ends of a gap, and the area that could be reached meanwhile
  silent(index) {
    const { x, y, reach } = this.track;
    const k = reach.gaps.indexOf(index);
    const [from, to] = k < 0 ? [0, 0] : [k ? reach.ends[k - 1] : 0, reach.ends[k]];
    return [[...x.slice(index, index + 2), ...reach.x.slice(from, to)], [...y.slice(index, index + 2), ...reach.y.slice(from, to)]];
  }

  // move the map if a place that was jumped to lies outside of it
  bringIn(place) {
    this.isLeft = false;
    if (!this.isSeen(place)) this.fly(place);
  }

  // while it plays the map goes along; not where the reader has looked away, until the craft is in sight again
  keepIn(place) {
    if (this.isSeen(place)) this.isLeft = false;
    else if (!this.isLeft) this.fly(place);
  }
}
