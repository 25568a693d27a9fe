// UTM and MGRS of a place, in the browser, where the cursor's coordinates stay.
// Transverse Mercator by Krüger's series to the fourth order (Karney 2011, doi:10.1007/s00190-011-0445-3): below a
// millimetre in a zone. Letters by DMA TM 8358.1. Between 80° S and 84° N; nothing beyond.

const A = 6378137;
const F = 1 / 298.257223563;
const N = F / (2 - F);
const RECTIFYING = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
];
const SCALE = 0.9996;
const BANDS = "CDEFGHJKLMNPQRSTUVWX";
const COLUMNS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const ROWS = "ABCDEFGHJKLMNPQRSTUV";
const EDGE = 1e-9;

const rad = (degrees) => (degrees * Math.PI) / 180;

function zoneOf(lon, lat) {
  // the south-west of Norway, and Svalbard
  if (lat >= 56 && lat < 64 && lon >= 3 && lon < 12) return 32;
  if (lat >= 72 && lon >= 0 && lon < 42) return lon < 9 ? 31 : lon < 21 ? 33 : lon < 33 ? 35 : 37;
  return Math.min(60, Math.floor((lon + 180) / 6) + 1);
}

// {zone, band, east, north}: metres; null where there is no UTM. lon: from -180 to 180
export function utmOf(lon, lat) {
  if (!(lat >= -80 && lat <= 84 && Math.abs(lon) <= 180)) return null;
  const zone = zoneOf(lon, lat);
  const e = Math.sqrt(F * (2 - F));
  const sine = Math.sin(rad(lat));
  const conformal = Math.sinh(Math.atanh(sine) - e * Math.atanh(e * sine));
  const away = rad(lon - (zone * 6 - 183));
  const xi = Math.atan2(conformal, Math.cos(away));
  const eta = Math.asinh(Math.sin(away) / Math.hypot(conformal, Math.cos(away)));
  let [x, y] = [eta, xi];
  ALPHA.forEach((alpha, index) => {
    const twice = 2 * (index + 1);
    x += alpha * Math.cos(twice * xi) * Math.sinh(twice * eta);
    y += alpha * Math.sin(twice * xi) * Math.cosh(twice * eta);
  });
  const band = BANDS[Math.min(19, Math.floor((lat + 80) / 8))];
  return { zone, band, east: SCALE * RECTIFYING * x + 500_000, north: SCALE * RECTIFYING * y + (lat < 0 ? 10_000_000 : 0) };
}

// a square of 10 metres, as it is read on the radio: 14S NH 12345 67890 has five digits, here four
export function mgrsOf(lon, lat, digits = 4) {
  const utm = utmOf(lon, lat);
  if (!utm) return null;
  const { zone, band } = utm;
  const side = 10 ** (5 - digits);
  const [east, north] = [utm.east, utm.north].map((metres) => Math.floor(metres / side + EDGE) * side);
  const column = COLUMNS[((zone - 1) % 3) * 8 + Math.floor(east / 100_000) - 1];
  const row = ROWS[(Math.floor(north / 100_000) + (zone % 2 === 0 ? 5 : 0)) % 20];
  const part = (metres) => String(Math.floor((metres % 100_000) / side)).padStart(digits, "0");
  return `${zone}${band} ${column}${row} ${part(east)} ${part(north)}`;
}
