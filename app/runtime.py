"""What the program stands on: settings, a store of this version, the door to its rows, the gate, the repository."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import psycopg
import structlog

from watchfloor.app.accounts import ensure_cast, ensure_public
from watchfloor.app.os_user import operator_name
from watchfloor.app.partner_addresses import partner_shelf
from watchfloor.app.settings import Settings
from watchfloor.data.address import Address, ExternalAddress, Role
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.door import Door
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import StoreUnavailable

if TYPE_CHECKING:
    from watchfloor.data.repository import Repository

log = structlog.get_logger(__name__)

Tell = Callable[[str], None]
COMMAND_TERMS = Terms(channel="command", lifetime=timedelta(hours=12), idle_minutes=None)


@dataclass(frozen=True, slots=True)
class OpenStore:
    """A store of this version and the ways into it: enough for most commands."""

    settings: Settings
    address: Address
    kind: StoreKind
    door: Door
    gate: Gate

    @contextmanager
    def signed_in_as(self, principal: str) -> Iterator[str]:
        """A token for a command that acts as a principal; it ends with the command and names who gave it.

        Raises NotSignedIn if there is no such account.
        """
        token = self.gate.issue(principal, COMMAND_TERMS, operator=operator_name())
        try:
            yield token
        finally:
            self.gate.revoke(token)


@dataclass(frozen=True, slots=True)
class Runtime(OpenStore):
    """The store with the repository: what server and questions stand on."""

    repository: "Repository"


class Asking(Protocol):
    """What routes of pictures stand on, in the server and in a drawing process alike."""

    @property
    def repository(self) -> "Repository":
        """Asks the store."""
        ...


def quiet(_: str) -> None:
    """Tells nobody."""


def idle() -> None:
    """Does nothing."""


@contextmanager
def running_database(settings: Settings, tell: Tell = quiet, meanwhile: Callable[[], None] = idle) -> Iterator[Address]:
    """The database of these settings, started if it is ours; ended at the end if nobody else uses it.

    meanwhile: what this thread does while the database starts.
    """
    if settings.database_url is not None:
        meanwhile()
        yield ExternalAddress(settings.database_url.get_secret_value())
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    cluster = PrivateCluster(settings.home)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="start") as hand:
            starting = hand.submit(cluster.start)
            meanwhile()
            tell("Starting PostgreSQL")
        yield starting.result()
    finally:
        cluster.release()


@contextmanager
def open_store(settings: Settings, tell: Tell = quiet, meanwhile: Callable[[], None] = idle) -> Iterator[OpenStore]:
    """The store running and of this version.

    Raises StoreUnavailable, StoreMismatch, MissingTool.
    """
    with running_database(settings, tell, meanwhile) as address:
        kind = prepare_store(settings, address, tell)
        with Door(address, most=settings.connections) as door:
            yield OpenStore(settings, address, kind, door, Gate(address))


@contextmanager
def open_runtime(settings: Settings, tell: Tell = quiet, meanwhile: Callable[[], None] = idle) -> Iterator[Runtime]:
    """The store running and of this version, and the repository over it. Raises what open_store raises."""
    # statistics and compiled tracks take seconds to import, which only those pay who ask
    from watchfloor.app.track_files import track_shelf  # noqa: PLC0415
    from watchfloor.data.repository import Repository  # noqa: PLC0415

    with (
        partner_shelf(settings) as partners,
        open_store(settings, tell, meanwhile) as store,
        Repository(store.address, track_shelf(settings)) as repository,
    ):
        repository.partners = partners
        yield Runtime(store.settings, store.address, store.kind, store.door, store.gate, repository)


def prepare_store(settings: Settings, address: Address, tell: Tell = quiet) -> StoreKind:
    """Make or upgrade the store, with the accounts that it has from its start."""
    # the loading of the gazetteer takes long to import: no help text waits for it
    from watchfloor.data.store import store_kind, upgrade  # noqa: PLC0415

    kind = settings.kind
    if kind is None and not is_made(address):
        kind = StoreKind.EXERCISE
    tell("Bringing the store up to date")
    upgrade(address, kind)
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        kind = store_kind(connection)
    ensure_public(address)
    if kind is StoreKind.EXERCISE and not settings.is_exposed:
        ensure_cast(address)
    return kind


def is_made(address: Address) -> bool:
    """Whether the database holds a store, of whatever version.

    Raises StoreUnavailable if the database does not answer.
    """
    try:
        with psycopg.connect(address.conninfo(Role.OWNER), connect_timeout=10) as connection:
            row = connection.execute("SELECT to_regclass('watchfloor.store') IS NOT NULL").fetchone()
    except psycopg.OperationalError as error:
        raise StoreUnavailable(
            "the database does not answer: see that it runs, and that WATCHFLOOR_DATABASE_URL names it "
            f"({str(error).splitlines()[0]})"
        ) from error
    return bool(row and row[0])


def is_empty(address: Address) -> bool:
    """Whether no run but that of the gazetteer has ever published into the store."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        row = connection.execute(
            "SELECT NOT EXISTS (SELECT FROM watchfloor.run WHERE format <> 'gazetteer' AND status = 'published')"
        ).fetchone()
    return bool(row and row[0])


def load_exercise_if_empty(runtime: Runtime, tell: Tell) -> None:
    """Fill an empty exercise store with the exercise world."""
    if runtime.kind is not StoreKind.EXERCISE or not is_empty(runtime.address):
        return
    # only an empty store needs the generator, and it takes seconds to import
    from watchfloor.data.exercise.load import load_exercise  # noqa: PLC0415

    load_exercise(runtime.address, progress=tell)
