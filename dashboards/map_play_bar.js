// The bar of a period that is played: date or hour, step, window and speed, by hand and by key; all in UTC.

import { element } from "./map_places.js";

const DAY_MS = 86400e3;
const HOUR_MS = 3600e3;
const SPEEDS = [[2, "2 steps/s"], [5, "5 steps/s"], [10, "10 steps/s"], [20, "20 steps/s"], [30, "30 steps/s"]];
const BY_DAY = {
  steps: [[1, "day"], [7, "week"], [30, "30 days"]], width: 7,
  widths: [[1, "1 day"], [7, "7 days"], [30, "30 days"], [91, "91 days"], [1e6, "all before"]],
};
const BY_MONTH = {
  steps: [[1, "month"]], width: 1, widths: [[1, "1 month"], [3, "3 months"], [12, "12 months"], [1e6, "all before"]],
};

const BY_HOUR = { steps: [[1, "hour"], [3, "3 hours"]], width: 3, widths: [[1, "1 hour"], [2, "2 hours"], [3, "3 hours"]] };
// of tracks alone no more is shown than what fades behind them
const TRACKS_BY_DAY = { steps: BY_DAY.steps, width: 3, widths: [[1, "1 day"], [2, "2 days"], [3, "3 days"]] };
const UNITS = { h: "hour", d: "day", m: "month" };

const choice = (label) => element("select", "", { "aria-label": label, title: label });

function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => element("option", "", { value: String(value) }, text)));
  select.value = String(chosen);
}

function written(number) {
  if (number >= 1000) return `${Number((number / 1000).toPrecision(2))} k`;
  return String(Number(number.toPrecision(2)));
}

export class PlayBar {
  // changed(): another step is to be drawn; widened(): the window has another width; ended(): closed by the reader;
  // turned(runs): it plays now, or stands still; ready(step): whether a step can be drawn, for which playing waits
  constructor({ el, changed, widened, ended, turned, ready }) {
    Object.assign(this, { changed, widened, ended, turned, ready, at: 0, timer: null, nSteps: 0, isWanted: false });
    this.date = element("output", "wfp-date", { "aria-label": "Days shown", hidden: "" });
    this.bar = element("div", "wft-bar wfp-bar wfm-over", { role: "group", "aria-label": "Play the period", hidden: "" });
    el.append(this.date, this.bar);
    this.build();
  }

  build() {
    const button = (sign, label, act) => {
      const made = element("button", "", { type: "button", "aria-label": label, title: label }, sign);
      made.onclick = act;
      return made;
    };
    this.title = element("b", "wft-title");
    this.said = element("span", "wft-said", { role: "status" });
    this.ramp = element("span", "wfp-ramp");
    // told ten times a second: not as a status, which would be read aloud
    this.tracks = element("div", "wfp-tracks");
    this.play = button("▶", "Play (Space)", () => this.toggle());
    this.slider = element("input", "", { type: "range", min: "0", max: "0", step: "1", "aria-label": "Date" });
    this.slider.oninput = () => this.seek(Number(this.slider.value));
    [this.stepBy, this.window, this.speed] = [choice("Step"), choice("Window"), choice("Speed")];
    fill(this.speed, SPEEDS, 10);
    this.window.onchange = () => { this.tell(); this.widened(); };
    const [top, bottom, rail] = [element("div", "wft-top"), element("div", "wft-bottom"), element("div", "wft-rail")];
    rail.append(this.slider);
    top.append(this.title, this.ramp, this.said, button("×", "Stop playing the period", () => this.ended()));
    bottom.append(
      button("‹", "Step back ([)", () => this.step(-1)), this.play, button("›", "Step on (])", () => this.step(1)), rail,
      element("label", "", {}, "Step"), this.stepBy, element("label", "", {}, "Window"), this.window, element("label", "", {}, "Speed"), this.speed,
    );
    this.bar.append(top, this.tracks, bottom);
  }

  wait(title) {
    this.bar.hidden = false;
    this.title.textContent = title;
    this.said.textContent = "Loading all days…";
  }

  fault(sentence) {
    this.pause();
    this.said.textContent = sentence;
  }

  hide() {
    this.pause();
    this.nSteps = 0;
    this.tracks.textContent = "";
    this.bar.hidden = this.date.hidden = true;
  }

