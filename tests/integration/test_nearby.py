"""Marks that count no seizures lead to those beside them: as many as the reader may see, and no more."""

import uuid
from collections.abc import Iterator
from datetime import date

import pytest

from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.disc import Disc
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Spot, SpotKind

YEARS = Period(date(2021, 6, 30), date(2026, 7, 1))
SEIZURES = Query(Layer.SEIZURES, YEARS)
ACCOUNTS = ("ntf.lead", "cgd.analyst", "sbi.health")


@pytest.fixture(scope="module")
def repository(exercise) -> Iterator[Repository]:
    with Repository(exercise) as opened:
        yield opened


def asker(exercise, account: str) -> Asker:
    return Asker(Gate(exercise).issue(account, Terms()), uuid.uuid4())


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("radius_m", [500.0, 20_000.0, 900_000.0])
def test_as_many_are_near_as_the_map_shows_to_that_reader(exercise, repository, account: str, radius_m: float) -> None:
    reader = asker(exercise, account)
    places = repository.seizure_places(reader, SEIZURES)
    for index in range(0, len(places.lon), max(1, len(places.lon) // 6)):
        disc = Disc(float(places.lon[index]), float(places.lat[index]), radius_m)
        inside = disc.contains(places.lon, places.lat) & (places.uncertainty_m <= radius_m)
        assert repository.near(reader, SEIZURES, disc).n == places.n[inside].sum()


def test_a_port_leads_to_cases_and_its_count_stays_the_reported_one(exercise, repository) -> None:
    lead, query = asker(exercise, "ntf.lead"), Query(Layer.PORTS, YEARS)
    ports = repository.ports(lead, query)
    behind = [repository.behind(lead, query, Spot(SpotKind.PLACE, str(place))) for place in ports.place[:60]]
    assert any(found.cases for found in behind)
    for found, volume in zip(behind, ports.volume, strict=False):
        assert found.n == round(volume)
        assert any("lead to" in note or "No seizure" in note for note in found.notes)


def test_an_overdose_cell_leads_to_cases_with_the_health_right_and_without(exercise, repository) -> None:
    query = Query(Layer.OVERDOSES, YEARS, resolution=4)
    for account in ("sbi.health", "ntf.lead"):
        reader = asker(exercise, account)
        cells = [f"{int(cell):x}" for cell in repository.overdose_cells(reader, query).cells]
        assert any(repository.behind(reader, query, Spot(SpotKind.CELL, cell)).cases for cell in cells[:80])
