"""Which lines of the readers a case reached: the feedback by which mutations are kept.

Atheris was looked at and not taken: what breaks these readers lies inside of containers (gzip, zip, Parquet, SQLite)
whose checksums stop changed bytes, so that every mutation here is our own anyway; polars, pyarrow and GDAL are not
instrumented by it; and libFuzzer ends with the first fault and has a memory limit of its own. The interpreter's own
monitoring tells each line once and then costs nothing.
"""

import sys
from pathlib import Path
from types import CodeType

_TOOL = sys.monitoring.COVERAGE_ID
WATCHED = str(Path(__file__).parents[2].resolve() / "data" / "ingest")


class Feedback:
    """Counts lines of `data/ingest` that were never reached before."""

    def __init__(self) -> None:
        self.reached: set[tuple[str, int]] = set()
        self._fresh = 0
        sys.monitoring.use_tool_id(_TOOL, "watchfloor fuzz")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, self._line)
        sys.monitoring.set_events(_TOOL, sys.monitoring.events.LINE)

    def _line(self, code: CodeType, line: int) -> object:
        path = str(Path(code.co_filename).resolve()) if "ingest" in code.co_filename else ""
        if path.startswith(WATCHED):
            self.reached.add((Path(path).name, line))
            self._fresh += 1
        # each line is told once in the life of the process
        return sys.monitoring.DISABLE

    def fresh(self) -> int:
        """How many lines were reached for the first time since this was last asked."""
        fresh, self._fresh = self._fresh, 0
        return fresh
