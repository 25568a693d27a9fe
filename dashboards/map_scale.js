// The scale bar: true for the parallel through the middle of the map, and said so where others differ.

import { pageZoom } from "./elements.js";
import { latOf } from "./map_places.js";

const BAR_PX = 110;
const E2 = 0.00669437999014;
const DIFFERS = 1.05;

// metres on the ellipsoid to a metre of EPSG:3857, from west to east at a latitude
export function stretch(lat) {
  const phi = (lat * Math.PI) / 180;
  return Math.cos(phi) / Math.sqrt(1 - E2 * Math.sin(phi) ** 2);
}

export function drawScale(part, look) {
  const lat = latOf(look.middle[1]);
  const most = BAR_PX * pageZoom();
  const metres = look.resolution * stretch(lat) * most;
  const power = 10 ** Math.floor(Math.log10(metres));
  const nice = [5, 2, 1].find((step) => step * power <= metres) * power;
  const width = `${Math.round((nice / metres) * most)}px`;
  const edges = [look.y.start, look.y.end].map((y) => stretch(latOf(y)));
  const differs = Math.max(...edges, stretch(lat)) / Math.min(...edges, stretch(lat)) > DIFFERS;
  const length = nice >= 1000 ? `${(nice / 1000).toLocaleString("en")} km` : `${nice} m`;
  const where = differs ? ` at ${Math.abs(lat).toFixed(0)}° ${lat < 0 ? "S" : "N"}` : "";
  part.style.setProperty("--wfm-bar", width);
  part.textContent = length + where;
}
