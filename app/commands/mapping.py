"""watchfloor mapping: what the columns of tables mean, kept by name and version."""

import difflib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.commands.private_file import STDOUT, private_file
from watchfloor.app.commands.terminal import AsJson, console, plain, plain_lines, put, put_json, settings_for_command
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.door import Asked
from watchfloor.geo.errors import BadInput

if TYPE_CHECKING:
    from watchfloor.data.mappings import Connection, Kept

group = typer.Typer(
    no_args_is_help=True, help="Mappings of tables, kept by name: list, show, save, diff, retire, export."
)

As = Annotated[
    str, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account to look as; public sees public mappings only.")
]
By = Annotated[
    str | None, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account that keeps; default: the operator here.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a kept mapping: [OWNER/]NAME[@VERSION].")]


@group.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also older and retired versions.")] = False,
    principal: As = "public",
    as_json: AsJson = False,
) -> None:
    """List the kept mappings that the account may see and use. This look is audited."""
    from watchfloor.data.mappings import list_mappings, newest  # noqa: PLC0415

    with _looking(principal, "page", {"page": "mappings"}) as (_, connection, _agency):
        found = list_mappings(connection)
        shown = found if every else newest(found)
        titles = _titles(connection)
    if as_json:
        put_json({"mappings": [_told(kept, titles) for kept in shown]})
        return
    table = Table("Name", "Version", "Owner", "Label", "Columns", "Made (UTC)", "By", *(["Retired"] if every else []))
    table.columns[0].no_wrap = True
    for kept in shown:
        cells = [kept.name, str(kept.version), kept.owner, titles[kept.label], f"{len(kept.columns):,}"]
        cells += [f"{kept.made_at:%Y-%m-%d %H:%M}", kept.made_by]
        table.add_row(*map(escape, cells), *([_retired(kept)] if every else []))
    out = console()
    out.file = sys.stdout
    out.print(table)


@group.command()
def show(name: Name, principal: As = "public", as_json: AsJson = False) -> None:
    """Show one version, the newest unless another is named, with its text. This look is audited."""
    from watchfloor.data.mappings import find_version  # noqa: PLC0415

    with _looking(principal, "record", {"mapping": name[:200]}) as (_, connection, agency):
        kept = find_version(connection, name, agency, with_retired=True)
        titles = _titles(connection)
    if as_json:
        put_json(_told(kept, titles) | {"toml": kept.toml})
        return
    retired = f", retired {_retired(kept)}" if kept.retired_at else ""
    put(f"mapping      {plain(kept.name)}, version {kept.version}{retired}")
    put(f"label        {titles[kept.label]}")
    put(f"made         {kept.made_at:%Y-%m-%d %H:%M:%S} UTC by {plain(kept.made_by)}")
    put(f"sha256       {kept.sha256}")
    put(f"columns      {', '.join(map(plain, kept.columns))}")
    put("")
    put(plain_lines(kept.toml.rstrip("\n")))


@group.command()
def save(  # noqa: PLR0917 - options are named on the command line
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it shall be called.")],
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The mapping.")],
    label: Annotated[
        str | None, typer.Option(help="Who may see and use it: public or OWNER/TLP…; default: as the version before.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--for", metavar="TABLE", help="csv, xlsx or ods that it fits: its columns are kept too."),
    ] = None,
    principal: By = None,
    as_json: AsJson = False,
) -> None:
    """Keep a mapping: version 1 of a new name, the next version of one that there is. Old versions stay."""
    from watchfloor.app.mapping_keeping import Wanted, keep  # noqa: PLC0415
    from watchfloor.data.ingest.mapping_text import mapping_text  # noqa: PLC0415
    from watchfloor.data.ingest.written_label import parse_label  # noqa: PLC0415

    header = columns_of_table(table) if table else ()
    spec = parse_label(label) if label else None
    with open_store(settings_for_command()) as store:
        saved = keep(store, principal, Wanted(name, mapping_text(file).toml, spec, header))
    if as_json:
        put_json(saved.kept.as_json() | {"is_new": saved.is_new})
    else:
        put(f"Kept: {saved.kept.title}." if saved.is_new else f"Nothing new: {saved.kept.title} is the same.")


