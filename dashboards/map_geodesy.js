// Questions about distances and circles on the ellipsoid, which the server answers: one at a time, the newest next.

import { HALF_WORLD, latOf, yOf } from "./map_places.js";

export const NAUTICAL_MILE = 1852;

// metres of EPSG:3857 as degrees and back; longitudes run on over the antimeridian
export const toDegrees = ([x, y]) => [(x / HALF_WORLD) * 180, latOf(y)];
export const toMetres = ([lon, lat]) => [(lon / 180) * HALF_WORLD, yOf(lat)];

export class Geodesy {
  // send(message): to the server, whose answer comes back through `tell`
  constructor(send) {
    this.send = send;
    this.turn = 0;
    this.asked = null;
    this.next = null;
  }

  // take(answer) is called unless a newer question comes before the answer
  ask(question, take) {
    this.next = { question, take };
    if (this.asked === null) this.go();
  }

  forget() {
    this.next = this.asked = null;
    this.turn += 1;
  }

  go() {
    this.asked = this.next;
    this.next = null;
    this.turn += 1;
    this.send({ kind: "geodesy", turn: this.turn, ...this.asked.question });
  }

  tell(answer) {
    if (answer.turn !== this.turn || this.asked === null) return;
    const { take } = this.asked;
    this.asked = null;
    take(answer);
    if (this.next) this.go();
  }
}

const number = (value, digits) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const fit = (value) => (value < 10 ? 2 : value < 1000 ? 1 : 0);

export function writtenDistance(metres) {
  const [km, miles] = [metres / 1000, metres / NAUTICAL_MILE];
  const metric = metres < 1000 ? `${number(metres, 0)} m` : `${number(km, fit(km))} km`;
  return `${number(miles, fit(miles))} nm · ${metric}`;
}

export function writtenArea(squareMetres) {
  const [km, miles] = [squareMetres / 1e6, squareMetres / NAUTICAL_MILE ** 2];
  return `${number(km, fit(km))} km² · ${number(miles, fit(miles))} nm²`;
}

export const writtenBearing = (degrees) => `${String(Math.round(degrees) % 360).padStart(3, "0")}°`;
