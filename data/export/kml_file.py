"""KML 2.2: a document whose description says what it is, a placemark for each record.

What programs show of a placemark when it is clicked is HTML: the style names only what the store itself writes.
"""

import html
import json
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import polars as pl
import shapely

from watchfloor.data.export.content import Content
from watchfloor.data.export.found import GEOMETRY, Shape
from watchfloor.data.export.shapes import spelt_out
from watchfloor.data.export.writing import Job, put_hash
from watchfloor.geo.handing_on import Handling

KEY: Final = "watchfloor"
_CODED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# XML 1.0 knows no such signs, escaped or not
_UNKNOWN: Final = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x{fffe}\\x{ffff}]"
_SPECIAL: Final = f"[&<>]|{_UNKNOWN}"
_NAMED_BY: Final = ("title", "name", "area", "hexagon", "origin", "identifier")


def write_kml(job: Job) -> str:
    """Write the file; its content's hash."""
    content = Content()
    with job.create() as file:
        file.write(_head(job.unhashed, job.found.name).encode())
        within = file.tell()
        for frame in job.frames(content):
            _placemarks(frame, job.found.shape).write_csv(file, include_header=False, quote_style="never")
        file.write(b"</Folder></Document></kml>\n")
        put_hash(file, job, content.sha256, within)
    return content.sha256


def _head(handling: Handling, name: str) -> str:
    lines = "<br/>".join(html.escape(_printable(line)) for line in handling.sentences)
    about = _printable(json.dumps(handling.as_json(), ensure_ascii=False))
    marking = escape(_printable(handling.marking))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{marking}</name><description>{escape(lines)}</description>"
        f'<Style id="record"><BalloonStyle><text>{escape(html.escape(_printable(handling.marking)))}'
        "</text></BalloonStyle></Style>"
        f"<ExtendedData><Data name={quoteattr(KEY)}><value>{escape(about)}</value></Data></ExtendedData>"
        f"<Folder><name>{escape(name)}</name>\n"
    )


def _placemarks(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    told = _texts(spelt_out(frame).drop("lon", "lat", GEOMETRY, strict=False))
    named = next(name for name in _NAMED_BY if name in told.columns)
    data = [part for name in told.columns for part in _data(name, has_gaps=told[name].null_count() > 0)]
    return told.select(
        pl.concat_str(
            pl.lit("<Placemark><name>"), pl.col(named).fill_null(""), pl.lit("</name>"), *_span(told),
            pl.lit("<styleUrl>#record</styleUrl><ExtendedData>"), *data, pl.lit("</ExtendedData>"),
            _geometry(frame, shape), pl.lit("</Placemark>"),
        )
    )  # fmt: skip


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    dated = frame.with_columns(
        pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"), pl.selectors.date().dt.strftime("%Y-%m-%d")
    )
    text = pl.selectors.string()
    # most columns hold nothing to be coded: to look is quicker than to write them anew
    needs = dated.select(text.str.contains(_SPECIAL).any())
    special = [name for name in needs.columns if needs[name].item()]
    coded = pl.col(special).str.replace_all(_UNKNOWN, "").str.replace_many(list(_CODED), list(_CODED.values()))
    return dated.with_columns(coded, (~text).cast(pl.String))


def _data(name: str, *, has_gaps: bool) -> list[pl.Expr]:
    """A value by its name; none where it is not known."""
    parts = [pl.lit(f"<Data name={quoteattr(name)}><value>"), pl.col(name), pl.lit("</value></Data>")]
    return [pl.concat_str(*parts).fill_null("")] if has_gaps else parts


def _span(told: pl.DataFrame) -> list[pl.Expr]:
    if "from_utc" not in told.columns:
        return []
    span = ("<TimeSpan><begin>", "from_utc", "</begin><end>", "before_utc", "</end></TimeSpan>")
    return [pl.concat_str(*(pl.col(part) if part.endswith("_utc") else pl.lit(part) for part in span)).fill_null("")]


def _geometry(frame: pl.DataFrame, shape: Shape) -> pl.Expr | pl.Series:
    if shape is Shape.POINT:
        lon, lat = frame["lon"].cast(pl.String), frame["lat"].cast(pl.String)
        point = "<Point><coordinates>" + lon + "," + lat + "</coordinates></Point>"
        return point.fill_null("")
    shapes = shapely.from_wkb(frame[GEOMETRY].to_numpy())
    around = shapely.get_exterior_ring(shapes) if shape is Shape.AREA else shapes
    opened, closed = ("<Polygon><outerBoundaryIs><LinearRing>", "</LinearRing></outerBoundaryIs></Polygon>")
    if shape is Shape.LINE:
        opened, closed = "<LineString><tessellate>1</tessellate>", "</LineString>"
    corners = (" ".join(f"{x:.7f},{y:.7f}" for x, y in shapely.get_coordinates(one)) for one in around)
    return pl.Series([f"{opened}<coordinates>{one}</coordinates>{closed}" for one in corners], dtype=pl.String)


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))
