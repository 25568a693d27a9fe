"""Ten million rows, by csv and by Parquet: memory must stay flat. Takes many minutes, so it runs only by its name."""

import os
import tempfile
from pathlib import Path

from bench import intake_files
from bench.intake_formats import MOST_MB, loaded
from bench.results import Result
from bench.stores import new_store
from watchfloor.data.cluster import ClusterAddress

ROWS = int(os.environ.get("WATCHFLOOR_BENCH_ROWS", "10000000"))
CASES = (
    ("adsb-parquet", intake_files.parquet_of_fixes, ""),
    ("ais-marinecadastre", intake_files.csv_of_fixes, ""),
    ("csv", intake_files.csv_of_events, intake_files.EVENTS + intake_files.IN_TABLE),
)


def measure(address: ClusterAddress) -> list[Result]:
    """Rows a second and peak memory of each."""
    results = []
    for number, (form, make, mapping) in enumerate(CASES):
        with tempfile.TemporaryDirectory(prefix="wfb-files-") as folder:
            path = make(Path(folder), ROWS)
            print(f"  {form}, {path.stat().st_size / 1e6:,.0f} MB …", flush=True)
            load = os.getloadavg()[0]
            found = loaded(new_store(address, f"large{number}"), form, [path], mapping)
        speed, peak = found["read"] / found["seconds"], found["peak_mb"]
        results.append(Result(f"{form}, {found['read']:,.0f} rows", speed, "rows/s", against=f"load {load:.1f}"))
        results.append(Result("  peak memory of the process", peak, "MB", f"< {MOST_MB} MB", peak < MOST_MB))
        print(results[-2], results[-1], flush=True)
    return results
