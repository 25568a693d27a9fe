// The timeline's picture: the period, a row of bars or of spans for each layer, what is usual, and the axis.

import { compact, ticks } from "./timeline_time.js";

export const LABEL_PX = 132;
export const RIGHT_PX = 22;
const ROW_PX = 46;
const SPANS_PX = 26;
export const AXIS_PX = 20;
// strokes of narrower months would run into a fence
const LEAST_RANGE_PX = 8;

export const tallOf = (row) => (row.kind === "spans" ? SPANS_PX : ROW_PX);

export class Picture {
  // ctx: a canvas's context in pixels of the page; chart: who knows rows, view and places; colour: of a name
  constructor(ctx, chart, colour) {
    Object.assign(this, { ctx, chart, colour });
  }

  span([since, until], height) {
    const { ctx, chart } = this;
    const clip = (day) => Math.max(LABEL_PX, Math.min(LABEL_PX + chart.width, chart.x(day)));
    const [left, right] = [clip(since), clip(until)];
    ctx.fillStyle = this.colour("raised");
    ctx.fillRect(left, 0, right - left, height - AXIS_PX);
    ctx.fillStyle = this.colour("accent");
    for (const edge of [left, right]) ctx.fillRect(edge - 1, 0, 2, height - AXIS_PX);
    if (chart.played === null) return;
    ctx.fillStyle = this.colour("warn");
    ctx.globalAlpha = 0.35;
    ctx.fillRect(clip(chart.played[0]), 0, Math.max(2, clip(chart.played[1]) - clip(chart.played[0])), height - AXIS_PX);
    ctx.globalAlpha = 1;
  }

  bars(row, top, tall, [since, until]) {
    const { ctx, chart } = this;
    const [from, to] = chart.view;
    const seen = row.starts.map((_, i) => i).filter((i) => row.ends[i] > from && row.starts[i] < to);
    const most = Math.max(1, ...seen.map((i) => Math.max(row.n[i], row.usual?.[i]?.[1] ?? 0, row.ranges?.[i]?.[1] ?? 0)));
    const room = tall - 8;
    const y = (n) => top + tall - 2 - (n / most) * room;
    const base = top + tall - 2;
    for (const i of seen) {
      const [left, right] = [chart.x(row.starts[i]), chart.x(row.ends[i])];
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
    if (row.since !== null && row.since !== undefined && row.since > from) this.uncounted(row, top, tall);
    if (row.usual) this.usual(row, seen, y);
    row.most = most;
  }

  // nothing was counted there, which is not the same as nothing found
  uncounted(row, top, tall) {
    const { ctx, chart } = this;
    const left = LABEL_PX;
    const wide = Math.max(0, chart.x(row.since) - left);
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

  usual(row, seen, y) {
    const { ctx, chart } = this;
    for (const i of seen) {
      if (!row.usual[i]) continue;
      const [left, right] = [chart.x(row.starts[i]), chart.x(row.ends[i])];
      ctx.globalAlpha = 0.9;
      ctx.fillStyle = this.colour("text");
      ctx.fillRect(left, y(row.usual[i][1]) - 0.75, right - left, 1.5);
      if (row.ranges?.[i] && right - left >= LEAST_RANGE_PX) this.range((left + right) / 2, ...row.ranges[i].map(y));
    }
    ctx.globalAlpha = 1;
  }

  // a stroke with a foot and a head: no area, which would look like a bar
  range(x, low, high) {
    const { ctx } = this;
    ctx.globalAlpha = 0.55;
    ctx.fillRect(x - 0.5, high, 1, low - high);
    for (const end of [low, high]) ctx.fillRect(x - 2.5, end - 0.5, 5, 1);
  }

  spans(row, top, tall) {
    const { ctx, chart } = this;
    const lanes = [];
    row.starts.forEach((start, i) => {
      const lane = lanes.findIndex((end) => end <= start);
      const at = lane < 0 ? lanes.length : lane;
      lanes[at] = row.ends[i];
      ctx.fillStyle = this.colour({ conflict: "bad", possible: "warn" }[row.marks[i]] ?? "good");
      ctx.globalAlpha = at > 2 ? 0.4 : 0.9;
      ctx.fillRect(chart.x(start), top + 3 + Math.min(at, 2) * 7, Math.max(3, chart.x(row.ends[i]) - chart.x(start)), 6);
    });
    ctx.globalAlpha = 1;
  }

  label(row, top, tall) {
    const { ctx, chart } = this;
    ctx.fillStyle = this.colour("text");
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillText(row.title, 12, top + tall / 2 - (row.kind === "spans" ? 0 : 7), LABEL_PX - 20);
    if (row.kind !== "spans") {
      ctx.fillStyle = this.colour("muted");
      ctx.fillText(`up to ${compact(row.most)} ${{ h: "an hour", d: "a day", m: "a month", y: "a year" }[row.grain]}`, 12, top + tall / 2 + 9, LABEL_PX - 20);
    }
    ctx.fillStyle = this.colour("line");
    ctx.fillRect(LABEL_PX, top + tall - 1, chart.width, 1);
  }

  axis(top) {
    const { ctx, chart } = this;
    ctx.fillStyle = this.colour("muted");
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    for (const [day, text] of ticks(chart.view, chart.width)) {
      const x = chart.x(day);
      ctx.fillRect(x, top, 1, 4);
      if (x < LABEL_PX + chart.width - 36) ctx.fillText(text, x + 3, top + 14);
    }
  }
}
