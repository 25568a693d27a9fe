"""Which columns of a table say where, and in which writing."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from watchfloor.data.ingest.mapped_grids import FloatArray, dms_of, dms_pair_of, mgrs_of, utm_text_of
from watchfloor.data.ingest.mapped_whereabouts import folded_name, names_of
from watchfloor.data.ingest.suggest_findings import Findings, Profile, Section, Sureness, of

LAT_WORDS = ("lat", "latitude", "latitud", "breite", "breitengrad", "latitude1", "northing", "norte", "nord", "y")
LON_WORDS = ("lon", "long", "lng", "longitude", "longitud", "laenge", "lange", "longitude1", "easting", "este", "x")
NAME_WORDS = (
    *("place", "city", "town", "municipio", "ciudad", "county", "location", "lugar", "ort", "site", "port", "area"),
    *("municipality", "localidad", "estado", "state", "district", "puerto"),
)
GAZETTEER = ("city", "port", "crossing", "state", "aor")
_PRECISION = {"city": "town", "port": "town", "crossing": "town", "state": "state", "aor": "area_of_responsibility"}
_ENOUGH = 0.7
_PAIR = r"-?\d{1,3}[.,]\d+[^\d-]+-?\d{1,3}[.,]\d+"
_POINT = r"(-?\d+(?:[.,]\d+)?)[^\d-]+(-?\d+(?:[.,]\d+)?)"


@dataclass(frozen=True, slots=True)
class Located:
    """A way to read places: keys of the section `place`, how many of n texts are read."""

    keys: Section
    columns: tuple[str, ...]
    read: int
    n: int
    sureness: Sureness


def find_place(columns: dict[str, Profile], decimal: str, findings: Findings) -> Section | None:
    """The section `place` of a draft, without its precision; None if no column says where."""
    found = _answered(columns, decimal, findings) or _two_columns(columns, decimal, findings) or _one_text(columns)
    found = found or _by_name(columns)
    if found is None:
        return None
    if findings.answers.get("place") == "none":
        return None
    findings.used |= set(found.columns)
    if "order" in found.keys and found.sureness is Sureness.UNSURE:
        text = f"{found.columns[0]}: which of the two numbers is first?"
        found.keys["order"] = findings.ask("place.order", text, found.keys["order"], ("lat lon", "lon lat"))
    shown = ", ".join(f"{key} = {value}" for key, value in found.keys.items())
    findings.guess("place", shown, found.sureness, of(found.read, found.n, "are places"))
    keys = dict(found.keys)
    if "name" not in keys and (name := _name_column(columns, findings)):
        keys["name"] = name
    return keys


def _answered(columns: dict[str, Profile], decimal: str, findings: Findings) -> Located | None:
    lat, lon = (columns.get(findings.answers.get(f"place.{axis}", "")) for axis in ("lat", "lon"))
    if lat is not None and lon is not None and lat.n and lon.n:
        return _pair(lat, lon, decimal, columns, findings)
    point = columns.get(findings.answers.get("place.point", ""))
    return _one_text({point.name: point}) if point is not None else None


def _two_columns(columns: dict[str, Profile], decimal: str, findings: Findings) -> Located | None:
    ranked = []
    for lat in columns.values():
        for lon in columns.values():
            if lat.n and lon.n and lat.has_word(*LAT_WORDS) and lon.has_word(*LON_WORDS) and lat.name != lon.name:
                full = (
                    (lat.folded[:3] == "lat")
                    + (lon.folded[:3] in ("lon", "lng"))
                    + 0.5 * (lat.folded[-1:] == lon.folded[-1:])
                )
                ranked.append((full, min(lat.n, lon.n), lat, lon))
    for _, _, lat, lon in sorted(ranked, key=lambda one: one[:2], reverse=True):
        if pair := _pair(lat, lon, decimal, columns, findings):
            return pair
    return None


def _pair(lat: Profile, lon: Profile, decimal: str, columns: dict[str, Profile], findings: Findings) -> Located | None:
    y, x = (_numbers(column, decimal) for column in (lat, lon))
    names = {"lon": lon.name, "lat": lat.name}
    n = min(lat.n, lon.n)
    numeric = min(np.isfinite(y).sum(), np.isfinite(x).sum())
    if numeric < _ENOUGH * n:
        b, a = (dms_of(column.values) for column in (lat, lon))
        read = int(min(np.isfinite(a).sum(), np.isfinite(b).sum()))
        keys: Section = {**names, "writing": "dms"}
        return Located(keys, (lon.name, lat.name), read, n, _sureness(read, n)) if read >= _ENOUGH * n else None
    y, x = y[np.isfinite(y)], x[np.isfinite(x)]
    if np.median(np.abs(y)) > 1_000 or np.median(np.abs(x)) > 1_000:
        return _metres(lat, lon, columns, findings)
    if np.max(np.abs(y)) > 90 and np.max(np.abs(x)) <= 90:
        return Located({**names, "swapped": True}, (lon.name, lat.name), len(y), n, Sureness.CERTAIN)
    read = int(min((np.abs(y) <= 90).sum(), (np.abs(x) <= 180).sum()))
    is_sided = bool(np.max(np.abs(x)) > 90) or lat.folded.startswith("lat")
    sureness = _sureness(read, n) if is_sided else Sureness.LIKELY
    return Located(names, (lon.name, lat.name), read, n, sureness)


def _metres(lat: Profile, lon: Profile, columns: dict[str, Profile], findings: Findings) -> Located | None:
    """Easting and northing: with a column of zones, or in a system that has to be asked for."""
    names: Section = {"lon": lon.name, "lat": lat.name}
    n = min(lat.n, lon.n)
    if crs := _named_crs(lat, lon, findings):
        return Located({**names, "crs": crs}, (lon.name, lat.name), n, n, Sureness.LIKELY)
    zone = next((c for c in columns.values() if c.n and c.share(r"^\s*\d{1,2}\s*[A-Z]?\s*$") > 0.9 and c.has_word(
        "zone", "zona", "utm", "huso")), None)  # fmt: skip
    if zone is None:
        text = "Eastings and northings in metres: in which system? Write EPSG:32618 for UTM zone 18 north"
        crs = findings.ask("place.crs", text, "none")
        return None if crs == "none" else Located({**names, "crs": crs}, (lon.name, lat.name), n, n, Sureness.LIKELY)
    keys: Section = {**names, "writing": "utm", "zone_column": zone.name}
    letters = set(zone.values.str.to_uppercase().str.extract(r"([A-Z])", 1).drop_nulls())
    if "S" in letters:
        text = "In UTM zones such as 18S: is S the band (32 to 40 degrees north) or the southern hemisphere?"
        assumed = "hemisphere" if letters <= {"N", "S"} else "band"
        keys["zone_letters"] = findings.ask("place.zone_letters", text, assumed, ("band", "hemisphere"))
    return Located(keys, (lon.name, lat.name, zone.name), n, n, Sureness.LIKELY)


def _named_crs(lat: Profile, lon: Profile, findings: Findings) -> str | None:
    """The system of a zone in the names of the columns, such as Easting (UTM 18N); S there is the hemisphere."""
    found = re.search(r"\butm (?:zone )?(\d{1,2}) ?([a-z])?\b", f"{lat.folded} {lon.folded}")
    if not found or not 1 <= int(found[1]) <= 60:
        return None
    crs = f"EPSG:{327 if found[2] == 's' else 326}{int(found[1]):02}"
    findings.guess("place.crs", crs, Sureness.LIKELY, f"the names say UTM {found[1]}{(found[2] or '').upper()}")
    return crs


def _one_text(columns: dict[str, Profile]) -> Located | None:
    """A column whose texts are whole places."""
    writings: tuple[tuple[str, str, Callable[[pl.Series], FloatArray]], ...] = (
        ("wkt", r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|POLYGON|LINESTRING)\b", lambda v: np.zeros(len(v))),
        ("geojson", r'^\s*\{.*"coordinates"', lambda v: np.zeros(len(v))),
        ("mgrs", r"^\s*\d{1,2}\s*[C-X]\s*[A-Z]{2}[\s\d]*$", lambda v: mgrs_of(v)[0]),
        ("utm", r"^\s*\d{1,2}\s*[A-Z]\s+\d{5,}", lambda v: utm_text_of(v, is_band=True)[0]),
        (
            "dms",
            r"\d\s*[°º˚].*\d|\d\s*[NS]\W+.*\d\s*[EWO]\W*$|^\W*[NS]\s*\d.*[EWO]\s*\d|\d[NS]\d+[EWO]$",
            lambda v: dms_pair_of(v, "lat lon")[0],
        ),
    )
    for column in columns.values():
        if not column.n:
            continue
        for writing, pattern, reader in writings:
            if column.share(pattern) < _ENOUGH:
                continue
            read = int(np.isfinite(reader(column.values)).sum())
            if read >= _ENOUGH * column.n:
                order: Section = {"order": "lat lon"} if writing == "dms" else {}
                keys = {"point": column.name, "writing": writing, **order}
                return Located(keys, (column.name,), read, column.n, _sureness(read, column.n))
        if column.share(_PAIR) >= _ENOUGH:
            return _decimal_pair(column)
    return None


def _decimal_pair(column: Profile) -> Located | None:
    first, second = (
        column.values.str.extract(_POINT, at)
        .str.replace(",", ".", literal=True)
        .cast(pl.Float64, strict=False)
        .fill_null(np.nan)
        for at in (1, 2)
    )
    a, b = (np.abs(numbers.to_numpy()) for numbers in (first, second))
    # a postal code before the point is one of a few
    near = (a <= 180) & (b <= 180)
    a, b = a[near], b[near]
    if len(a) < _ENOUGH * column.n:
        return None
    if np.max(b) > 90 >= np.max(a):
        keys, sureness = {"point": column.name, "order": "lat lon"}, Sureness.CERTAIN
    elif np.max(a) > 90 >= np.max(b):
        keys, sureness = {"point": column.name, "order": "lon lat"}, Sureness.CERTAIN
    else:
        # people write latitude first, and in the Americas only longitudes are negative
        is_west = bool((second < 0).mean() or 0) and not (first < 0).any()
        keys, sureness = {"point": column.name, "order": "lat lon"}, Sureness.LIKELY if is_west else Sureness.UNSURE
    return Located(keys, (column.name,), len(a), column.n, sureness)


def _by_name(columns: dict[str, Profile]) -> Located | None:
    """A column of names that the gazetteer knows."""
    best: Located | None = None
    for column in columns.values():
        if not column.n or column.share(r"^\D{3,}$") < 0.5:
            continue
        texts = [folded_name(text) for text in column.values]
        for kind in GAZETTEER:
            known = names_of((kind,))
            read = sum(text in known for text in texts)
            is_enough = read >= (0.3 if column.has_word(*NAME_WORDS) else 0.6) * column.n
            if is_enough and (best is None or read > best.read):
                keys: Section = {"name": column.name, "gazetteer": [kind], "precision": _PRECISION[kind]}
                best = Located(keys, (column.name,), read, column.n, Sureness.LIKELY)
    return best


def _name_column(columns: dict[str, Profile], findings: Findings) -> str | None:
    wanted = findings.answers.get("place.name")
    if wanted in columns:
        return wanted
    for column in columns.values():
        is_text = column.n and column.share(r"^\D") > 0.8
        if is_text and column.name not in findings.used and column.has_word(*NAME_WORDS):
            findings.used.add(column.name)
            findings.guess("place.name", column.name, Sureness.LIKELY, "by its name")
            return column.name
    return None


def _numbers(column: Profile, decimal: str) -> FloatArray:
    text = column.values
    if decimal == ",":
        text = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        text = text.str.replace_all(r"(\d),(\d{3})", "$1$2")
    return text.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()


def _sureness(read: int, n: int) -> Sureness:
    return Sureness.CERTAIN if read == n else Sureness.LIKELY
