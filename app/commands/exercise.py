"""watchfloor exercise: an invented world to train and to test with."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from watchfloor.app.commands.terminal import AsJson, Progress, put, put_json, settings_for_command
from watchfloor.app.runtime import open_store
from watchfloor.geo.errors import BadQuestion

_SEED = 7


def exercise(
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another world of the same make.")] = _SEED,
    scale: Annotated[float, typer.Option(help="1 has about 20,000 seizures and 260,000 positions; at most 100.")] = 1.0,
    until: Annotated[str | None, typer.Option(help="Last day, as YYYY-MM-DD (default today, UTC).")] = None,
    as_json: AsJson = False,
) -> None:
    """Load a seeded, wholly invented world into an EXERCISE store. The same seed, scale and date give the same rows.

    A store holds one such world: loading it again adds nothing, another one is refused.
    """
    last = _day(until)
    settings = settings_for_command()
    with Progress() as progress, open_store(settings, progress) as store:
        # the generator takes seconds to import, which the other commands shall not wait for
        from watchfloor.data.exercise.load import load_exercise  # noqa: PLC0415

        report = load_exercise(store.address, seed=seed, scale=scale, until=last, progress=progress)
    facts = {"seed": seed, "scale": scale, "until": last, "run": report.run, "seconds": round(report.seconds, 1)}
    if as_json:
        put_json({**facts, **report.totals()})
        return
    totals = report.totals()
    put(f"EXERCISE world of seed {seed}, scale {scale:g}, until {last}, in run {report.run}.")
    put(f"{totals['loaded']:,} rows loaded, {totals['unchanged']:,} were there already, in {report.seconds:.1f} s.")


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadQuestion(f"--until {text!r} is no day: write it as 2025-11-22") from error


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(exercise)
