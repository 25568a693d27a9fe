"""A peer that is served by a program of its own, for as long as it is measured."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

READY: Final = "ready at "
"""What such a program writes before its address, once it serves."""


@contextmanager
def peer_served(module: str, *arguments: str) -> Iterator[str]:
    """The address of a program, started anew and ended afterwards."""
    with subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield next(line for line in process.stdout if READY in line).split(READY)[1].strip()
        finally:
            process.terminate()
