"""Versions of the store read from the files of the migrations, and what a command need not import for that."""

import subprocess
import sys

from alembic.script import ScriptDirectory

from watchfloor.data.migrating import alembic_config
from watchfloor.data.revisions import revisions

SLOW = {"alembic", "sqlalchemy", "geoalchemy2", "numba", "llvmlite", "sklearn", "panel", "bokeh", "datashader"}


def test_they_are_those_that_the_library_finds() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert revisions().known == {script.revision for script in scripts.walk_revisions()}
    assert revisions().head == scripts.get_current_head()


def test_opening_a_store_imports_nothing_that_takes_a_second() -> None:
    code = (
        "import sys, watchfloor.app.runtime, watchfloor.data.store; "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(ended.stdout.split())
    assert {"psycopg", "watchfloor"} <= loaded
    assert not loaded & SLOW
