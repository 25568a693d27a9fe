"""watchfloor overdoses: what is released of overdose counts, and the operator's way to release anew."""

from typing import Annotated

import psycopg
import typer

from watchfloor.app.administration import administering
from watchfloor.app.commands.principal import As
from watchfloor.app.commands.terminal import AsJson, put, put_json, settings_for_command
from watchfloor.app.os_user import operator_name
from watchfloor.app.runtime import open_store
from watchfloor.data.address import Role
from watchfloor.geo.errors import BadInput

group = typer.Typer(no_args_is_help=True, help="Releases of suppressed overdose counts: list, release anew.")

_RELEASES = (
    "SELECT r.label_id, a.code, r.released_at, r.persons, r.reason FROM watchfloor.overdose_release AS r "
    "JOIN watchfloor.label AS l ON l.id = r.label_id JOIN watchfloor.agency AS a ON a.id = l.owner_id ORDER BY r.id"
)


@group.command("releases")
def releases(as_json: AsJson = False) -> None:
    """List what was released, when and why: label number and owner, persons, reason."""
    with open_store(settings_for_command()) as store, psycopg.connect(store.address.conninfo(Role.INTAKE)) as intake:
        rows = intake.execute(_RELEASES).fetchall()
    if as_json:
        names = ("label", "owner", "released_at", "persons", "reason")
        put_json({"releases": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    for label, owner, at, persons, reason in rows:
        put(f"label {label} of {owner}  {at:%Y-%m-%d %H:%MZ}  {persons:,} persons  {reason}")
    if not rows:
        put("Nothing is released yet.")


@group.command("release-anew")
def release_anew(
    label: Annotated[int, typer.Argument(help="Number of the label, as `watchfloor overdoses releases` lists it.")],
    because: Annotated[str, typer.Option(help="Why; it is kept with the release.")],
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw all releases of a label and release its overdoses anew.

    Who kept the earlier answers can subtract them from the new ones and may learn small counts: only for releases
    that were wrong.
    """
    # the release's mathematics take a while to import
    from watchfloor.data.ingest.release import withdraw  # noqa: PLC0415

    if not because.strip():
        raise BadInput("say with --because why the releases are withdrawn")
    reason = because.strip()[:500]
    with open_store(settings_for_command()) as store:
        with administering(store, principal, {"act": "release anew", "label": label, "because": reason}):
            pass
        n = withdraw(store.address, label, reason=f"{reason} ({principal}, operator {operator_name()})")
    if as_json:
        put_json({"label": label, "persons": n})
        return
    put(f"Released {n:,} persons anew." if n else "Withdrawn; too few wait for a release.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="overdoses")
