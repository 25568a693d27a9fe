"""watchfloor events: what craft did, found in their tracks: find, list."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.commands.moments import day
from watchfloor.app.commands.terminal import AsJson, Progress, console, put, put_json, settings_for_command
from watchfloor.geo.bbox import BBox
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

if TYPE_CHECKING:
    from watchfloor.geo.found_events import FoundEvent

group = typer.Typer(no_args_is_help=True, help="What craft did, found in their tracks: find, list.")

SHOWN = 40


class Preset(StrEnum):
    """By whose rules."""

    GFW = "gfw"
    NEAR_SHORE = "near-shore"


class Kind(StrEnum):
    """What a craft did."""

    GAP = "gap"
    STOP = "stop"
    LOITERING = "loitering"
    ENCOUNTER = "encounter"
    PORT_VISIT = "port visit"


@group.command()
def find(as_json: AsJson = False) -> None:
    """Find what craft did on days whose positions have changed: gaps, stops, loitering, encounters and port visits."""
    from watchfloor.app.runtime import open_store  # noqa: PLC0415
    from watchfloor.data.track_event_finding import find_events  # noqa: PLC0415

    with open_store(settings_for_command()) as store, Progress(is_quiet=as_json) as steps:
        found = find_events(store.address, steps)
    if as_json:
        put_json(asdict(found))
        return
    put(f"{found.events:,} events found in {found.days:,} days of labels.")


@group.command("list")
def list_(  # noqa: PLR0917 - options are named on the command line
    kind: Annotated[list[Kind] | None, typer.Option(help="Kind of event; may be given again. Default: all.")] = None,
    preset: Annotated[Preset, typer.Option(help="By whose rules.")] = Preset.NEAR_SHORE,
    bbox: Annotated[str, typer.Option(help="West,south,east,north in degrees; west above east crosses 180°.")] = "",
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD. Default: 30 days before --until.")] = "",
    until: Annotated[str, typer.Option(help="Day after the last, YYYY-MM-DD. Default: tomorrow.")] = "",
    principal: Annotated[
        str, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account to ask as; public sees public data only.")
    ] = "public",
    as_json: AsJson = False,
) -> None:
    """List events that the account may see, the newest first. This look is audited."""
    last = day(until, "--until") if until else datetime.now(UTC).date() + timedelta(days=1)
    period = Period.parse(since or (last - timedelta(days=30)).isoformat(), last.isoformat())
    query = Query(Layer.TRACKS, period, bbox=BBox.parse(bbox) if bbox else BBox.world())
    found = _asked(query, preset, [one.value for one in kind or ()], principal)
    if as_json:
        put_json({"events": [_plain(event) for event in found]})
        return
    table = Table("Kind", "Craft", "With", "Began (UTC)", "Hours", "Longitude", "Latitude")
    for event in found[:SHOWN]:
        hours = (event.ends - event.starts).total_seconds() / 3600
        named = (event.kind, event.craft_name, event.other_name or "", f"{event.starts:%Y-%m-%d %H:%M}")
        table.add_row(*map(escape, named), f"{hours:,.1f}", f"{event.lon:.3f}", f"{event.lat:.3f}")
    out = console()
    out.file = sys.stdout
    out.print(table)
    put(f"{min(len(found), SHOWN):,} of {len(found):,} events shown")


def _asked(query: Query, preset: Preset, kinds: list[str], principal: str) -> "tuple[FoundEvent, ...]":
    # the repository's libraries take seconds to import: other commands do not wait for them
    from watchfloor.app.runtime import open_runtime  # noqa: PLC0415
    from watchfloor.data.repository import Asker  # noqa: PLC0415

    with open_runtime(settings_for_command()) as runtime, runtime.signed_in_as(principal) as token:
        return runtime.repository.track_events(Asker(token, uuid4()), query, preset=preset.value, kinds=kinds)


def _plain(event: "FoundEvent") -> dict[str, object]:
    return {**asdict(event), "starts": event.starts.isoformat(), "ends": event.ends.isoformat()}


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(group, name="events")
