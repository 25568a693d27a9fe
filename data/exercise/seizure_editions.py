"""Editions of seizures: reported late, weighed gross at first, placed coarsely at first, or reported twice."""

import json
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.editions import BoolArray, Edition, Frames, Known, days, delay, happened_by, moments_of
from watchfloor.data.exercise.places import IntArray
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision as P

WEIGHED_GROSS: Final = 0.12
PLACED_COARSELY: Final = 0.09
REPORTED_TWICE: Final = 0.03
LATE: Final = np.timedelta64(14, "D")
LATE_REPORTS, AMENDED, REFINED, WITHDRAWN = "late_report", "amended_weight", "refined_place", "withdrawn_double"
_FINE: Final = [PLACE_CODES[P.EXACT], PLACE_CODES[P.STREET]]
# within half a tenth of a degree lies the true place, and the uncertainty of a county is wider than that
_COARSE_DEGREES: Final = 1


def of_events(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """Seizures as they became known; what is put right is put right one to four weeks later."""
    events, items, n = together["events"], together["seizure_items"], together["events"].height
    happened = happened_by(rng, known.plan, moments_of(events["starts"]), events["time_precision"])
    told = happened + delay(rng, n, 0.6, 1.5)
    first, mended = known.batch(told), known.batch(told + days(rng.uniform(6.0, 30.0, n)))
    known.note(events["key"], first)
    is_late = (told - happened > LATE) & (first > 0)
    known.correct(LATE_REPORTS, events["key"].filter(pl.Series(is_late)))
    draw, can = rng.random(n), (first > 0) & (mended > first) & (mended < known.last)
    gross = can & (draw < WEIGHED_GROSS) & _weighed(events, items)
    coarse = can & (draw >= WEIGHED_GROSS) & (draw < WEIGHED_GROSS + PLACED_COARSELY) & _placed_finely(events)
    twice = can & (draw > 1 - REPORTED_TWICE)
    known.correct(AMENDED, events["key"].filter(pl.Series(gross)))
    known.correct(REFINED, events["key"].filter(pl.Series(coarse)))
    return [
        Edition(np.where(gross | coarse, mended, first), together),
        _weighed_gross(rng, together, gross, first),
        _placed_coarsely(together, coarse, first),
        _reported_twice(known, together, twice, first, mended),
    ]


def _weighed(events: pl.DataFrame, items: pl.DataFrame) -> BoolArray:
    """Seizures of which something was weighed."""
    heavy = items.filter((pl.col("unit") == "kg") & pl.col("amount").is_not_null())["event_key"]
    return events["key"].is_in(heavy.implode()).to_numpy()


def _weighed_gross(rng: np.random.Generator, together: Frames, rows: BoolArray, first: IntArray) -> Edition:
    """At the scene the wrapping is weighed too: up to half as much again."""
    events = together["events"].filter(pl.Series(rows))
    items = together["seizure_items"].join(events.select(event_key="key"), on="event_key", how="semi")
    factor = pl.Series("factor", 1.0 + rng.uniform(0.04, 0.5, items.height))
    is_weight = pl.col("unit") == "kg"
    number = pl.col("original").str.extract(r"^([0-9.eE+-]+) ", 1).cast(pl.Float64, strict=False)
    word = pl.col("original").str.extract(r" (\S+)$", 1)
    gross = (number * pl.col("factor")).round_sig_figs(3)
    amended = items.with_columns(factor).with_columns(
        amount=pl.when(is_weight).then(pl.col("amount") * gross / number).otherwise(pl.col("amount")),
        original=pl.when(is_weight).then(pl.format("{} {}", gross, word)).otherwise(pl.col("original")),
    )
    told = _said(events, {"weight": "gross, before the laboratory"})
    return Edition(first[rows], {"events": told, "seizure_items": amended.drop("factor")})


def _placed_finely(events: pl.DataFrame) -> BoolArray:
    return (events["place_precision"].is_in(_FINE) & events["place_name"].is_not_null()).to_numpy()


def _placed_coarsely(together: Frames, rows: BoolArray, first: IntArray) -> Edition:
    """Before the report came in, only the county was known."""
    events = together["events"].filter(pl.Series(rows))
    area = pl.format("{} county area", pl.col("place_name"))
    told = events.with_columns(
        pl.col("lon", "lat").round(_COARSE_DEGREES),
        title=pl.col("title").str.strip_suffix(pl.col("place_name")) + area,
        uncertainty_m=pl.lit(P.COUNTY.default_uncertainty_m),
        place_precision=pl.lit(PLACE_CODES[P.COUNTY], pl.Int16),
        place_name=area,
    )
    items = together["seizure_items"].join(events.select(event_key="key"), on="event_key", how="semi")
    return Edition(first[rows], {"events": told, "seizure_items": items})


def _reported_twice(known: Known, together: Frames, rows: BoolArray, first: IntArray, mended: IntArray) -> Edition:
    """The same seizure under a second key, until somebody notices and the second record is withdrawn."""
    events = together["events"].filter(pl.Series(rows))
    doubles = events.with_columns(key=pl.col("key") + "-again")
    known.withdrawn.update(zip(doubles["key"].to_list(), mended[rows].tolist(), strict=True))
    known.correct(WITHDRAWN, doubles["key"])
    items = together["seizure_items"].join(events.select(event_key="key"), on="event_key", how="semi")
    told = {"events": doubles, "seizure_items": items.with_columns(event_key=pl.col("event_key") + "-again")}
    return Edition(first[rows], told)


def _said(events: pl.DataFrame, more: dict[str, str]) -> pl.DataFrame:
    texts = [json.dumps(json.loads(text) | more) for text in events["attributes"].to_list()]
    return events.with_columns(pl.Series("attributes", texts, pl.String))
