"""What a benchmark found, as a table and as bench/out/latest.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure; `goal` in words, `against` what the ratio compares with."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None
    against: str = ""
    ratio: float | None = None


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def write(results: Sequence[Result]) -> None:
    """Print the table and write the file."""
    OUT.mkdir(exist_ok=True)
    (OUT / "latest.json").write_text(json.dumps({"results": [asdict(r) for r in results]}, indent=1))
    print(f"\n{'what':<58}{'value':>12} {'unit':<10}{'goal':<16}{'met':<6}{'against (ratio)'}")
    for r in results:
        met = {True: "yes", False: "NO", None: ""}[r.met]
        ratio = f"{r.against} ({r.ratio:.2f}x)" if r.ratio is not None else r.against
        print(f"{r.name:<58}{r.value:>12,.1f} {r.unit:<10}{r.goal:<16}{met:<6}{ratio}")
