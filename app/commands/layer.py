"""watchfloor layer: layers of partners, from files and from addresses; for reference, never counted."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.administration import note_act
from watchfloor.app.commands.terminal import AsJson, console, plain, put, put_json, settings_for_command
from watchfloor.app.partner_addresses import addresses_file, listed_addresses
from watchfloor.data.ingest.written_label import FORM, parse_label
from watchfloor.geo.errors import BadQuestion, PartnerFault, Refused
from watchfloor.geo.partner_layers import COLOURS

if TYPE_CHECKING:
    from watchfloor.app.runtime import Runtime
    from watchfloor.data.repository import Asker
    from watchfloor.geo.partner_layers import PartnerLayer

group = typer.Typer(
    no_args_is_help=True, help="Layers of partners, for reference: add, list, show, remove; addresses, check."
)

As = Annotated[str, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account that does it, or looks.")]
Layer = Annotated[str, typer.Argument(metavar="LAYER", help="Its id, as `watchfloor layer list` lists it.")]


@group.command()
def add(  # noqa: PLR0917 - options are named on the command line
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, KML, KMZ or a zipped shapefile.")],
    label: Annotated[str, typer.Option(help=f"Who may see it: {FORM}. A label that the account sees.")],
    principal: As,
    name: Annotated[str, typer.Option(help="What it is called; the file's name unless given.")] = "",
    colour: Annotated[str, typer.Option(help=f"One of {', '.join(COLOURS)}.")] = "sky",
    layer: Annotated[str | None, typer.Option(help="Which layer of the file, if it has several.")] = None,
    crs: Annotated[str | None, typer.Option(help="Its coordinates, as EPSG:4326, if the file does not say.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a file as a layer, in the name of an account that may operate."""
    from watchfloor.data.partner.addresses import spec_of  # noqa: PLC0415
    from watchfloor.data.partner.reading import read_partner_file  # noqa: PLC0415

    spec = parse_label(label)
    found = read_partner_file(file, layer=layer, crs=crs)
    with _asking(principal, {"act": "add layer", "label": label, "sha256": found.sha256.hex()}) as (runtime, asker):
        labels = runtime.repository.keepable_labels(asker)
        number = next((one.id for one in labels if spec_of(one) == spec), None)
        if number is None:
            raise Refused(f"{principal} sees no label {label}: `watchfloor agency label` makes one")
        added = runtime.repository.add_partner_layer(asker, found, name=name or file.stem, label=number, colour=colour)
    if as_json:
        put_json(_told(added))
        return
    put(f"Added {plain(added.name)}: {added.n:,} features, {added.set_aside:,} set aside. Its id is {added.id}.")
    for note in added.notes:
        put(f"  {plain(note)}")


@group.command("list")
def list_(principal: As = "public", as_json: AsJson = False) -> None:
    """List the layers of files that the account may see. This look is audited."""
    with _asking(principal) as (runtime, asker):
        layers = runtime.repository.partner_layers(asker)
    if as_json:
        put_json({"layers": [_told(layer) for layer in layers]})
        return
    table = Table("Id", "Name", "Features", "Set aside", "File", "Label", "Added by", "Added (UTC)")
    for one in layers:
        table.add_row(
            one.code, escape(plain(one.name)), f"{one.n:,}", f"{one.set_aside:,}", escape(plain(one.file)),
            one.label.title, one.author, f"{one.at:%Y-%m-%d %H:%M}",
        )  # fmt: skip
    _print(table)


@group.command()
def show(layer: Layer, principal: As = "public", as_json: AsJson = False) -> None:
    """Show one layer: its file and hash, who added it, why features were set aside. This look is audited."""
    with _asking(principal) as (runtime, asker):
        found = runtime.repository.partner_layer(asker, _id(layer))
    if as_json:
        put_json(_told(found))
        return
    for what, value in _told(found).items():
        put(f"{what:10}  {plain(value) if what != 'notes' else ''}")
    for note in found.notes:
        put(f"  {plain(note)}")


@group.command()
def remove(layer: Layer, principal: As, as_json: AsJson = False) -> None:
    """Take a layer off every map, in the name of an account that may operate; what it was stays known."""
    with _asking(principal, {"act": "remove layer", "id": layer[:40]}) as (runtime, asker):
        runtime.repository.remove_partner_layer(asker, _id(layer))
    if as_json:
        put_json({"removed": layer})
    else:
        put("Removed.")


@group.command()
def addresses(as_json: AsJson = False) -> None:
    """List the partners' addresses that this server may ask, as the operator's file names them."""
    settings = settings_for_command()
    listed = listed_addresses(settings)
    if as_json:
        put_json({"file": str(addresses_file(settings)), "addresses": [one.model_dump() for one in listed]})
        return
    table = Table("Name", "Title", "Kind", "Address", "Layer", "Label", "Minutes kept")
    for one in listed:
        texts = (one.name, one.title, one.what, one.url, one.layer, one.label, str(one.max_age_minutes))
        table.add_row(*(escape(plain(text)) for text in texts))
    _print(table)


@group.command()
def check(
    name: Annotated[str, typer.Argument(help="Name of an address in the operator's file.")], as_json: AsJson = False
) -> None:
    """Ask a partner's address once for the whole world, and say what came."""
    from watchfloor.data.partner.checking import checked  # noqa: PLC0415

    address = next((one for one in listed_addresses(settings_for_command()) if one.name == name), None)
    if address is None:
        raise BadQuestion(f"there is no address {name[:40]!r} in the file: `watchfloor layer addresses` lists them")
    try:
        said = checked(address)
    except PartnerFault as fault:
        raise BadQuestion(f"{address.name}: {fault}") from fault
    if as_json:
        put_json({"name": address.name, "said": said})
    else:
        put(f"{address.name}: {plain(said)}")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="layer")


@contextmanager
def _asking(principal: str, act: dict[str, Any] | None = None) -> "Iterator[tuple[Runtime, Asker]]":
    """The store, and the account as one who asks; with the audit row of an act that needs the right to operate."""
    from watchfloor.app.runtime import open_runtime  # noqa: PLC0415
    from watchfloor.data.repository import Asker  # noqa: PLC0415

    with open_runtime(settings_for_command()) as runtime:
        if act is not None:
            note_act(runtime, principal, act)
        with runtime.signed_in_as(principal) as token:
            yield runtime, Asker(token, uuid4())


def _told(layer: "PartnerLayer") -> dict[str, Any]:
    return {
        "id": layer.code,
        "name": layer.name,
        "colour": layer.colour,
        "file": layer.file,
        "format": layer.format,
        "sha256": layer.sha256.hex(),
        "size": layer.size,
        "features": layer.n,
        "set_aside": layer.set_aside,
        "label": layer.label.title,
        "added_by": layer.author,
        "added_at": layer.at.isoformat(),
        "notes": list(layer.notes),
    }


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadQuestion("a layer is named by its id, as `watchfloor layer list` lists it") from error


def _print(table: Table) -> None:
    out = console()
    out.file = sys.stdout
    out.print(table)
