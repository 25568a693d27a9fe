"""watchfloor db: the store's database by hand."""

from importlib.metadata import version
from typing import Annotated, Any

import psycopg
import typer

from watchfloor.app.accounts import retire_demo_accounts
from watchfloor.app.administration import note_at_machine
from watchfloor.app.commands.backup import add_to
from watchfloor.app.commands.principal import As, FromStdin, appoint
from watchfloor.app.commands.terminal import AsJson, Progress, put, put_json, settings_for_command
from watchfloor.app.runtime import is_made, open_store, running_database
from watchfloor.app.settings import Settings
from watchfloor.data.address import ExternalAddress, Role
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.rebuild import rebuild_roll_ups
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadInput, StoreUnavailable

group = typer.Typer(no_args_is_help=True, help="The store's database: start, stop, status, upgrade, reset.")


@group.command()
def start() -> None:
    """Start the private cluster and leave it running until `watchfloor db stop`."""
    settings = _private()
    with Progress() as progress:
        progress("Starting PostgreSQL")
        cluster = PrivateCluster(settings.home)
        address = cluster.start(keep=True)
    put(f"Running. For psql: {address.conninfo(Role.OWNER)}")


@group.command()
def stop() -> None:
    """Stop the private cluster, whoever uses it."""
    settings = _private()
    cluster = PrivateCluster(settings.home)
    was_running = cluster.is_running
    cluster.stop()
    put("Stopped." if was_running else "It was not running.")


@group.command()
def status(as_json: AsJson = False) -> None:
    """Say where the store is, whether it runs, and of which kind it is. Starts nothing."""
    settings = settings_for_command()
    facts = _external_facts(settings) if settings.database_url else _private_facts(settings)
    if as_json:
        put_json(facts)
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        put(f"{name.replace('_', ' '):<{width}}  {'' if value is None else value}")


@group.command()
def upgrade(
    kind: Annotated[
        StoreKind | None, typer.Option(help="Kind of a store that is made now (EXERCISE if not given).")
    ] = None,
    administrator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Account of the first administrator, of a store that has none.")
    ] = None,
    from_stdin: FromStdin = False,
) -> None:
    """Bring the store to the version of this program; makes it if there is none, and asks for its administrator."""
    settings = settings_for_command(kind=kind)
    with Progress() as progress, open_store(settings, progress) as store:
        progress.done()
        note_at_machine(store, None, {"act": "upgrade", "program": version("watchfloor")})
        put(f"The store is up to date ({store.kind}).")
        appoint(store, administrator, from_stdin=from_stdin)


@group.command()
def rebuild(principal: As = None) -> None:
    """Make the roll-ups of events anew from the facts. Restart running servers afterwards: they keep pictures."""
    with Progress() as progress, open_store(settings_for_command(), progress) as store:
        note_at_machine(store, principal, {"act": "rebuild"})
        progress("Making the roll-ups")
        rows = rebuild_roll_ups(store.address)
        progress.done()
    put(f"The roll-ups were made anew: {rows:,} rows.")


@group.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete the private cluster with all its data. Nothing brings it back."""
    settings = _private()
    cluster = PrivateCluster(settings.home)
    if not yes:
        typer.confirm(f"Delete the store in {settings.home} with all its data?", abort=True, err=True)
    cluster.remove()
    put("Deleted.")


@group.command("retire-demo")
def retire_demo(principal: As = None) -> None:
    """End the exercise accounts for good, so that the store may be served beyond this machine."""
    settings = settings_for_command()
    with running_database(settings) as address:
        if not is_made(address):
            raise StoreUnavailable("there is no store yet: run `watchfloor db upgrade` first")
        with open_store(settings) as store:
            note_at_machine(store, principal, {"act": "retire demo accounts"})
            count = retire_demo_accounts(address)
    put(f"{count} exercise accounts ended.")


add_to(group)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="db")


def _private() -> Settings:
    settings = settings_for_command()
    if settings.database_url is not None:
        raise BadInput(
            "WATCHFLOOR_DATABASE_URL names a database that someone else runs: start, stop or delete it there"
        )
    return settings


def _private_facts(settings: Settings) -> dict[str, Any]:
    state = PrivateCluster(settings.home).status()
    kind = None
    if state.address is not None:
        # the migrations' library takes long to import: other commands do not wait for it
        from watchfloor.data.store import store_kind  # noqa: PLC0415

        with psycopg.connect(state.address.conninfo(Role.OWNER), connect_timeout=5) as connection:
            kind = store_kind(connection).value
    return {
        "database": "private cluster",
        "home": settings.home,
        "is_made": state.is_created,
        "is_running": state.is_running,
        "is_kept": state.is_kept,
        "kind": kind,
        "pid": state.pid,
        "log": state.log,
        "owner_conninfo": state.address.conninfo(Role.OWNER) if state.address else None,
    }


def _external_facts(settings: Settings) -> dict[str, Any]:
    assert settings.database_url is not None
    address = ExternalAddress(settings.database_url.get_secret_value())
    made = is_made(address)
    kind = None
    if made:
        from watchfloor.data.store import store_kind  # noqa: PLC0415

        with psycopg.connect(address.conninfo(Role.OWNER), connect_timeout=5) as connection:
            kind = store_kind(connection).value
    return {"database": "external", "home": settings.home, "is_made": made, "is_running": True, "kind": kind}
