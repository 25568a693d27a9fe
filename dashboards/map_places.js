// Degrees of EPSG:4326 and metres of EPSG:3857 in the browser, and how both are written.

export const HALF_WORLD = 20037508.342789244;
export const WORLD = 2 * HALF_WORLD;
const RADIUS = 6378137;
const TILE = 256;

export const lonOf = (x) => ((((x / HALF_WORLD) * 180 + 180) % 360) + 360) % 360 - 180;
export const latOf = (y) => (Math.atan(Math.sinh(y / RADIUS)) * 180) / Math.PI;
export const xOf = (lon) => (lon / 180) * HALF_WORLD;
export const yOf = (lat) => RADIUS * Math.asinh(Math.tan((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180));
export const metresPerPixel = (zoom) => WORLD / TILE / 2 ** zoom;
export const degrees = (value, plus, minus) => Math.abs(value).toFixed(4) + "° " + (value < 0 ? minus : plus);

export const writtenMetres = (metres) =>
  metres < 1000 ? `${metres.toFixed(0)} m` : `${(metres / 1000).toFixed(metres < 10000 ? 1 : 0)} km`;

// metres along the sphere between two places in EPSG:3857
export function apart([x0, y0], [x1, y1]) {
  const [lat0, lat1] = [latOf(y0), latOf(y1)].map((lat) => (lat * Math.PI) / 180);
  const half = (value) => Math.sin(value / 2) ** 2;
  const turned = half(lat1 - lat0) + Math.cos(lat0) * Math.cos(lat1) * half(((x1 - x0) / HALF_WORLD) * Math.PI);
  return 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(turned)));
}

export const element = (name, className, attributes = {}, text = "") => {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};
