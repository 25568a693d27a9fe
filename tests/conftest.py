"""Strategy: a real PostGIS, started once for the session in a folder of its own and stopped again.

`cluster` is the private cluster; `store` is an empty, upgraded EXERCISE store in a database of its own,
copied from a template, so that every test may write what it likes.
"""

import itertools
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from watchfloor.app.accounts import ensure_cast
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.exercise.load import load_exercise
from watchfloor.data.registry import Account, ensure_principal
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import PrincipalKind

from .copied_store import copied
from .people import People
from .temporary_home import temporary_home

# Machines are shared and slow at times: no example has a deadline. At a desk each run looks for new examples; a check
# that others wait for runs the same ones each time, so that it is red for a change and not by chance.
settings.register_profile("looking", deadline=None)
settings.register_profile("repeated", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("repeated" if os.environ.get("CI") else "looking")

EXERCISE_ENDS = date(2026, 6, 30)
_numbers = itertools.count()


@pytest.fixture(scope="session")
def cluster() -> Iterator[ClusterAddress]:
    """A private PostGIS cluster for this session."""
    with temporary_home() as home, PrivateCluster(home, durable=False) as running:
        yield running.address
        running.remove()


@pytest.fixture(scope="session")
def foundation(cluster: ClusterAddress) -> Iterator[str]:
    """Name of a database that has the extensions and holds no store."""
    with copied(cluster, cluster.database) as address:
        yield address.database


@pytest.fixture(scope="session")
def template(cluster: ClusterAddress, foundation: str) -> str:
    """Name of a database that holds an empty, upgraded EXERCISE store."""
    upgrade(cluster, StoreKind.EXERCISE)
    with psycopg.connect(cluster.conninfo(Role.OWNER)) as connection:
        ensure_principal(connection, Account("public", PrincipalKind.PUBLIC, "The public"))
    return cluster.database


@pytest.fixture
def store(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    """An empty store of this test's own."""
    with copied(cluster, template) as address:
        yield address


@pytest.fixture(scope="session")
def exercise(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    """A store with a small exercise world and its accounts; tests only read it."""
    with copied(cluster, template, "exercise") as address:
        ensure_cast(address)
        load_exercise(address, seed=3, scale=0.05, until=EXERCISE_ENDS)
        yield address


@pytest.fixture
def people(store: ClusterAddress) -> People:
    """Makes agencies, labels and accounts in this test's store."""
    return People(store)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real public files; a test that needs it is skipped when none is named."""
    folder = os.environ.get("WATCHFLOOR_REAL_DATA")
    if not folder:
        pytest.skip("WATCHFLOOR_REAL_DATA is not set: the real public files are not here")
    path = Path(folder)
    assert path.is_dir(), f"WATCHFLOOR_REAL_DATA names {folder}, which is not a folder"
    return path
