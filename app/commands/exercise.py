"""watchfloor exercise: an invented world to train and to test with, which may run on."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from watchfloor.app.administration import note_at_machine
from watchfloor.app.commands.moments import day, moment
from watchfloor.app.commands.principal import As
from watchfloor.app.commands.terminal import AsJson, Progress, console, put, put_json, settings_for_command
from watchfloor.app.runtime import open_store

_SEED = 7
group = typer.Typer(
    invoke_without_command=True,
    help="Load a seeded, wholly invented world into an EXERCISE store; `exercise live` lets it run on.",
)


@group.callback()
def exercise(  # noqa: PLR0917 - options are named on the command line
    context: typer.Context,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another world of the same make.")] = _SEED,
    scale: Annotated[float, typer.Option(help="1 has about 20,000 seizures and 260,000 positions; at most 100.")] = 1.0,
    until: Annotated[str | None, typer.Option(help="Last day, as YYYY-MM-DD (default today, UTC).")] = None,
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Load a seeded, wholly invented world into an EXERCISE store. The same seed, scale and date give the same rows.

    A store holds one such world: loading it again adds nothing, another one is refused. `exercise live` lets it run on.
    """
    if context.invoked_subcommand:
        return
    last = datetime.now(UTC).date() if until is None else day(until, "--until")
    settings = settings_for_command()
    with Progress() as progress, open_store(settings, progress) as store:
        # the generator takes seconds to import, which the other commands shall not wait for
        from watchfloor.data.exercise.load import load_exercise  # noqa: PLC0415

        act = {"act": "exercise", "seed": seed, "scale": scale, "until": last.isoformat()}
        note_at_machine(store, principal, act)
        report = load_exercise(store.address, seed=seed, scale=scale, until=last, progress=progress)
    facts = {"seed": seed, "scale": scale, "until": last, "run": report.run, "seconds": round(report.seconds, 1)}
    if as_json:
        put_json({**facts, **report.totals()})
        return
    totals = report.totals()
    put(f"EXERCISE world of seed {seed}, scale {scale:g}, until {last}, in run {report.run}.")
    put(f"{totals['loaded']:,} rows loaded, {totals['unchanged']:,} were there already, in {report.seconds:.1f} s.")


@group.command()
def live(  # noqa: PLR0917 - options are named on the command line
    speed: Annotated[float, typer.Option(help="World seconds for each second; 1 is real time.")] = 1.0,
    until: Annotated[str | None, typer.Option(help="End at this moment, UTC, as YYYY-MM-DDTHH:MM.")] = None,
    minutes: Annotated[float, typer.Option(help="End after so many minutes; at most 1440.")] = 60.0,
    every: Annotated[float, typer.Option(help="Seconds between two steps; at least 1.")] = 10.0,
    principal: As = None,
    as_json: AsJson = False,
) -> None:
    """Let the store's exercise world run on: ships sail, loads are seized. Ctrl-C ends it.

    The same world and the same hours give the same rows. It goes on from where it was left.
    """
    settings = settings_for_command()
    with Progress() as progress, open_store(settings, progress) as store:
        from watchfloor.data.exercise.running import Pace, run_on  # noqa: PLC0415

        pace = Pace(speed, every, moment(until, "--until"), timedelta(minutes=minutes))
        note_at_machine(store, principal, {"act": "exercise live", "speed": speed, "every": every})
        progress("Waking the exercise world")
        told = console()
        steps = rows = 0
        try:
            for ran in run_on(store.address, pace):
                progress.done()
                steps, rows = steps + 1, rows + ran.loaded
                told.print(f"  {ran.last:%Y-%m-%d %H:%M:%S}  {ran.loaded:,} rows  {ran.seconds:.1f} s")
        except KeyboardInterrupt:
            told.print("  ended by Ctrl-C")
    if as_json:
        put_json({"steps": steps, "loaded": rows})
    else:
        put(f"{steps:,} steps, {rows:,} new rows.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="exercise")
