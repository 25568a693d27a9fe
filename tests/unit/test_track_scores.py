"""What is planted in the tracks of the exercise world is found; the bounds are a little below what was measured."""

from datetime import date

import numpy as np
import pytest

from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.scoring import Expected, Scene, scene, score
from watchfloor.geo.track_events import ENCOUNTER, GAP, LOITERING, NOBODY, PORT_VISIT, STOP, Events
from watchfloor.geo.track_presets import EVENTS_GFW, EVENTS_NEAR_SHORE, events_of


@pytest.fixture(scope="module")
def stage() -> Scene:
    return scene(Plan(7, 0.5, date(2025, 11, 22)), Places.shipped())


def test_the_near_shore_preset_finds_what_was_planted(stage: Scene) -> None:
    scores = [score(found, stage.planted) for found in events_of(stage.fixes, EVENTS_NEAR_SHORE, stage.ports)]

    recall = {one.kind: one.recall for one in scores}
    assert recall[GAP] == recall[LOITERING] == recall[ENCOUNTER] == 1.0
    assert min(recall[STOP], recall[PORT_VISIT]) >= 0.9
    assert all(one.planted >= 4 for one in scores)


def test_the_near_shore_preset_finds_little_else(stage: Scene) -> None:
    scores = [score(found, stage.planted) for found in events_of(stage.fixes, EVENTS_NEAR_SHORE, stage.ports)]

    assert min(one.precision for one in scores) >= 0.9
    assert min(one.overlap for one in scores) >= 0.8


def test_the_published_preset_misses_gaps_that_our_own_finds(stage: Scene) -> None:
    published, ours = (
        next(score(f, stage.planted) for f in events_of(stage.fixes, preset, stage.ports) if f.kind == GAP)
        for preset in (EVENTS_GFW, EVENTS_NEAR_SHORE)
    )
    assert published.recall < ours.recall


def stop(craft: int, starts_s: float, ends_s: float) -> Events:
    times = (np.array([starts_s]), np.array([ends_s]))
    return Events(STOP, "test", np.array([craft]), np.array([NOBODY]), *times, np.zeros(1), np.zeros(1), {})


@pytest.mark.parametrize(
    ("craft", "starts_s", "ends_s", "recall", "precision"),
    [(1, 0, 100, 1.0, 1.0), (1, 50, 100, 1.0, 1.0), (1, 60, 100, 0.0, 0.0), (2, 0, 100, 0.0, 0.0)],
)
def test_only_the_same_craft_at_half_the_same_time_counts(
    craft: int, starts_s: float, ends_s: float, recall: float, precision: float
) -> None:
    one = score(stop(craft, starts_s, ends_s), [Expected(STOP, 1, NOBODY, 0, 100)])
    assert (one.recall, one.precision) == (recall, precision)


def test_what_is_found_beside_something_else_that_was_planted_counts_neither_way() -> None:
    planted = [Expected(STOP, 1, NOBODY, 0, 100), Expected(ENCOUNTER, 1, 2, 500, 600)]
    assert np.isnan(score(stop(2, 520, 560), planted).precision)
