"""Other names of the entries of OFAC's list (`alt.csv`): read with the list, for they are part of its entries.

A name of the entry that the list itself names joins nothing: it is found by search, and that is all.
"""

from collections import defaultdict
from collections.abc import Iterator

from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.ofac_table import ALIASES, ENTRIES, Table, read_table, table_of
from watchfloor.data.ingest.opened import Opened, open_file
from watchfloor.geo.errors import BadFile

MOST_NAMES = 1_000_000


def aliases_of(options: Options) -> dict[str, list[str]]:
    """Other names by the number of the entry, of the files that are loaded with the list.

    Raises BadFile if there are more than any list has.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    n = 0
    for path in options.beside:
        opened = open_file(path)
        if (table := table_of(opened)).columns != ALIASES:
            continue
        for rows in read_table(opened, table):
            for number, name in rows.frame.select("ent_num", "alt_name").drop_nulls().iter_rows():
                found[number].append(" ".join(name.split())[:300])
            n += rows.frame.height
            if n > MOST_NAMES:
                raise BadFile(f"{opened.name}: has more than {MOST_NAMES:,} names; this is not the list")
    return dict(found)


def aliases_beside(opened: Opened, table: Table, options: Options) -> Iterator[Batch]:
    """Nothing of its own: the names stand with their entries. Rows that cannot be read are kept aside.

    Raises BadFile if the list itself is not loaded with it.
    """
    if not any(table_of(open_file(path)).columns == ENTRIES for path in options.beside):
        raise BadFile(
            f"{opened.name}: holds other names of the entries of the list: load it in one run with the list itself"
        )
    for rows in read_table(opened, table):
        yield _aside(rows)


def _aside(rows: Rows) -> Batch:
    return Batch(rows.rejects.height, {}, rows.rejects, {"row of other names, kept with its entry": rows.frame.height})
