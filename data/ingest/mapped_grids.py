"""Coordinates as people write them: degrees, minutes and seconds; UTM; MGRS. Each from text to EPSG:4326 degrees.

MGRS by DMA Technical Manual 8358.1 (the grids of the polar caps are not read); the place is the middle of the square.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.geo.reprojection import known_crs, to_degrees

type FloatArray = NDArray[np.float64]

_NUMBER = r"\d+(?:[.,]\d+)?"
_DMS = (
    rf"^([NSEWO])?\s*([+\-\u2212])?\s*({_NUMBER})\s*[°º˚D:\s]*"
    rf"(?:({_NUMBER})\s*['\u2032\u2019´M:\s]*(?:({_NUMBER})\s*(?:[\"\u2033\u201d]|'{{2}}|\u2032{{2}}|´´)?)?)?\s*([NSEWO])?$"
)
# 404230N, 40-42-30.5N, N404230: degrees, minutes and seconds run together or joined by hyphens
_COMPACT = r"^(\d{2,3})-?(\d{2})-?(\d{2}(?:\.\d+)?)\s*([NSEWO])$"
_LETTER_FIRST = r"^([NSEWO])\s*(\d{2,3}-?\d{2}-?\d{2}(?:\.\d+)?)$"
_PAIRS = (
    r"^(.*\d.*?[NS])[\s,;/]*(\S.*[EWO])$",
    r"^([NS].*?\d.*?)[\s,;/]*([EWO].*)$",
)
_REVERSED = (
    r"^(.*\d.*?[EWO])[\s,;/]*(\S.*[NS])$",
    r"^([EWO].*?\d.*?)[\s,;/]*([NS].*)$",
)
_UTM = r"^(\d{1,2})\s*([A-Z]*)[\s,;]+([\d.]+)\s*M?\s*E?[\s,;]+([\d.]+)\s*M?\s*N?$"
_ZONE = r"^(\d{1,2})\s*([A-Z]*)$"
_MGRS = r"^(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d{0,10})$"
_COLUMNS, _ROWS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "ABCDEFGHJKLMNPQRSTUV"
# the least northing in each band, 100 km steps: where the row letters, which repeat each 2,000 km, begin to count
_BANDS = dict(
    zip(
        "CDEFGHJKLMNPQRSTUVWX",
        (11, 20, 28, 37, 46, 55, 64, 73, 82, 91, 0, 8, 17, 26, 35, 44, 53, 62, 70, 79),
        strict=True,
    )
)
_SQUARE_M, _CYCLE_M = 100_000.0, 2_000_000.0


def dms_of(text: pl.Series) -> FloatArray:
    """Degrees of one coordinate, such as 40°42'30.5"N, W 74 0.5, -74.0 or 404230N; not a number where it is none.

    A letter says the side: S, W and O (oeste, ouest) are negative.
    """
    upper = pl.DataFrame({"text": text.str.strip_chars().str.to_uppercase()})
    turned = upper.select(pl.col("text").str.replace(_LETTER_FIRST, "$2$1"))
    loose, compact = _groups(upper, _DMS, 6), _groups(turned, _COMPACT, 4)
    degrees = _sexagesimal(loose["2"], loose["3"], loose["4"])
    letter = loose["0"].fill_null("") + loose["5"].fill_null("")
    run = _sexagesimal(compact["0"], compact["1"], compact["2"])
    is_compact = ~np.isnan(run)
    side = np.where(is_compact, compact["3"].fill_null("").to_numpy(), letter.to_numpy())
    size = np.where(is_compact, run, degrees)
    is_minus = loose["1"].is_in(["-", "\u2212"]).fill_null(False).to_numpy() & ~is_compact
    is_sided = side != ""
    # a sign and a letter together contradict each other or say the same twice: two letters are nonsense
    signed = np.where(np.isin(side, ("S", "W", "O")) | (is_minus & ~is_sided), -size, size)
    limit = np.where(np.isin(side, ("N", "S")), 90.0, 180.0)
    return np.where((np.char.str_len(side.astype(str)) > 1) | (size > limit), np.nan, signed)


def dms_pair_of(text: pl.Series, order: str) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude of texts that hold both; letters say which is which, else the order, parted by a comma."""
    upper = pl.DataFrame({"text": text.str.strip_chars().str.strip_chars("()[]").str.to_uppercase()})
    split = _groups(upper, r"^(.+\d.*?)\s*[,;/]\s*(\S*\d.*)$", 2)
    lat_first = [_groups(upper, pattern, 2) for pattern in _PAIRS]
    lon_first = [_groups(upper, pattern, 2) for pattern in _REVERSED]
    first, second = ("0", "1") if order == "lat lon" else ("1", "0")
    lat, lon = split[first], split[second]
    for found, a, b in (*((f, "1", "0") for f in reversed(lon_first)), *((f, "0", "1") for f in reversed(lat_first))):
        lat, lon = _first_of(found[a], lat), _first_of(found[b], lon)
    return dms_of(lon), dms_of(lat)


