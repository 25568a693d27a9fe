"""What AIS says of a vessel beside its position: number, name, type; as MarineCadastre writes it."""

import json
import math

import polars as pl

from watchfloor.data.ingest.identities import heard

# vessel type codes of AIS (ITU-R M.1371) by tens and singly, and the four-digit ones of NOAA until 2018
_TENS = {2: "other", 4: "passenger", 6: "passenger", 7: "cargo", 8: "tanker"}
_SINGLE = {30: "fishing", 31: "tug", 32: "tug", 36: "pleasure", 37: "pleasure", 52: "tug"}
_NOAA = {
    **dict.fromkeys((1001, 1002), "fishing"),
    **dict.fromkeys((1003, 1004, 1016), "cargo"),
    **dict.fromkeys((1012, 1013, 1014, 1015), "passenger"),
    **dict.fromkeys((1017, 1023, 1024), "tanker"),
    1019: "pleasure",
    1021: "aircraft",
    1025: "tug",
}
_WORDS = {word: word for word in ("cargo", "tanker", "fishing", "passenger", "pleasure", "tug", "aircraft")} | {
    "towing": "tug",
    "towing long/wide": "tug",
    "sailing": "pleasure",
    "hsc": "passenger",
}
_KEPT = {
    "imo": "IMO",
    "call_sign": "CallSign",
    "vessel_type": "VesselType",
    "length_m": "Length",
    "width_m": "Width",
    "draft_m": "Draft",
    "cargo": "Cargo",
}
_CALLED = {"VesselName": "name", "IMO": "imo", "CallSign": "call sign"}


def vessels(good: pl.DataFrame) -> pl.DataFrame:
    """A crafts frame, one row per vessel of the batch: the last that is said of each counts."""
    said = pl.col("VesselName", *_KEPT.values()).drop_nulls().last()
    last = good.group_by("MMSI", maintain_order=True).agg(said)
    return last.select(
        pl.lit("vessel").alias("kind"),
        pl.col("MMSI").alias("identifier"),
        pl.col("VesselName").alias("name"),
        pl.col("VesselType").map_elements(category, pl.String, skip_nulls=False).alias("category"),
        _attributes(last),
    )


def called(good: pl.DataFrame) -> pl.DataFrame:
    """A craft_identities frame: what the vessels of a batch say who they are, and when they were heard to."""
    said = good.select(pl.col("MMSI").alias("identifier"), "at", *_CALLED)
    return heard(said, "vessel", _CALLED)


def category(written: str | None) -> str:
    """The kind of vessel that a type code, or a source's word for it, means; `other` if it is unknown."""
    if written is None:
        return "other"
    if not written.isascii() or not written.isdigit():
        return _WORDS.get(written.lower(), "other")
    code = int(written)
    return _NOAA.get(code) or _SINGLE.get(code) or (_TENS.get(code // 10, "other") if code < 100 else "other")


def _attributes(last: pl.DataFrame) -> pl.Series:
    texts = []
    for row in last.select(_KEPT.values()).iter_rows():
        said = {key: _plain(key, value) for key, value in zip(_KEPT, row, strict=True) if value is not None}
        texts.append(json.dumps(said, sort_keys=True))
    return pl.Series("attributes", texts, dtype=pl.String)


def _plain(key: str, written: str) -> str | float:
    if key == "imo":
        return written.upper().removeprefix("IMO").strip()
    if not key.endswith("_m"):
        return written
    try:
        metres = float(written)
    except ValueError:
        return written
    return metres if math.isfinite(metres) else written
