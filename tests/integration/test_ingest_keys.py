"""Keys of events, items and positions: what they name must be there, though no row is checked by itself."""

from datetime import date

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.fix_days import open_days

INSERTS = {
    "event": (
        "INSERT INTO watchfloor.event (id, content, run_id, label_id, kind, title, starts, time_precision, "
        "place_precision) VALUES (gen_random_uuid(), gen_random_uuid(), {run}, {label}, 'seizure', 's', now(), 1, 0)"
    ),
    "seizure_item": (
        "INSERT INTO watchfloor.seizure_item (event_id, run_id, label_id, substance_id) "
        "VALUES (gen_random_uuid(), {run}, {label}, {other})"
    ),
    "fix": (
        "INSERT INTO watchfloor.fix (craft_id, at, lon, lat, cell_key, run_id, label_id) "
        "VALUES ({other}, timestamptz '2024-05-01 12:00Z' + (clock_timestamp() - now()), 0, 0, 0, {run}, {label})"
    ),
}
OTHER = {"seizure_item": "(SELECT min(id) FROM watchfloor.substance)", "fix": "(SELECT min(id) FROM watchfloor.craft)"}
RUN, LABEL = "(SELECT min(id) FROM watchfloor.run)", "(SELECT min(id) FROM watchfloor.label)"
NOWHERE = "30000"
DAY = (date(2024, 5, 1) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("table", "given"),
    [
        (table, given)
        for table in INSERTS
        for given in ({"run": NOWHERE}, {"label": NOWHERE}, {"other": NOWHERE})
        if table in OTHER or "other" not in given
    ],
)
def test_a_row_that_names_what_is_not_there_is_refused(store, table: str, given: dict[str, str]) -> None:
    named = {"run": RUN, "label": LABEL, "other": OTHER.get(table, "")}
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        connection.execute(
            "INSERT INTO watchfloor.craft (kind, identifier, category, run_id, label_id) "
            f"VALUES ('vessel', '1', 'other', {RUN}, {LABEL})"
        )
        open_days(connection, [DAY])
        connection.execute(INSERTS[table].format(**named).encode())
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute(INSERTS[table].format(**named | given).encode())
