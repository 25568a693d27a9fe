"""watchfloor whoami: what a principal may see."""

from typing import Annotated

import typer

from watchfloor.app.commands.terminal import AsJson, put, put_json, settings_for_command
from watchfloor.app.runtime import open_store
from watchfloor.data.door import Asked
from watchfloor.data.registry import labels


def whoami(
    principal: Annotated[
        str, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account to look as; public sees public data only.")
    ] = "public",
    as_json: AsJson = False,
) -> None:
    """Show who an account is to the store and which security labels it may see. This look is audited."""
    settings = settings_for_command()
    with open_store(settings) as store, store.signed_in_as(principal) as token:
        with store.door.open(token, Asked("page", {"page": "whoami"})) as (connection, scope):
            seen = labels(connection)
        facts = {
            "principal": scope.principal,
            "operator": scope.operator,
            "display_name": scope.display_name,
            "kind": scope.kind.value,
            "agency": scope.agency,
            "rights": sorted(scope.rights),
            "sees_health": scope.sees_health,
            "epoch": scope.epoch,
            "store": store.kind.value,
            "home": settings.home,
        }
    if as_json:
        put_json({**facts, "labels": [{"id": label.id, "title": label.title} for label in seen]})
        return
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        put(f"{name.replace('_', ' '):<13} {'' if shown is None else shown}")
    put(f"labels        {len(seen)}")
    for label in seen:
        put(f"  {label.id:>4}  {label.title}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(whoami)
