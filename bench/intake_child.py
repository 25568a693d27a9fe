"""One load in a process of its own, so that its peak memory is that of the load: python -m bench.intake_child."""

import json
import sys
from datetime import datetime
from pathlib import Path

from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.list_date import with_list_date
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC


def main() -> None:
    """Arguments: socket folder, port, database, format, mapping and day of the list (or none), files. Prints JSON."""
    folder, port, database, name, mapping, as_of, *files = sys.argv[1:]
    form, options = configured_format(name, Path(mapping) if mapping else None)
    form, options = with_list_date(form, options, datetime.fromisoformat(as_of) if as_of else None)
    store = ClusterAddress(Path(folder), int(port), database)
    report = ingest(store, Order(form, PUBLIC, "bench", options), [Path(file) for file in files])
    print(json.dumps({**report.totals(), "seconds": report.seconds, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    # what getrusage tells begins with the memory of the process that started this one
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main()
