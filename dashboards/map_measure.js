// Measuring on the map: a way of any number of legs, or an area. Lengths and areas are those of the ellipsoid.

import { Geodesy, toDegrees, toMetres, writtenArea, writtenBearing, writtenDistance } from "./map_geodesy.js";
import { pageZoom } from "./elements.js";
import { Sheet, dot, stroke, write } from "./map_sheet.js";

const MOST_POINTS = 100;
const TOOLS = {
  way: {
    name: "distance", title: "Distance", hint: "Measure distance", key: "d",
    icon: "M3 14.5 14.5 3 17 5.5 5.5 17z M6 11.5l1.5 1.5 M8.5 9l2.5 2.5 M11 6.5 12.5 8",
    first: "Distance: click the points of the way, or press Enter at the middle.",
  },
  area: {
    name: "area", title: "Area", hint: "Measure area", key: "a",
    icon: "M4 15.5 3.5 6.5 10 3.5l6.5 4-2.5 8.5z",
    first: "Area: click the corners, or press Enter at the middle.",
  },
};

export class Measure {
  constructor({ el, look, rail, send }, what) {
    Object.assign(this, { look, what, rail });
    this.geodesy = new Geodesy(send);
    this.points = [];
    this.way = null;
    this.cursor = null;
    this.sheet = new Sheet({
      el, look, paint: (ctx, at) => this.paint(ctx, at), point: (place) => this.add(place),
      move: (place) => this.follow(place), done: () => this.end(),
    });
    this.sheet.button("Undo point", () => this.back());
    this.sheet.button("Start again", () => this.begin());
    this.sheet.button("Close", () => rail.choose(null));
    const { first, ...tool } = TOOLS[what];
    this.first = first;
    this.name = tool.name;
    rail.add({ ...tool, take: () => this.begin(), leave: () => this.leave(), handle: (event) => this.key(event) });
  }

  begin() {
    this.geodesy.forget();
    this.points = [];
    this.way = this.cursor = null;
    this.isEnded = false;
    this.sheet.say(this.first);
    this.sheet.show();
  }

  leave() {
    this.geodesy.forget();
    this.sheet.hide();
  }

  key(event) {
    if (event.key === "Enter") this.add(this.sheet.middle);
    else if (event.key === "Backspace") this.back();
    else return false;
    return true;
  }

  add(place) {
    if (this.isEnded) this.begin();
    const last = this.points.at(-1);
    if (last && Math.hypot(place[0] - last[0], place[1] - last[1]) < 2 * this.look.resolution) return;
    if (this.points.length < MOST_POINTS) this.points.push(place);
    this.cursor = null;
    this.ask();
  }

  // the way stands: the next click begins another
  end() {
    this.isEnded = this.points.length > 1;
    this.cursor = null;
    this.ask();
  }

  back() {
    this.points.pop();
    this.isEnded = false;
    if (this.points.length) this.ask();
    else this.begin();
  }

  follow(place) {
    if (this.points.length === 0 || this.isEnded) return;
    this.cursor = place;
    this.ask();
  }

  ask() {
    const points = (this.cursor ? [...this.points, this.cursor] : this.points).map(toDegrees);
    this.sheet.draw();
    if (points.length === 0) return;
    this.geodesy.ask({ what: this.what, points }, (way) => {
      this.way = way;
      this.sheet.say(this.sentence(way));
      this.sheet.draw();
    });
  }

  sentence({ metres, bearings, square_metres: area }) {
    if (metres.length === 0) return this.first;
    const whole = metres.reduce((sum, leg) => sum + leg, 0);
    if (this.what === "area") {
      if (metres.length < 3) return this.first;
      return area === null ? "The outline crosses itself: it has no area." : `${writtenArea(area)} · outline ${writtenDistance(whole)}`;
    }
    const last = `bearing ${writtenBearing(bearings.at(-1))}`;
    if (metres.length === 1) return `${writtenDistance(whole)} · ${last}`;
    return `${writtenDistance(whole)} in ${metres.length} legs · last ${writtenDistance(metres.at(-1))}, ${last}`;
  }

  moved() {
    this.sheet.draw();
  }

  paint(ctx, at) {
    const { way } = this;
    if (!way) return this.points.forEach((point) => dot(ctx, at(point)));
    ctx.beginPath();
    way.line.map(toMetres).map(at).forEach(([x, y], index) => (index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    if (this.what === "area" && way.square_metres !== null) {
      ctx.fillStyle = "rgba(98, 176, 238, .18)";
      ctx.fill();
    }
    stroke(ctx);
    const corners = way.corners.map(toMetres).map(at);
    corners.forEach((corner) => dot(ctx, corner));
    if (this.what === "way") this.paintLegs(ctx, corners);
  }

  paintLegs(ctx, corners) {
    const { metres, bearings } = this.way;
    metres.forEach((length, leg) => {
      const [[x0, y0], [x1, y1]] = [corners[leg], corners[leg + 1]];
      const text = `${writtenDistance(length).split(" · ")[0]} ${writtenBearing(bearings[leg])}`;
      const zoom = pageZoom();
      if (Math.hypot(x1 - x0, y1 - y0) > 90 * zoom) write(ctx, text, [(x0 + x1) / 2, (y0 + y1) / 2 - 14 * zoom]);
    });
  }
}
