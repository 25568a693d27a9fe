"""watchfloor device-token: the link that signs a wall display in."""

from datetime import timedelta
from typing import Annotated

import typer

from watchfloor.app.administration import note_at_machine
from watchfloor.app.commands.principal import As
from watchfloor.app.commands.terminal import AsJson, put, put_json, settings_for_command
from watchfloor.app.os_user import operator_name
from watchfloor.app.runtime import open_store
from watchfloor.app.settings import DEFAULT_PORT
from watchfloor.data.gate import Terms
from watchfloor.geo.errors import BadInput
from watchfloor.geo.scope import PrincipalKind

LINK_MINUTES = 15


def device_token(
    wall: Annotated[str, typer.Argument(help="Account of the wall display, such as wall.ntf.")],
    port: Annotated[int | None, typer.Option(help="Port of the running server, if it is not the usual one.")] = None,
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a link that signs a wall display in, once, within 15 minutes; from then on it may look, never change."""
    settings = settings_for_command(port=port)
    with open_store(settings) as store:
        note_at_machine(store, principal, {"act": "device link", "principal": wall})
        token = store.gate.issue(
            wall, Terms("device link", timedelta(minutes=LINK_MINUTES), None), operator=operator_name()
        )
        scope = store.door.peek(token)
        if scope.kind is not PrincipalKind.WALL:
            store.gate.revoke(token)
            raise BadInput(f"{wall!r} is no wall display but a {scope.kind}: people sign in with their password")
    address = settings.public_url or f"http://{settings.host}:{settings.port or DEFAULT_PORT}"
    link = f"{address}/device?token={token}"
    if as_json:
        put_json({"principal": wall, "link": link, "minutes": LINK_MINUTES})
    else:
        put(f"Open this on the display within {LINK_MINUTES} minutes; it works once:\n{link}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("device-token")(device_token)
