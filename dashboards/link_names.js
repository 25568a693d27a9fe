// Whose name is written beside a graph's marks, and where: as many as there is room for, none over another.

const MOST_LABELS = 110;
const LABEL_PX = 16;
// room that a name may take for itself, so that a small picture is not all names
const PX2_PER_LABEL = 6_000;
// of more marks than these, names may lie over them: there is no room beside so many
const MOST_MARKS = 400;
const GAP_PX = 4;
// more than any record's links weigh
const WEIGHTY = 10_000;
const LIT = 1_000_000;
const FEW = 12;
const EDGE_PX = 6;

export const written = (node) => node.short + (node.more > 0 ? `  +${node.more}` : "");

const hits = (one, others) => others.some((other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top);

export class Names {
  // drawing: knows what stands where, what is chosen, and its font
  constructor(drawing) {
    Object.assign(this, { drawing, widths: new Map(), pen: document.createElement("canvas").getContext("2d") });
  }

  // by index of the node: the chosen, those next to them and the most linked first, none over another name or mark, none
  // cut at the edge
  named(inside) {
    const { drawing } = this;
    const order = [...inside].map((index) => [this.weight(index), index]).sort((a, b) => b[0] - a[0]).slice(0, 8 * MOST_LABELS);
    const told = drawing.way.size + drawing.selected.size;
    const most = Math.max(told, Math.min(MOST_LABELS, Math.ceil(this.spread(inside) / PX2_PER_LABEL)));
    const marks = inside.length > MOST_MARKS ? [] : inside.map((index) => this.markOf(index));
    const taken = [], found = new Map();
    for (const [weight, index] of order) {
      const must = drawing.way.has(index) || (drawing.selected.size <= FEW && drawing.selected.has(index));
      const places = this.places(index);
      const place = places.find((one) => !hits(one, taken) && !hits(one, marks))
        // who is asked about or weighs most finds room over marks, too; the former stand all the same if there is none
        ?? (must || weight % LIT >= WEIGHTY ? places.find((one) => !hits(one, taken)) : undefined) ?? (must ? places[0] : undefined);
      if (!place) continue;
      taken.push(place);
      found.set(index, { position: place.position, offset: place.offset });
      if (found.size === most) break;
    }
    return found;
  }

  weight(index) {
    const { way, selected, lit, nodes } = this.drawing, node = nodes[index];
    return (way.has(index) ? 4 * LIT : 0) + (selected.has(index) ? 2 * LIT : 0) + (lit.has(index) ? LIT : 0)
      + (node.group === "case" ? 2 * WEIGHTY : node.group === "person" ? WEIGHTY : 0) + Math.min(node.linked, 9e3);
  }

  markOf(index) {
    const [x, y] = this.drawing.at(this.drawing.nodes[index]), half = this.drawing.sizeOf(this.drawing.nodes[index]) / 2;
    return { left: x - half, right: x + half, top: y - half, bottom: y + half };
  }

  // where a name may stand, the best place first, all of them in the picture
  places(index) {
    const { width, height } = this.drawing.size;
    const mark = this.markOf(index), wide = this.widthOf(written(this.drawing.nodes[index]));
    const [x, y] = [(mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2];
    const isIn = x >= 0 && x <= width && y >= 0 && y <= height;
    const shift = isIn ? Math.max(0, EDGE_PX + wide / 2 - x) - Math.max(0, x + wide / 2 + EDGE_PX - width) : 0;
    const at = (position, left, top, offset = [0, 0]) => ({ position, offset, left, right: left + wide, top, bottom: top + LABEL_PX });
    const all = [
      at("bottom", x - wide / 2 + shift, mark.bottom + GAP_PX, [shift, 0]),
      at("top", x - wide / 2 + shift, mark.top - GAP_PX - LABEL_PX, [shift, 0]),
      at("right", mark.right + GAP_PX, y - LABEL_PX / 2),
      at("left", mark.left - GAP_PX - wide, y - LABEL_PX / 2),
    ];
    const whole = all.filter((one) => one.left >= 0 && one.right <= width && one.top >= 0 && one.bottom <= height);
    return isIn && whole.length ? whole : all.slice(0, 1);
  }

  // square pixels of the picture over which these nodes are spread
  spread(inside) {
    const { drawing } = this;
    const { width, height } = drawing.size;
    const places = inside.map((index) => drawing.at(drawing.nodes[index]));
    const [across, down] = [width, height].map((most, axis) => {
      const all = places.map((place) => place[axis]);
      const low = all.reduce((a, b) => Math.min(a, b), most), high = all.reduce((a, b) => Math.max(a, b), 0);
      return Math.max(0, Math.min(high, most) - Math.max(low, 0));
    });
    return Math.max(1, across * down);
  }

  widthOf(text) {
    if (!this.widths.has(text)) {
      this.pen.font = `12px ${this.drawing.look.font}`;
      this.widths.set(text, this.pen.measureText(text).width);
    }
    return this.widths.get(text);
  }
}