@group.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="[OWNER/]NAME[@VERSION], or a file.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another version, or a file.")],
    principal: As = "public",
    as_json: AsJson = False,
) -> None:
    """Show what changed from one mapping to another. This look is audited."""
    from watchfloor.data.mappings import resolve  # noqa: PLC0415

    with _looking(principal, "record", {"mapping": old[:200], "and": new[:200]}) as (_, connection, agency):
        before, after = (resolve(connection, written, agency) for written in (old, new))
    texts = before.toml.splitlines(), after.toml.splitlines()
    lines = list(difflib.unified_diff(*texts, before.name, after.name, lineterm="", n=1))
    if as_json:
        put_json({"from": before.name, "to": after.name, "lines": lines})
    else:
        put(plain_lines("\n".join(lines)) if lines else f"{plain(before.name)} and {plain(after.name)} are the same.")


@group.command()
def retire(name: Name, principal: By = None, as_json: AsJson = False) -> None:
    """Take a mapping out of use: all versions of a name, or the one that is named. Runs go on to tell of it."""
    from watchfloor.app import mapping_keeping  # noqa: PLC0415
    from watchfloor.data.mappings import find_version, list_mappings, parse_named  # noqa: PLC0415

    with open_store(settings_for_command()) as store:
        with mapping_keeping.looking(store, principal, Asked("record", {"retire": name[:200]})) as (connection, agency):
            kept = find_version(connection, name, agency)
            versions = [v for v in list_mappings(connection, name=kept.name, owner=kept.owner) if not v.retired_at]
        named = parse_named(name)
        chosen = [kept] if named and named.version else versions
        n = mapping_keeping.retire(store, principal, chosen)
    if as_json:
        put_json({"name": kept.name, "owner": kept.owner, "retired": n})
    else:
        put(f"Retired: {n} {'version' if n == 1 else 'versions'} of mapping '{plain(kept.name)}'.")


@group.command()
def export(
    name: Name,
    out: Annotated[Path, typer.Option("--to", metavar="FILE", help="File to make, or - for stdout.")] = STDOUT,
    principal: As = "public",
    as_json: AsJson = False,
) -> None:
    """Write the text of a version to a file that nobody else may read. Audited as an export."""
    from watchfloor.data.mappings import find_version  # noqa: PLC0415

    with _looking(principal, "export", {"mapping": name[:200], "form": "toml"}) as (_, connection, agency):
        kept = find_version(connection, name, agency, with_retired=True)
        titles = _titles(connection)
    if as_json:
        put_json(_told(kept, titles) | {"toml": kept.toml})
        return
    with private_file(out) as stream:
        stream.write(kept.toml)
    console().print(escape(plain(f"{kept.title}, SHA-256 {kept.sha256}, label {titles[kept.label]}")))


def columns_of_table(file: Path) -> tuple[str, ...]:
    """The columns of a csv, xlsx or ods. Raises BadFile if it is no table, BadInput for another kind of file."""
    from watchfloor.data.ingest.table_header import FORMATS_BY_SUFFIX, header_of  # noqa: PLC0415

    form = FORMATS_BY_SUFFIX.get(file.suffix.lower())
    if form is None:
        raise BadInput(f"{file.name}: --for takes a csv, tsv, txt, xlsx or ods")
    return header_of(file, form)


@contextmanager
def _looking(
    principal: str, action: str, question: dict[str, Any]
) -> "Iterator[tuple[OpenStore, Connection, str | None]]":
    from watchfloor.app.mapping_keeping import looking  # noqa: PLC0415 - help texts do not wait for it

    with (
        open_store(settings_for_command()) as store,
        looking(store, principal, Asked(action, question)) as (connection, agency),
    ):
        yield store, connection, agency


def _titles(connection: "Connection") -> dict[int, str]:
    from watchfloor.data.questions.linked import label_titles  # noqa: PLC0415

    return label_titles(connection)


def _told(kept: "Kept", titles: dict[int, str]) -> dict[str, Any]:
    return kept.as_json() | {"label": titles[kept.label]}


def _retired(kept: "Kept") -> str:
    return f"{kept.retired_at:%Y-%m-%d} by {plain(kept.retired_by)}" if kept.retired_at else ""


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="mapping")
