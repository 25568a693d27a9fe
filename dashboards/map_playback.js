// Playback of one craft's way: a bar over the map, in UTC; everything is worked out here, from what was sent once.

import { element } from "./map_places.js";

// blue is slow, red is fast: told apart by colour-blind eyes, and seen on dark and light ground with the casing
export const COLOURS = ["#4575d4", "#74add1", "#abd9e9", "#fee9a0", "#fdae61", "#f46d43", "#d7263d"];
const OVER_GAP = 2;
const SPEEDS = [[60, "1 min/s"], [600, "10 min/s"], [3600, "1 h/s"], [6 * 3600, "6 h/s"], [24 * 3600, "1 d/s"]];
const TRAILS = [[3600, "1 h"], [6 * 3600, "6 h"], [24 * 3600, "1 d"], [7 * 24 * 3600, "7 d"], [Infinity, "all"]];
const two = (number) => String(number).padStart(2, "0");

export function utc(second) {
  const at = new Date(second * 1000);
  const day = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}Z`;
}

function lasting(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return [[days, "d"], [hours, "h"], [minutes, "min"]].filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(" ") || "0 min";
}

const choice = (label, options, chosen) => {
  const made = element("select", "", { "aria-label": label, title: label });
  for (const [value, text] of options) made.append(element("option", "", { value: String(value) }, text));
  made.value = String(chosen);
  return made;
};

export class Playback {
  // changed(): something is to be drawn anew; show(place): the reader jumped there; follow(place): it got there by playing
  constructor({ el, changed, show, follow }) {
    Object.assign(this, { changed, show, follow });
    this.bar = element("div", "wft-bar wfm-over", { role: "group", hidden: "" });
    el.append(this.bar);
    this.build();
  }

  build() {
    const button = (sign, label, act) => {
      const made = element("button", "", { type: "button", "aria-label": label, title: label }, sign);
      made.onclick = act;
      return made;
    };
    this.title = element("b", "wft-title");
    this.time = element("output", "wft-time", { "aria-label": "Time shown, UTC" });
    this.speed = element("output", "wft-speed", { "aria-label": "Speed" });
    this.said = element("span", "wft-said", { role: "status" });
    this.legend = element("span", "wft-legend");
    this.play = button("▶", "Play (Space)", () => this.toggle());
    this.slider = element("input", "", { type: "range", min: "0", max: "1", step: "1", "aria-label": "Time" });
    this.slider.oninput = () => this.seek(this.start + Number(this.slider.value));
    this.gaps = element("div", "wft-gaps", { "aria-hidden": "true" });
    this.pace = choice("Speed of playback", SPEEDS, 3600);
    this.trail = choice("Length of the trail", TRAILS, 24 * 3600);
    this.trail.onchange = () => this.changed();
    const [top, bottom, rail] = [element("div", "wft-top"), element("div", "wft-bottom"), element("div", "wft-rail")];
    rail.append(this.gaps, this.slider);
    top.append(this.title, this.time, this.speed, this.legend);
    this.gapButtons = [button("« gap", "Previous gap ([)", () => this.jump(-1)), button("gap »", "Next gap (])", () => this.jump(1))];
    bottom.append(
      this.gapButtons[0], button("‹", "Previous position (,)", () => this.step(-1)), this.play,
      button("›", "Next position (.)", () => this.step(1)), this.gapButtons[1],
      button("■", "Whole track", () => this.rewind()), rail,
      element("label", "", {}, "Speed"), this.pace, element("label", "", {}, "Trail"), this.trail,
    );
    this.bar.append(top, this.said, bottom);
  }

  take(track) {
    this.stop();
    this.track = track;
    this.bar.hidden = track === null;
    this.isUnderWay = false;
    if (track === null) return;
    const last = track.at.length - 1;
    [this.start, this.end] = [track.start + track.at[0], track.start + track.at[last]];
    this.now = this.start;
    this.bar.setAttribute("aria-label", `Playback of ${track.title}`);
    this.title.textContent = track.title;
    this.slider.max = String(Math.max(1, this.end - this.start));
    this.slider.disabled = last === 0;
    this.findGaps();
    this.drawLegend();
    this.tell(this.summary());
  }

  summary() {
    const { at, total } = this.track;
    const shown = at.length === total ? `${total.toLocaleString("en")} of ${total.toLocaleString("en")} positions`
      : `${at.length.toLocaleString("en")} of ${total.toLocaleString("en")} positions drawn`;
    const n = this.gapStarts.length;
    return `${shown} · ${n === 0 ? "no gap" : n === 1 ? "1 gap" : `${n} gaps`} of 6 h or more`;
  }

  findGaps() {
    const { at, joined } = this.track;
    this.gapStarts = [];
    this.gaps.replaceChildren();
    const whole = Math.max(1, this.end - this.start);
    for (let i = 1; i < at.length; i++) {
      if (joined[i] !== OVER_GAP) continue;
      this.gapStarts.push(i - 1);
      const mark = element("i", "");
      mark.style.left = `${((at[i - 1] - at[0]) / whole) * 100}%`;
      mark.style.width = `${Math.max(0.3, ((at[i] - at[i - 1]) / whole) * 100)}%`;
      this.gaps.append(mark);
    }
    for (const one of this.gapButtons) one.disabled = this.gapStarts.length === 0;
  }

  drawLegend() {
    const bounds = this.track.bounds;
    const steps = COLOURS.slice(0, bounds.length + 1).map((colour, index) => {
      const step = element("i", "", { title: index ? `${bounds[index - 1]} kn or more` : `under ${bounds[0]} kn` });
      step.style.background = colour;
      if (index) step.dataset.from = String(bounds[index - 1]);
      return step;
    });
    this.legend.replaceChildren(element("span", "", {}, "Speed, kn"), ...steps, element("em", "", {}, "no fix for 6 h"),
      element("em", "wft-reach", {}, "could have been there"));
    this.legend.title = "As transmitted; where it was not told, from fix to fix. Grey: not known.";
  }

  // ------------------------------------------------------------ where it is
  // number of the last vertex that is not after a moment
  indexAt(second) {
    const { at, start } = this.track;
    let [low, high] = [0, at.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (start + at[middle] <= second) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  place() {
    const { at, x, y, joined, start } = this.track;
    const index = this.indexAt(this.now);
    const next = Math.min(index + 1, at.length - 1);
    // a gap begins where it was heard last
    const isSilent = joined[next] === OVER_GAP && next > index;
    const isGap = isSilent && this.now > start + at[index];
    const isOff = isGap || (next > index && joined[next] === 0);
    const part = isOff || next === index ? 0 : (this.now - start - at[index]) / Math.max(1, at[next] - at[index]);
    return { index, isSilent, isGap, x: x[index] + part * (x[next] - x[index]), y: y[index] + part * (y[next] - y[index]) };
  }

  trailStart() {
    return this.indexAt(this.now - Number(this.trail.value)) - (this.trail.value === "Infinity" ? 1 : 0);
  }

  // ------------------------------------------------------------ the hand
  toggle() {
    if (this.timer) this.stop();
    else this.run();
  }

  run() {
    if (this.now >= this.end) this.now = this.start;
    this.isUnderWay = true;
    this.show(this.place());
    this.play.textContent = "❚❚";
    this.play.setAttribute("aria-label", "Pause (Space)");
    let before = performance.now();
    const tick = (at) => {
      this.now = Math.min(this.end, this.now + ((at - before) / 1000) * Number(this.pace.value));
      before = at;
      this.tell("");
      this.follow(this.place());
      this.changed();
      if (this.now >= this.end) this.stop();
      else this.timer = requestAnimationFrame(tick);
    };
    this.timer = requestAnimationFrame(tick);
  }

  stop() {
    cancelAnimationFrame(this.timer);
    this.timer = null;
    this.play.textContent = "▶";
    this.play.setAttribute("aria-label", "Play (Space)");
  }

  // the whole way again, as it was before anything was played
  rewind() {
    this.stop();
    this.now = this.start;
    this.isUnderWay = false;
    this.tell(this.summary());
    this.changed();
  }

  seek(second) {
    this.now = Math.max(this.start, Math.min(this.end, second));
    this.isUnderWay = true;
    this.tell("");
    this.changed();
  }

  // a moment that somebody else names: to the second of a position, if one is as near
  goTo(second) {
    this.stop();
    const { at, start } = this.track;
    const here = start + at[this.indexAt(second + 1)];
    this.seek(Math.abs(here - second) <= 1 ? here : second);
    return this.place();
  }

  step(by) {
    this.stop();
    const { at, start } = this.track;
    const here = this.indexAt(this.now);
    // between two positions, back leads to the one before
    const to = by < 0 && this.now > start + at[here] ? here : Math.max(0, Math.min(at.length - 1, here + by));
    this.seek(start + at[to]);
    this.show(this.place());
  }

  jump(by) {
    this.stop();
    const { at, start } = this.track;
    const starts = this.gapStarts.map((index) => start + at[index]);
    const found = by > 0 ? starts.findIndex((second) => second > this.now) : starts.findLastIndex((second) => second < this.now);
    const which = found >= 0 ? found : by > 0 ? 0 : starts.length - 1;
    this.seek(starts[which]);
    this.show(this.place());
  }

  ofGap(index) {
    const { at } = this.track;
    const [which, n] = [this.gapStarts.indexOf(index) + 1, this.gapStarts.length];
    return `Gap ${which} of ${n}: no fix for ${lasting(at[index + 1] - at[index])}`;
  }

  // a key of the map while a track is shown; whether it was one of ours
  key(event) {
    const act = { " ": () => this.toggle(), ",": () => this.step(-1), ".": () => this.step(1) }[event.key];
    const gap = this.gapStarts?.length ? { "[": () => this.jump(-1), "]": () => this.jump(1) }[event.key] : undefined;
    if (this.track === null || this.track === undefined || !(act ?? gap)) return false;
    (act ?? gap)();
    return true;
  }

  // said: words in place of what stands there; in a gap it is always how long that lasts
  tell(given) {
    const { index, isSilent, isGap } = this.place();
    const said = given || (isSilent ? this.ofGap(index) : "");
    const speed = this.track.speed[index];
    this.time.textContent = utc(Math.round(this.now));
    this.speed.textContent = isGap ? "no fix" : Number.isNaN(speed) ? "speed not known" : `${speed.toFixed(1)} kn`;
    if (this.said.textContent !== said) this.said.textContent = said;
    this.said.classList.toggle("wft-silent", isSilent && !given);
    this.slider.value = String(Math.round(this.now - this.start));
    this.slider.setAttribute("aria-valuetext", this.time.textContent);
  }
}
