// Days since 1970 and the hours of a day: how the timeline writes them, and the steps of its axis.

export const DAY_MS = 86400e3;
export const HOUR = 1 / 24;
const STEPS = [[1, "h"], [3, "h"], [6, "h"], [12, "h"], [1, "d"], [7, "d"], [1, "m"], [3, "m"], [1, "y"], [2, "y"], [5, "y"], [10, "y"]];

export const iso = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
export const hourly = (day) => Math.round(day * 24) / 24;
export const stamp = (day) => new Date(Math.round(day * 24) * 3600e3).toISOString().slice(0, 16).replace("T", " ");
export const isWhole = (span) => span.every((day) => Number.isInteger(day));
export const written = ([since, until]) => (isWhole([since, until]) ? `${iso(since)} to ${iso(until - 1)}` : `${stamp(since)} to ${stamp(until)}Z`);
const dayOf = (year, month, day = 1) => Math.round(Date.UTC(year, month, day) / DAY_MS);
export const compact = (n) => (n >= 1e6 ? `${(n / 1e6).toPrecision(2)} M` : n >= 1e4 ? `${Math.round(n / 1e3)} k` : n.toLocaleString("en"));

// first days of the axis's steps within a view, no closer than a label is wide
export function ticks([from, to], width) {
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
