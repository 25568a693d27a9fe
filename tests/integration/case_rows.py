"""A case as intake would have made it, where a test needs no more of it than that it is there."""

import uuid

import psycopg

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.geo.kept import About


def case(store: ClusterAddress, label: int, title: str = "A case") -> About:
    """An open case under a label."""
    number = uuid.uuid4()
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        row = owner.execute(
            "INSERT INTO watchfloor.run (format, started_by, label_id) VALUES ('f', 'test', %s) RETURNING id", [label]
        ).fetchone()
        assert row is not None
        owner.execute(
            "INSERT INTO watchfloor.case_file (id, content, number, title, status, summary, agency_id, opened, "
            "label_id, run_id) SELECT %s, %s, 'C-1', %s, 'open', '', min(a.id), now(), %s, %s "
            "FROM watchfloor.agency AS a",
            [number, number, title, label, row[0]],
        )
    return About.case(number)