  // another period or answer: the date stays where it was, as far as it is in it
  take({ first, nSteps }, { title, grain, hasCells }) {
    const before = this.nSteps && this.grain === grain ? this.first + this.at : null;
    const rule = grain === "m" ? BY_MONTH : grain === "h" ? BY_HOUR : hasCells ? BY_DAY : TRACKS_BY_DAY;
    if (this.rule !== rule) {
      this.rule = rule;
      fill(this.stepBy, rule.steps, rule.steps[0][0]);
      fill(this.window, rule.widths, rule.width);
    }
    Object.assign(this, { grain, first, nSteps });
    this.title.textContent = title;
    this.slider.max = String(nSteps - 1);
    this.at = Math.max(0, Math.min(nSteps - 1, before === null ? Math.min(this.width - 1, nSteps - 1) : before - first));
    this.bar.hidden = this.date.hidden = false;
    if (!hasCells) this.ramp.replaceChildren();
    this.tell();
    if (this.isWanted) this.run();
  }

  lack(unplaced) {
    this.said.textContent = unplaced ? `${unplaced.toLocaleString("en")} without a place are not drawn` : "";
  }

  legend({ unit, colours }, most) {
    this.least = unit === "kg" ? Math.max(1e-3, most / 1e4) : 1;
    const shades = element("i", "");
    shades.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
    this.ramp.replaceChildren(written(this.least), shades, `${written(Math.max(this.least, most))} ${unit}`);
  }

  get stride() { return Number(this.stepBy.value); }

  get unit() { return UNITS[this.grain]; }

  get width() { return Number(this.window.value); }

  get span() { return { first: Math.max(0, this.at - this.width + 1), last: this.at }; }

  // first day and the day after the last, as YYYY-MM-DD; of hours their moments
  get dates() {
    const { first, last } = this.span;
    return [first, last + 1].map((step) => (this.grain === "h" ? this.moment(step) : this.day(step)));
  }

  moment(step) {
    const number = this.first + step;
    const at = this.grain === "m" ? Date.UTC(1970, number, 1) : number * (this.grain === "h" ? HOUR_MS : DAY_MS);
    return new Date(at).toISOString();
  }

  day(step) { return this.moment(step).slice(0, 10); }

  // ------------------------------------------------------------ the hand
  toggle() { (this.timer === null ? this.run : this.pause).call(this); }

  // what the page's button asks for; steps that are still on their way are waited for
  want(runs) {
    this.isWanted = runs;
    if (!runs) this.pause();
    else this.run();
  }

  run() {
    if (!this.nSteps || this.timer !== null) return;
    this.isWanted = false;
    if (this.at >= this.nSteps - 1) this.at = 0;
    this.play.textContent = "❚❚";
    this.play.setAttribute("aria-label", "Pause (Space)");
    let due = performance.now();
    const tick = (now) => {
      this.timer = requestAnimationFrame(tick);
      if (now < due) return;
      // when the machine is slow, steps are late and none is left out
      const next = Math.min(this.nSteps - 1, this.at + this.stride);
      if (!this.ready(next)) return;
      due = Math.max(due + 1000 / Number(this.speed.value), now);
      if (this.at >= this.nSteps - 1) this.pause();
      else this.seek(next);
    };
    this.timer = requestAnimationFrame(tick);
    this.turned(true);
  }

  pause() {
    if (this.timer !== null || this.isWanted) this.turned(false);
    this.isWanted = false;
    cancelAnimationFrame(this.timer);
    this.timer = null;
    this.play.textContent = "▶";
    this.play.setAttribute("aria-label", "Play (Space)");
  }

  step(by) {
    this.pause();
    this.seek(this.at + by * this.stride);
  }

  seek(step) {
    this.at = Math.max(0, Math.min(this.nSteps - 1, step));
    this.tell();
    this.changed();
  }

  key(event) {
    const act = { " ": () => this.toggle(), "[": () => this.step(-1), "]": () => this.step(1), Escape: () => this.ended() }[event.key];
    act?.();
    return act !== undefined;
  }

  tell() {
    this.date.textContent = this.words;
    this.slider.value = String(this.at);
    this.slider.setAttribute("aria-valuetext", this.date.textContent);
  }

  get words() {
    const { first, last } = this.span;
    if (this.grain === "h") return `${this.moment(first).slice(0, 16).replace("T", " ")} – ${this.moment(last + 1).slice(11, 16)} UTC`;
    const [since, until] = [this.day(first), this.day(last)].map((text) => (this.grain === "m" ? text.slice(0, 7) : text));
    return since === until ? until : `${since} – ${until}`;
  }
}
