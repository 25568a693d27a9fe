// Whose name is written beside a graph's marks, and where: as many as there is room for, none over another.

const MOST_LABELS = 110;
const LABEL_PX = 16;
// room that a name may take for itself, so that a small picture is not all names
const PX2_PER_LABEL = 14_000;
const EDGE_PX = 6;

export const written = (node) => node.short + (node.more > 0 ? `  +${node.more}` : "");

export class Names {
  // drawing: knows what stands where, what is chosen, and its font
  constructor(drawing) {
    Object.assign(this, { drawing, widths: new Map(), pen: document.createElement("canvas").getContext("2d") });
  }

  // by index of the node: the chosen and the most linked first, none over another or cut at the edge
  named(inside) {
    const { drawing } = this;
    const weight = (index) => (drawing.way.has(index) ? 2e6 : 0) + (drawing.selected.has(index) ? 1e6 : 0) + (drawing.nodes[index].group === "case" ? 1e3 : 0) + drawing.nodes[index].linked;
    const { width, height } = drawing.size;
    const most = Math.max(drawing.way.size + drawing.selected.size, Math.min(MOST_LABELS, Math.ceil(this.spread(inside) / PX2_PER_LABEL)));
    const taken = [], found = new Map();
    for (const index of [...inside].sort((a, b) => weight(b) - weight(a)).slice(0, 8 * MOST_LABELS)) {
      const node = drawing.nodes[index], radius = drawing.sizeOf(node) / 2;
      const [x, y] = drawing.at(node);
      const half = this.widthOf(written(node)) / 2;
      const isIn = x >= 0 && x <= width && y >= 0 && y <= height;
      const dx = isIn ? Math.max(0, EDGE_PX + half - x) - Math.max(0, x + half + EDGE_PX - width) : 0;
      const below = y + radius + 4, above = y - radius - 4 - LABEL_PX;
      const isFree = (top) => !taken.some((one) => Math.abs(one.x - x - dx) < one.half + half + 6 && Math.abs(one.top - top) < LABEL_PX);
      // those on a way are the answer: their names find room above, too, and if there is none they stand all the same
      const isAbove = isIn && (below + LABEL_PX > height || (drawing.way.has(index) && !isFree(below) && isFree(above)));
      const top = isAbove ? above : below;
      if (!isFree(top) && !drawing.way.has(index)) continue;
      taken.push({ x: x + dx, top, half });
      found.set(index, { position: isAbove ? "top" : "bottom", offset: [dx, 0] });
      if (found.size === most) break;
    }
    return found;
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
