"""A store of the real public files, made as an operator makes one: operational, two accounts, every file loaded."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import psycopg

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.ingest.pipeline import ingest
from watchfloor.data.registry import Account, ensure_agency, ensure_principal
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import PrincipalKind, Right

ROOT = Path(__file__).parents[2]
PASSWORD = "quay lantern seven otters"
# who sees what the public sees, and who sees single overdoses besides
ANALYST, DOCTOR = "ana.analyst", "hal.health"


@dataclass(frozen=True, slots=True)
class RealStore:
    """Where a server shows the real files, and the store itself to count in."""

    url: str
    address: ClusterAddress

    def one(self, question: str) -> tuple:
        """The one row of a question, as the owner."""
        with psycopg.connect(self.address.conninfo(Role.OWNER), options="-c timezone=UTC") as owner:
            row = owner.execute(question.encode()).fetchone()
        assert row is not None, question
        return row


def counting() -> ModuleType:
    """The script that says which file is loaded how, and counts them for docs/real-files.md."""
    name = "count_real_files"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@contextmanager
def real_cluster(home: Path, files: Path) -> Iterator[ClusterAddress]:
    """A running store under that home with all the real files."""
    with PrivateCluster(home, durable=False) as cluster:
        address = cluster.address
        upgrade(address, StoreKind.OPERATIONAL)
        with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
            ensure_agency(owner, "NTF", "Northern Task Force", "+1-202-555-0110")
            for name, rights in ((ANALYST, ()), (DOCTOR, ((Right.HEALTH, ""),))):
                shown = name.split(".", maxsplit=1)[0].title()
                account = Account(name, PrincipalKind.PERSON, shown, "NTF", rights, password=PASSWORD)
                ensure_principal(owner, account)
        for load in counting().LOADS:
            ingest(address, load.order(home), [files / file for file in load.files])
        yield address
        cluster.remove()
