"""watchfloor ingest and formats: files into the store, and what files can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watchfloor.app.administration import ACTION, note_at_machine
from watchfloor.app.commands.terminal import AsJson, console, put, put_json, settings_for_command
from watchfloor.app.loading_rights import check_may_load
from watchfloor.app.os_user import operator_name
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.door import Asked
from watchfloor.geo.errors import BadQuestion

if TYPE_CHECKING:
    from watchfloor.data.ingest.format import Format, Options
    from watchfloor.data.registry import LabelSpec

KEPT_ASIDE = 3
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of a list that does not tell it: ofac-sdn.")
]
LabelText = Annotated[
    str | None,
    typer.Option(help="public, or OWNER/TLP[/TIER][/COMPARTMENT][+AGENCY,AGENCY]. Needed unless public by nature."),
]
As = Annotated[
    str | None, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account that loads; default: the operator here.")
]
MapText = Annotated[
    str | None, typer.Option("--map", help="Mapping of columns: a kept one as NAME or NAME@VERSION, or a file.")
]
Save = Annotated[str | None, typer.Option("--save", metavar="NAME", help="Keep what --suggest drafts, by this name.")]
Anew = Annotated[bool, typer.Option("--anew", help="Let --suggest begin with nothing, though a kept mapping fits.")]
Suggest = Annotated[bool, typer.Option("--suggest", help="Load nothing: draft the mapping of a csv, xlsx or ods.")]
Out = Annotated[Path | None, typer.Option(help="Where --suggest writes its draft; default: shown.")]
Answer = Annotated[list[str] | None, typer.Option(help="KEY=VALUE for what --suggest asks or guesses; several.")]


def ingest(  # noqa: PLR0917 - options are named on the command line
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help="One of those that `watchfloor formats` lists.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files, plain or gzip, loaded in one run.")],
    label: LabelText = None,
    owner: Annotated[str | None, typer.Option(help="Owner agency, if the label does not name it.")] = None,
    principal: As = None,
    mapping: MapText = None,
    as_of: AsOf = None,
    suggest: Suggest = False,
    out: Out = None,
    answer: Answer = None,
    save: Save = None,
    anew: Anew = False,
    strict: Annotated[bool, typer.Option("--strict", help="Load nothing if a row must be kept aside; exit 3.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load files into the store, in one run: all of it becomes visible, or nothing.

    Bad rows of a sound file are kept aside and listed; a file that is not what it claims to be ends the run (exit 2).
    Loading the same file again adds nothing.
    """
    if suggest:
        from watchfloor.app.commands.ingest_suggest import Wish, draft_mapping  # noqa: PLC0415

        wish = Wish(out, answer or [], save, label, principal, is_anew=anew)
        draft_mapping(format_name, files, wish, as_json=as_json)
        return
    if save or anew:
        raise BadQuestion("--save and --anew go with --suggest")
    said = Said(format_name, tuple(files), mapping, as_of, label, owner, principal)
    _load(said, is_strict=strict, as_json=as_json)


@dataclass(frozen=True, slots=True)
class Said:
    """What the command line says of the files, of how to read them, and under which label."""

    format_name: str
    files: tuple[Path, ...]
    mapping: str | None
    as_of: datetime | None
    label: str | None
    owner: str | None
    principal: str | None

    @property
    def act(self) -> dict[str, object]:
        """What the audit says of it."""
        act = {"act": "ingest", "format": self.format_name, "label": self.label or "public"}
        return {**act, "files": [file.name for file in self.files]}


def _load(said: Said, *, is_strict: bool, as_json: bool) -> None:
    # the readers' libraries take seconds to import, which the other commands shall not wait for
    from watchfloor.app.commands.ingest_report import Bar, as_object, show  # noqa: PLC0415
    from watchfloor.data.ingest.catalogue import find_format  # noqa: PLC0415
    from watchfloor.data.ingest.pipeline import Order  # noqa: PLC0415
    from watchfloor.data.ingest.pipeline import ingest as load  # noqa: PLC0415

    find_format(said.format_name)
    with open_store(settings_for_command()) as store:
        form, options = _configured(store, said)
        spec = stated_label(form, said.label, said.owner)
        order = Order(form, spec, responsible(store, said.principal, spec, said.act), options, is_strict=is_strict)
        with Bar(console(), is_quiet=as_json) as bar:
            report = load(store.address, order, said.files, bar)
    if as_json:
        put_json(as_object(report))
    else:
        show(report, form)
    if is_strict and not report.is_published:
        raise typer.Exit(KEPT_ASIDE)


def _configured(store: OpenStore, said: Said) -> "tuple[Format, Options]":
    """The format with its mapping: a file, or one that is kept and that the account may see.

    Raises BadQuestion for a table without one, with the kept mapping that fits its columns, if there is one.
    """
    from watchfloor.app.commands.ingest_suggest import fits_of  # noqa: PLC0415
    from watchfloor.app.mapping_keeping import chosen_mapping  # noqa: PLC0415
    from watchfloor.data.ingest.catalogue import TABLES, configured_format  # noqa: PLC0415
    from watchfloor.data.ingest.list_date import with_list_date  # noqa: PLC0415

    text = chosen_mapping(store, said.principal, said.mapping) if said.mapping is not None else None
    if text is None and said.format_name in TABLES:
        fits = fits_of(store, said.principal, said.format_name, said.files[0])
        if fits:
            raise BadQuestion(f"the format {said.format_name} needs --map; {'; '.join(fits)}")
    return with_list_date(*configured_format(said.format_name, text), said.as_of)


def formats(as_json: AsJson = False) -> None:
    """List the formats that files can have, with source and licence."""
    from rich.table import Table  # noqa: PLC0415

    from watchfloor.data.ingest.catalogue import FORMATS  # noqa: PLC0415

    rows = [_described(form) for form in FORMATS.values()]
    if as_json:
        put_json({"formats": rows})
        return
    table = Table("Format", "What it is", "Publisher", "Licence", "Label")
    table.columns[0].no_wrap = True
    for row in rows:
        label = "public" if row["is_public"] else "must be given"
        table.add_row(row["name"], row["title"], row["publisher"], row["licence"], label)
    out = console()
    out.file = typer.get_text_stream("stdout")
    out.print(table)
    put("Mappings of tables and features: docs/csv-mapping.md. A new format: docs/formats.md.")


def _described(form: "Format") -> dict[str, Any]:
    source = form.source
    return {
        "name": form.name,
        "title": form.title,
        "source": source.title,
        "publisher": source.publisher,
        "licence": source.licence,
        "is_public": form.is_public,
    }


def stated_label(form: "Format", written: str | None, owner: str | None) -> "LabelSpec":
    """The label that was given, or the public one. Raises BadQuestion if the format's data are not public by nature."""
    from watchfloor.data.ingest.written_label import FORM, parse_label  # noqa: PLC0415

    if written is not None:
        return parse_label(written, owner)
    if not form.is_public:
        raise BadQuestion(f"data of the format {form.name} are not public by nature: give --label {FORM}")
    return parse_label("public")


def responsible(store: OpenStore, principal: str | None, label: "LabelSpec", act: Mapping[str, object]) -> str:
    """Who stands behind the run: an account that may load under this label, or the person at this machine.

    The load is written into the audit before it begins.
    """
    if principal is None:
        note_at_machine(store, None, act)
        return f"operator {operator_name()}"
    with store.signed_in_as(principal) as token:
        scope = store.door.peek(token)
        check_may_load(scope, label)
        with store.door.open(token, Asked(ACTION, act)):
            pass
    return scope.principal


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(ingest)
    app.command()(formats)
