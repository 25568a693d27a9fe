"""make fuzz: mutated files of every format through the readers, then through the whole pipeline into a PostGIS.

Bounded in time and in cases; prints the seed, by which a run is done again. A failing case is kept, and says how it is
replayed.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind

from .feedback import WATCHED
from .reading import configured, read_case
from .seeds import Seed
from .worker import SLOWEST_SECONDS, keep_fault

OUT = Path(__file__).parents[1] / "out" / "fuzz"
# of the time that is given, the share that goes into the whole pipeline
SHARE_LOADED = 0.3
# what a process takes to begin, and the case that it was at, may go beyond its time
GRACE_SECONDS = 120


def arguments() -> argparse.Namespace:
    """What was asked for, on the command line or in the environment."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("FUZZ_SECONDS", "600")))
    parser.add_argument("--cases", type=int, default=int(os.environ.get("FUZZ_CASES", "20000")), help="per format")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("FUZZ_SEED", "0")), help="0: another each time")
    parser.add_argument("--format", action="append", choices=sorted(FORMATS), help="one of them, or several")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--no-store", action="store_true", help="only the readers")
    parser.add_argument("--replay", type=Path, help="a folder of a failing case, or a file")
    return parser.parse_args()


def main() -> int:
    """Run; 1 if anything was found."""
    asked = arguments()
    if asked.replay:
        return _replay(asked.replay, asked.format[0] if asked.format else "")
    seed = asked.seed or secrets.randbelow(2**31)
    forms = asked.format or list(FORMATS)
    asked.out.mkdir(parents=True, exist_ok=True)
    real = os.environ.get("WATCHFLOOR_REAL_DATA") or "none: WATCHFLOOR_REAL_DATA is not set"
    print(f"seed {seed}, {asked.seconds:.0f} s, readers in {WATCHED}, real files: {real}")
    share = 0.0 if asked.no_store else SHARE_LOADED
    job: dict[str, Any] = {"seed": seed, "cases": asked.cases, "out": str(asked.out), "store": ""}
    tallies = [_run(job | {"form": form, "seconds": asked.seconds * (1 - share) / len(forms)}) for form in forms]
    if share:
        with _store() as url:
            loaded = job | {"store": url, "seconds": asked.seconds * share / len(forms)}
            tallies += [_run(loaded | {"form": form}) for form in forms]
    _sum(tallies, seed)
    return 1 if any(tally["faults"] for tally in tallies) else 0


@contextmanager
def _store() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="wfz-") as home, PrivateCluster(Path(home), durable=False) as running:
        upgrade(running.address, StoreKind.EXERCISE)
        address = running.address
        yield f"postgresql://watchfloor_owner@/{address.database}?host={address.socket_dir}&port={address.port}"
        running.remove()


def _run(job: dict[str, Any]) -> dict[str, Any]:
    """One format in a process of its own; if that dies, the case that it was at is the fault."""
    command = [sys.executable, "-m", "tests.fuzzing.worker", json.dumps(job)]
    limit = job["seconds"] + SLOWEST_SECONDS + GRACE_SECONDS
    said = b""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=limit, check=False)
        said, ended = done.stdout, f"ended with {done.returncode}"
    except subprocess.TimeoutExpired:
        ended = f"did not end within {limit:.0f} s"
    lines = [line for line in said.splitlines() if line.startswith(b"{")]
    where = "pipeline" if job["store"] else "reader"
    if not lines:
        _keep_running(Path(job["out"]), job["form"], ended)
        print(f"{job['form']:20} {where:9} {ended}", flush=True)
        return {"form": job["form"], "faults": {ended: 1}, "cases": 0, "seconds": 0, "peak_mb": 0}
    tally: dict[str, Any] = json.loads(lines[-1]) | {"where": where}
    pace = tally["cases"] / max(tally["seconds"], 1e-3)
    print(
        f"{tally['form']:20} {where:9} {tally['cases']:7,} cases {pace:7.1f}/s, {tally['refused']:6,} refused, "
        f"{tally['with_rejects']:6,} with rows aside, {tally['fresh_lines']:5,} lines, {tally['kept']:3} kept, "
        f"{tally['peak_mb']:4.0f} MB ({tally['idle_mb']:.0f} idle), {tally['slowest']:5.1f} s at most, "
        f"{tally['faults'] or 'sound'}",
        flush=True,
    )
    return tally


def _keep_running(out: Path, form: str, ended: str) -> None:
    found = [path for path in (out / "running").glob("*") if path.name != "map.toml"]
    for path in found:
        mapping = (out / "running" / "map.toml").read_text() or None
        keep_fault(out, Seed(form, path.name, path.read_bytes(), mapping), ended, "the process died")
        path.unlink()


def _replay(path: Path, form: str) -> int:
    if path.is_dir():
        mapping = (path / "map.toml").read_text() if (path / "map.toml").exists() else None
        path = next(found for found in sorted(path.iterdir()) if found.name not in ("map.toml", "why.txt"))
    else:
        mapping = None
    print(read_case(*configured(form, mapping), path))
    return 0


def _sum(tallies: list[dict[str, Any]], seed: int) -> None:
    cases, seconds = sum(t["cases"] for t in tallies), sum(t["seconds"] for t in tallies)
    faults = sum(len(t["faults"]) for t in tallies)
    peak = max(t["peak_mb"] for t in tallies)
    load = os.getloadavg()[0]
    print(f"{cases:,} cases in {seconds:,.0f} s, {faults} faults, {peak:.0f} MB at most, seed {seed}, load {load:.1f}")


if __name__ == "__main__":
    sys.exit(main())
