"""Where each craft was heard last, within the newest minutes."""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.newest import WINDOW, NewestPositions

MOST = 20_000
# at most so far may the clocks of this machine and of the database disagree
CLOCKS_APART = timedelta(hours=1)

type Connection = psycopg.Connection[TupleRow]


def newest_positions(connection: Connection, change: int) -> NewestPositions:
    """One position of each craft that the reader may see, the latest first, at most MOST."""
    since = datetime.now(UTC) - WINDOW - CLOCKS_APART
    # ages are of a moment after this one: they are told too old rather than too young
    read_s = time.monotonic()
    given = {"seconds": WINDOW.total_seconds(), "since": since, "at_most": MOST}
    rows = connection.execute(statement("newest_positions"), given).fetchall()
    craft, lon, lat, age, speed, course, heading, category, total = zip(*rows, strict=True) if rows else ((),) * 9
    other = CRAFT_CATEGORIES.index("other")
    index = {name: number for number, name in enumerate(CRAFT_CATEGORIES)}
    return NewestPositions(
        craft=np.array(craft, np.int64),
        lon=np.array(lon, np.float64),
        lat=np.array(lat, np.float64),
        age_s=np.array(age, np.float32),
        speed_kn=np.array(speed, np.float32),
        course_deg=np.array(course, np.float32),
        heading_deg=np.array(heading, np.float32),
        category=np.array([index.get(name, other) for name in category], np.uint8),
        total=int(total[0]) if total else 0,
        change=change,
        read_s=read_s,
    )
