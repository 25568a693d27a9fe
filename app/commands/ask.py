"""watchfloor ask: exactly the question that the page asks, through the same repository."""

import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.table import Table

from watchfloor.app.commands.moments import day
from watchfloor.app.commands.terminal import console, settings_for_command
from watchfloor.geo.bbox import BBox
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query, moment

SHOWN = 40


class Form(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"
    PARQUET = "parquet"


def ask(  # noqa: PLR0917 - options are named on the command line
    layer: Annotated[Layer, typer.Argument(help="What to ask about.")],
    bbox: Annotated[str, typer.Option(help="West,south,east,north in degrees; west above east crosses 180°.")] = "",
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD. Default: a year before --until.")] = "",
    until: Annotated[str, typer.Option(help="Day after the last, YYYY-MM-DD. Default: tomorrow.")] = "",
    hours: Annotated[
        str, typer.Option(help="Hours of tracks, UTC, of three days at most: 22-05. Default: whole days.")
    ] = "",
    resolution: Annotated[int, typer.Option(help="H3 resolution of the cells, 0 to 9.")] = 3,
    substance: Annotated[list[str] | None, typer.Option(help="Code of a substance; may be given again.")] = None,
    fact: Annotated[FactKind, typer.Option(help="Single events, or reported aggregates.")] = FactKind.EVENTS,
    measured: Annotated[Measured, typer.Option(help="What cells count.")] = Measured.COUNT,
    measure: Annotated[str, typer.Option(help="Measure of the ports layer.")] = "trucks",
    text: Annotated[str, typer.Option(help="What to look for: entities and cases.")] = "",
    known_at: Annotated[
        str, typer.Option(help="As known at a moment: 2026-03-01T03:00Z. The rights are those of today. Default: now.")
    ] = "",
    principal: Annotated[
        str, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account to ask as; public sees public data only.")
    ] = "public",
    form: Annotated[Form, typer.Option("--format", help="How to write the answer.")] = Form.TABLE,
) -> None:
    """Ask a layer a question under an account's scope. The question is audited like the page's.

    Any format but the table is an export, which is audited once more, with the number of its rows.
    """
    last = day(until, "--until") if until else datetime.now(UTC).date() + timedelta(days=1)
    first = since or (last - timedelta(days=365)).isoformat()
    query = Query(
        layer=layer,
        period=Period.parse(first, last.isoformat(), hours),
        bbox=BBox.parse(bbox) if bbox else BBox.world(),
        substances=tuple(substance or ()),
        fact=fact,
        measured=measured,
        measure=measure,
        resolution=resolution,
        known_at=moment(known_at) if known_at else None,
    )
    _put(form, *_answer(form, query, text, principal))


def _answer(form: Form, query: Query, text: str, principal: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    # the repository's libraries take seconds to import: other commands do not wait for them
    from watchfloor.app.asking import ask as ask_layer  # noqa: PLC0415
    from watchfloor.app.runtime import open_runtime  # noqa: PLC0415
    from watchfloor.data.door import Asked  # noqa: PLC0415
    from watchfloor.data.repository import Asker  # noqa: PLC0415

    with open_runtime(settings_for_command()) as runtime, runtime.signed_in_as(principal) as token:
        rows, said = ask_layer(runtime.repository, Asker(token, uuid4()), query, text)
        if form is not Form.TABLE:
            # what a program reads is kept: an export, audited singly and before the first row leaves
            export = {**query.as_json(), "text": text, "form": form.value, "rows": len(rows)}
            with runtime.door.open(token, Asked("export", export)):
                pass
    marking = f"{runtime.kind} · as seen by {principal}"
    if query.known_at is not None:
        marking += f" · as known at {query.known_at:%Y-%m-%d %H:%M:%SZ}"
    return {"marking": marking, "asked": query.as_json(), "at": datetime.now(UTC).isoformat(), **said}, rows


def _put(form: Form, meta: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    if form is Form.TABLE:
        _table(meta, rows)
        return
    from watchfloor.app import tables  # noqa: PLC0415

    if form is Form.PARQUET:
        sys.stdout.buffer.write(tables.as_parquet(meta, rows))
        return
    write = {Form.JSON: tables.as_json, Form.CSV: tables.as_csv, Form.GEOJSON: tables.as_geojson}[form]
    sys.stdout.write(write(meta, rows) + ("" if form is Form.CSV else "\n"))


def _table(meta: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape  # noqa: PLC0415

    out = console()
    out.file = sys.stdout
    columns = [key for key in (rows[0] if rows else {}) if key != "ring"]
    table = Table(*columns, title=escape(str(meta["marking"])))
    for row in rows[:SHOWN]:
        table.add_row(*(escape(str(row[key])) for key in columns))
    out.print(table)
    out.print(escape(f"{min(len(rows), SHOWN):,} of {len(rows):,} rows shown"))
    for key, value in meta.items():
        if key not in {"marking", "asked", "at"}:
            out.print(escape(f"{key.replace('_', ' ')}: {value}"))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ask)
