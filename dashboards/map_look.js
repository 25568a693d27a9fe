// Where the map looks, and how it goes elsewhere: ranges of a Bokeh figure, bounded, in metres of EPSG:3857.

import { HALF_WORLD, WORLD, latOf, lonOf, metresPerPixel, xOf, yOf } from "./map_places.js";

const MIN_VIEW_ROWS = 256;
const TILE = 256;
// how much of the map a box takes that is looked at whole, and from how near at most
const SHARE_OF_FIT = 0.75;
const NEAREST_FIT = 14;

// Kept inside the world's height, and between the widest and the nearest zoom.
export class Look {
  constructor(plot, zooms, el) {
    this.plot = plot;
    this.el = el;
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

  // a box of degrees, whole, with room around; east may lie beyond 180
  fit([west, south, east, north]) {
    const { width, height } = this.size;
    // what stands over the map may push the foot of the plot out of sight
    const seen = Math.min(height, this.el.clientHeight || height);
    const [wide, high] = [xOf(east) - xOf(west), yOf(north) - yOf(south)];
    const metres = Math.max(wide / width, high / seen, metresPerPixel(NEAREST_FIT)) / SHARE_OF_FIT;
    const y = yOf(south) + high / 2 - ((height - seen) / 2) * metres;
    this.go(lonOf(xOf(west) + wide / 2), latOf(y), Math.log2(WORLD / TILE / metres));
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
    return turns;
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
