"""watchfloor agency: the agencies of the store, and the labels that their records carry."""

import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.administration import administered
from watchfloor.app.commands.principal import As
from watchfloor.app.commands.terminal import AsJson, console, put, put_json
from watchfloor.data.agencies import add_agency, add_label, list_agencies
from watchfloor.data.ingest.written_label import FORM, parse_label
from watchfloor.data.registry import labels

group = typer.Typer(no_args_is_help=True, help="Agencies and labels: add, list, label, labels.")


@group.command()
def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Short code in capitals, as labels write it.")],
    name: Annotated[str, typer.Option(help="Full name, as pages show it.")],
    phone: Annotated[str | None, typer.Option(help="Number of its watch, for deconfliction notices.")] = None,
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Make an agency, or give it another name or number."""
    act = {"act": "agency", "code": code, "name": name, "phone": phone}
    with administered(principal, act) as connection:
        add_agency(connection, code, name, phone)
    if as_json:
        put_json({"agency": code, "name": name, "phone": phone})
    else:
        put(f"{code} is {name}.")


@group.command("list")
def list_all(principal: As = None, as_json: AsJson = False) -> None:
    """List the agencies."""
    with administered(principal, {"act": "list agencies"}) as connection:
        rows = list_agencies(connection)
    if as_json:
        keys = ("code", "name", "phone", "accounts")
        put_json({"agencies": [dict(zip(keys, row, strict=True)) for row in rows]})
        return
    table = Table("Code", "Agency", "Watch", "Open accounts")
    for row in rows:
        table.add_row(*(escape("-" if value is None else str(value)) for value in row))
    _print(table)


@group.command()
def label(
    written: Annotated[str, typer.Argument(metavar="LABEL", help=FORM)],
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a label beforehand, so that its compartment or its number can be granted."""
    spec = parse_label(written)
    act = {"act": "label", "label": written}
    with administered(principal, act) as connection:
        number = add_label(connection, spec)
    if as_json:
        put_json({"label": number, "written": written})
    else:
        put(f"Label {number} is {written}.")


@group.command("labels")
def list_labels(principal: As = None, as_json: AsJson = False) -> None:
    """List the labels with their numbers."""
    with administered(principal, {"act": "list labels"}) as connection:
        found = labels(connection)
    if as_json:
        put_json({"labels": [{"id": label.id, "title": label.title} for label in found]})
        return
    table = Table("Number", "Label")
    for row in found:
        table.add_row(str(row.id), escape(row.title))
    _print(table)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="agency")


def _print(table: Table) -> None:
    out = console()
    out.file = sys.stdout
    out.print(table)
