"""Editions of entities, links, cases, operations and notices: learnt of late, and told again when more was known."""

from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.editions import Edition, Frames, Known, days, delay, moments_of
from watchfloor.data.exercise.places import FloatArray, IntArray
from watchfloor.data.exercise.plan import Moments

NEW_ENTITIES: Final = 0.10
LEARNT_NAMES: Final = 0.03
LEARNT_LATE: Final = 0.15
LATE_LINKS, LATE_NAMES = "late_link", "late_identifier"
_LATE: Final = np.timedelta64(30, "D")


def of_entities(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """Most entities were known when the store began; of some of these a number or alias was learnt later."""
    entities, identifiers = together["entities"], together["identifiers"]
    first = np.where(rng.random(entities.height) < NEW_ENTITIES, _learnt(rng, known, entities.height), 0)
    known.note(entities["key"], first)
    counted = identifiers.group_by("entity_key").len()
    n = entities.join(counted, left_on="key", right_on="entity_key", how="left", maintain_order="left")["len"]
    later = _learnt(rng, known, entities.height)
    can = (n.fill_null(0).to_numpy() > 0) & (later > first) & (later < known.last)
    is_learnt = can & (rng.random(entities.height) < LEARNT_NAMES)
    keys = entities["key"].filter(pl.Series(is_learnt))
    known.correct(LATE_NAMES, keys)
    newest = pl.col("entity_key").cum_count(reverse=True).over("entity_key") == 1
    before = identifiers.filter(pl.col("entity_key").is_in(keys.implode()) & ~newest)
    return [
        Edition(np.where(is_learnt, later, first), together),
        Edition(first[is_learnt], {"entities": entities.filter(pl.Series(is_learnt)), "identifiers": before}),
    ]


def _learnt(rng: np.random.Generator, known: Known, n: int) -> IntArray:
    """Batches of the last year, more of them of the last months."""
    return known.batch(_before(known, np.minimum(rng.exponential(70.0, n) + 0.5, 360.0)))


def _before(known: Known, number: FloatArray) -> Moments:
    """Moments so many days before the end of the world."""
    return known.plan.moments(known.plan.days - number)


def of_links(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """Links are learnt days after they began, some years after; that one has ended is learnt after it has."""
    links, n, plan = together["links"], together["links"].height, known.plan
    began = np.where(links["starts"].is_null().to_numpy(), plan.first, moments_of(links["starts"]))
    usual, longest = delay(rng, n, 5.0, 1.4), (plan.horizon - began).astype(np.int64)
    # found on a seized telephone, years after
    late = (rng.random(n) ** 0.5 * np.maximum(longest, 0)).astype("timedelta64[us]")
    is_late = rng.random(n) < LEARNT_LATE
    learnt = known.batch(began + np.where(is_late, late, usual))
    first = np.maximum.reduce([learnt, known.of(links["from_key"]), known.of(links["to_key"])])
    known.correct(LATE_LINKS, links["key"].filter(pl.Series(is_late & (late > _LATE) & (first > 0))))
    has_ended = links["ends"].is_not_null().to_numpy()
    ends: Moments = np.where(has_ended, moments_of(links["ends"]), plan.first)
    ended = known.batch(ends + delay(rng, n, 5.0, 1.2))
    is_open = has_ended & (ended > first)
    before = links.filter(pl.Series(is_open)).with_columns(ends=pl.lit(None, pl.Datetime("us", "UTC")))
    return [
        Edition(np.where(is_open, ended, first), together),
        Edition(first[is_open], {"links": before}),
    ]


def of_cases(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """A case is first told open, with what was known of it then, and again when it is closed or its file is whole."""
    cases, records = together["cases"], together["case_records"]
    first = known.batch(moments_of(cases["opened"]) + days(rng.uniform(0.1, 2.0, cases.height)))
    known.note(cases["key"], first)
    placed = records.with_columns(batch=pl.Series(known.of(records["record_key"])))
    newest = placed.group_by("case_key").agg(pl.col("batch").max())
    joined = cases.join(newest, left_on="key", right_on="case_key", how="left", maintain_order="left")
    is_closed = cases["closed"].is_not_null().to_numpy()
    closed: Moments = np.where(is_closed, moments_of(cases["closed"]), known.plan.first)
    shut = known.batch(closed + days(np.ones(cases.height)))
    whole = np.maximum.reduce([first, shut, joined["batch"].fill_null(0).to_numpy()])
    is_told_again = pl.Series(whole > first)
    opened = cases.filter(is_told_again).with_columns(
        status=pl.when(pl.col("closed").is_not_null()).then(pl.lit("open")).otherwise(pl.col("status")),
        closed=pl.lit(None, pl.Datetime("us", "UTC")),
    )
    began = pl.DataFrame({"case_key": cases["key"], "first": first})
    had = placed.join(began, on="case_key", how="inner", maintain_order="left").filter(
        pl.col("batch") <= pl.col("first")
    )
    before = {"cases": opened, "case_records": had.select(records.columns), "case_members": together["case_members"]}
    return [Edition(whole, together), Edition(first[is_told_again.to_numpy()], before)]


def of_operations(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """Operations are planned some weeks ahead, and never before their case is opened."""
    frame = together["operations"]
    planned = known.batch(_before(known, np.minimum(rng.exponential(14.0, frame.height) + 0.3, 90.0)))
    batch = np.maximum(planned, known.of(frame["case_key"]))
    known.note(frame["key"], batch)
    return [Edition(batch, together)]


def of_notices(rng: np.random.Generator, known: Known, together: Frames) -> list[Edition]:
    """Notices of deconfliction are told within the hour, and never before what they are about."""
    frame = together["deconflictions"]
    told = known.batch(moments_of(frame["decided_at"]) + delay(rng, frame.height, 0.05, 0.5))
    return [Edition(np.maximum(told, known.of(frame["subject_key"])), together)]
