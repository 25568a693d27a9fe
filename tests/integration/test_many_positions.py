"""More positions than may be shown are refused before they are sorted and sent."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest import ais_csv
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.questions import movement
from watchfloor.data.registry import PUBLIC
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import TooManyRows
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

ASKED = Query(Layer.TRACKS, Period(date(2025, 11, 1), date(2025, 12, 1)))


@pytest.fixture
def tracked(store, tmp_path: Path):
    """A store with five positions of one ship."""
    lines = [f"799000111,2025-11-20T10:0{i}:00,29.{i},-94.2" for i in range(5)]
    (tmp_path / "track.csv").write_text("\n".join(["MMSI,BaseDateTime,LAT,LON", *lines]) + "\n")
    ingest(store, Order(ais_csv.FORMAT, PUBLIC, "tests"), [tmp_path / "track.csv"])
    return store


def asked(store, query: Query = ASKED) -> int:
    with Repository(store) as repository:
        return repository.fixes(Asker(Gate(store).issue("public", Terms()), uuid.uuid4()), query).total


def test_as_many_positions_as_may_be_shown_are_told(tracked, monkeypatch) -> None:
    monkeypatch.setattr(movement, "MOST_FIXES", 5)

    assert asked(tracked) == 5


def test_more_are_refused_without_being_read(tracked, monkeypatch) -> None:
    monkeypatch.setattr(movement, "MOST_FIXES", 4)
    monkeypatch.setattr(movement, "asked", lambda *_: pytest.fail("they were read"))

    with pytest.raises(TooManyRows, match="5 rows match, at most 4"):
        asked(tracked)


def test_more_are_refused_as_known_at_a_moment(tracked, monkeypatch) -> None:
    monkeypatch.setattr(movement, "MOST_FIXES", 4)

    with pytest.raises(TooManyRows):
        asked(tracked, replace(ASKED, known_at=datetime.now(UTC)))