def utm_of(
    zone: pl.Series, easting: FloatArray, northing: FloatArray, *, is_band: bool
) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude of UTM metres on WGS 84; zone is a number and a letter, such as 18T.

    is_band: the letter is that of a band (S lies in the north); else N or S names the hemisphere. No letter is north.
    """
    parts = _groups(pl.DataFrame({"text": zone.str.strip_chars().str.to_uppercase()}), _ZONE, 2)
    number = parts["0"].cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    letter = parts["1"].fill_null("").str.slice(0, 1).to_numpy().astype(str)
    is_south = ((letter < "N") & (letter != "")) if is_band else (letter == "S")
    usable = (number >= 1) & (number <= 60) & np.isfinite(easting) & np.isfinite(northing)
    usable &= (easting > 0) & (easting < 1_000_000) & (northing >= 0) & (northing <= 10_000_000)
    return _projected(number, is_south, np.where(usable, easting, np.nan), np.where(usable, northing, np.nan))


def utm_text_of(text: pl.Series, *, is_band: bool) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude of texts such as `18T 585628 4511322`."""
    found = _groups(pl.DataFrame({"text": text.str.strip_chars().str.to_uppercase()}), _UTM, 4)
    numbers = [found[n].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy() for n in ("2", "3")]
    return utm_of(found["0"] + found["1"].fill_null(""), *numbers, is_band=is_band)


def mgrs_of(text: pl.Series) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Longitude and latitude of the middles of MGRS squares, and the metres from a middle to its corners."""
    bare = text.str.to_uppercase().str.replace_all(r"[\s\-]", "")
    found = _groups(pl.DataFrame({"text": bare}), _MGRS, 5)
    zone = found["0"].cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    digits = found["4"].fill_null("")
    length = digits.str.len_chars().to_numpy().astype(np.int64)
    half = pl.DataFrame({"d": digits, "n": length // 2})
    east = half.select(pl.col("d").str.slice(0, pl.col("n")).cast(pl.Float64, strict=False).fill_null(0)).to_series()
    north = half.select(pl.col("d").str.slice(pl.col("n")).cast(pl.Float64, strict=False).fill_null(0)).to_series()
    side = _SQUARE_M / 10.0 ** (length // 2)
    column = _index(found["2"], _COLUMNS) - 8 * ((zone - 1) % 3)
    row = (_index(found["3"], _ROWS) - np.where(zone % 2 == 0, 5, 0)) % 20
    least = found["1"].replace_strict(_BANDS, default=None, return_dtype=pl.Float64).fill_null(np.nan).to_numpy() * 1e5
    base = row * _SQUARE_M
    northing = base + np.ceil(np.maximum(least - base, 0) / _CYCLE_M) * _CYCLE_M
    good = (zone >= 1) & (zone <= 60) & (length % 2 == 0) & (column >= 0) & (column < 8) & ~np.isnan(least)
    x = np.where(good, (column + 1) * _SQUARE_M + (east.to_numpy() + 0.5) * side, np.nan)
    y = np.where(good, northing + (north.to_numpy() + 0.5) * side, np.nan)
    is_south = found["1"].fill_null("N").to_numpy().astype(str) < "N"
    lon, lat = _projected(zone, is_south, x, y)
    return lon, lat, np.where(good, side * np.sqrt(0.5), np.nan)


def _projected(zone: NDArray[np.int64], is_south: NDArray[np.bool_], x: FloatArray, y: FloatArray) -> tuple[
    FloatArray, FloatArray
]:  # fmt: skip
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    code = np.where(is_south, 32_700, 32_600) + zone
    for one in np.unique(code[np.isfinite(x)]):
        here = (code == one) & np.isfinite(x)
        lon[here], lat[here] = to_degrees(x[here], y[here], known_crs(f"EPSG:{one}"))
    return lon, lat


def _groups(frame: pl.DataFrame, pattern: str, n: int) -> pl.DataFrame:
    """The groups of a pattern, columns 0 to n-1; null where it does not match."""
    return frame.select(pl.col("text").str.extract(pattern, at + 1).alias(f"{at}") for at in range(n))


def _sexagesimal(degrees: pl.Series, minutes: pl.Series, seconds: pl.Series) -> FloatArray:
    """Degrees; not a number where minutes or seconds are 60 or more."""
    d, m, s = (
        part.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False).to_numpy()
        for part in (degrees, minutes, seconds)
    )
    m, s = (np.where(np.isnan(part), 0.0, part) for part in (m, s))
    return np.where((m < 60) & (s < 60), d + m / 60 + s / 3600, np.nan)


def _first_of(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(pl.lit(one), pl.lit(other))).to_series()


def _index(letters: pl.Series, alphabet: str) -> NDArray[np.int64]:
    order = {letter: at for at, letter in enumerate(alphabet)}
    return letters.replace_strict(order, default=None, return_dtype=pl.Int64).fill_null(-100).to_numpy()
