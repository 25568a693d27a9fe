"""Connecticut deaths in the store: whole, only once, singly only under the health right."""

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.ingest.ct_overdose import FORMAT
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.scope import Right

FILE = "overdose/ct_accidental_drug_deaths_2012_2022.csv.gz"


@pytest.mark.real
def test_the_real_file_is_loaded_whole_and_only_once(store, people, real_data) -> None:
    order = Order(FORMAT, PUBLIC, "tests")
    first, second = ingest(store, order, [real_data / FILE]), ingest(store, order, [real_data / FILE])
    zero = {"unchanged": 0, "superseded": 0, "quarantined": 0}
    assert first.totals() == {"read": 10_654, "loaded": 10_654, **zero}
    assert second.totals() == {"read": 10_654, "loaded": 0, **zero, "unchanged": 10_654}
    assert first.files[0].notes == {
        "date is the date reported": 1_767,
        "flag is a remark and not a yes": 4,
        "injury in another state": 27,
        "injury in another state, looked up in Connecticut": 20,
        "known to the state only": 39,
        "manner of death in another spelling": 14,
        "manner of death is blank": 9,
        "manner of death is not accident": 15,
        "no substance is flagged": 48,
        "opioid is not specified": 73,
        "place of death is another point for the whole state": 5,
        "place of death is the state's centroid": 1_452,
        "place of death is the state's centroid, drawn at the town of injury": 1_414,
        "place of death is the state's centroid, no town of injury either": 38,
        "place of injury is another point for the whole state": 178,
        "place of injury is not given": 246,
        "placed at the town of death": 405,
        "placed at the town of injury": 10_210,
        "town with more than one point": 148,
    }
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        at_most = connection.execute(
            "SELECT count(*), count(DISTINCT (lon, lat)) FROM watchfloor.overdose WHERE recorded_to = 'infinity' "
            "AND abs(lat - 41.5736) < 0.01 AND abs(lon + 72.7383) < 0.01"
        ).fetchone()
        state_only = connection.execute(
            "SELECT attributes ->> 'place_of', count(*) FROM watchfloor.overdose WHERE recorded_to = 'infinity' "
            "AND attributes ->> 'place_of_death' = 'known to the state only' GROUP BY 1 ORDER BY 1"
        ).fetchall()
    assert at_most == (0, 0), "the state's centroid is no place of a death"
    assert state_only == [("injury", 1_418), ("state", 39)], "1,452 at the centroid and 5 at another point"

    tokens = people.account("ana", "A"), people.account("hal", "A", (Right.HEALTH, "yes"))
    with Door(store) as door:
        seen = []
        for token in tokens:
            with door.open(token, Asked("record")) as (connection, _):
                seen.append(connection.execute("SELECT count(*) FROM watchfloor.overdose").fetchone())
    assert seen == [(0,), (10_654,)]
