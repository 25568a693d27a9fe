"""watchfloor tracks: the derived files from which tracks are drawn: build, status, verify."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from watchfloor.app.commands.terminal import AsJson, Progress, console, put, put_json, settings_for_command
from watchfloor.app.runtime import open_store
from watchfloor.app.track_files import track_shelf

group = typer.Typer(no_args_is_help=True, help="Derived files of tracks: build, status, verify.")

FAULTY = 1
MOST_SAID = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(group, name="tracks")


@group.command()
def build(
    anew: Annotated[bool, typer.Option("--anew", help="Make every file again, not only what changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the files from which tracks are drawn what they should be: only what changed since the last build."""
    from watchfloor.data.ingest.emptied_days import drop_emptied_days  # noqa: PLC0415
    from watchfloor.data.tracks.build import build as build_tracks  # noqa: PLC0415
    from watchfloor.data.tracks.hands import hands  # noqa: PLC0415

    settings = settings_for_command()
    with open_store(settings) as store, hands(settings.dask or "") as many, Progress(is_quiet=as_json) as steps:
        built = build_tracks(store.address, track_shelf(settings), many, steps, anew=anew)
        dropped = drop_emptied_days(store.address)
    if as_json:
        put_json({**asdict(built), "emptied_days": len(dropped)})
        return
    put(
        f"{built.n_fixes:,} positions in {built.seconds:,.1f} s: {built.days:,} days, {built.months:,} months and "
        f"{built.years:,} years made, {built.deleted:,} old files deleted."
        + (f" Tables of {len(dropped):,} days that hold nothing any more were dropped." if dropped else "")
    )


@group.command()
def status(as_json: AsJson = False) -> None:
    """Show how many positions there are, how many of them derived files hold as they are now, and how old those are."""
    from watchfloor.data.tracks.verify import status as track_status  # noqa: PLC0415

    settings = settings_for_command()
    with open_store(settings) as store:
        found = track_status(store.address, track_shelf(settings))
    if as_json:
        put_json(asdict(found))
        return
    table = Table("Span", "Files", "Bytes", "Positions", "To be made")
    for row in found.spans:
        table.add_row(row.span, f"{row.files:,}", f"{row.size:,}", f"{row.n_fixes:,}", f"{row.waiting:,}")
    out = console()
    out.file = sys.stdout
    out.print(table)
    written = "never" if not found.written_s else f"{datetime.fromtimestamp(found.written_s, UTC):%Y-%m-%d %H:%M:%S}Z"
    put(f"{found.n_current:,} of {found.n_fixes:,} positions stand in derived files as they are now; listed {written}.")
    reasons = ", ".join(f"{n:,} {word}" for word, n in sorted(found.left_out.items(), key=lambda one: -one[1]))
    put(f"Of these, cleaning leaves out {sum(found.left_out.values()):,}" + (f": {reasons}." if reasons else "."))
    if found.on_land:
        put(f"Positions of vessels on land, far from any water, drawn all the same: {found.on_land:,}.")


@group.command()
def verify(
    days: Annotated[
        int, typer.Option(min=0, help="Days, chosen at random, to make again and compare byte by byte.")
    ] = 3,
    as_json: AsJson = False,
) -> None:
    """Compare the files with their digests, with the store's counts, and some days with what the store gives now.

    Exit code 1 if anything is not what it should be.
    """
    from watchfloor.data.tracks.verify import verify as verify_tracks  # noqa: PLC0415

    settings = settings_for_command()
    with open_store(settings) as store:
        found = verify_tracks(store.address, track_shelf(settings), days)
    if as_json:
        put_json(asdict(found))
    else:
        for fault in found.faults[:MOST_SAID]:
            put(fault)
        put(f"{found.files:,} files and {found.days:,} days compared: {len(found.faults):,} faults.")
    if found.faults:
        raise typer.Exit(FAULTY)
