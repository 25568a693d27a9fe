"""One load in a process of its own, so that its peak memory is that of the load: python -m bench.intake_child."""

import json
import resource
import sys
from pathlib import Path

from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC


def main() -> None:
    """Arguments: socket folder, port, database, format, mapping (or nothing), files. Prints what was measured."""
    folder, port, database, name, mapping, *files = sys.argv[1:]
    form, options = configured_format(name, Path(mapping) if mapping else None)
    store = ClusterAddress(Path(folder), int(port), database)
    report = ingest(store, Order(form, PUBLIC, "bench", options), [Path(file) for file in files])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**report.totals(), "seconds": report.seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main()
