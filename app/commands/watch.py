"""watchfloor watch: the files of a folder into the store as they come, until told to stop."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import psycopg
import typer

from watchfloor.app.commands.ingest import As, AsOf, LabelText, MapText, responsible, stated_label
from watchfloor.app.commands.run import write_kept_aside
from watchfloor.app.commands.terminal import AsJson, console, plain, put, settings_for_command
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.feeds import parse_expected
from watchfloor.geo.errors import StoreMismatch, StoreUnavailable

if TYPE_CHECKING:
    from watchfloor.app.settings import Settings
    from watchfloor.data.feeds_folder import WatchedFolder
    from watchfloor.data.feeds_intake import Settled
    from watchfloor.data.feeds_watch import Pace, Stop
    from watchfloor.data.ingest.format import Format, Options
    from watchfloor.data.registry import LabelSpec

REFUSED = 2
Every = Annotated[float, typer.Option(help="Seconds between two looks into the folder; at least 1.")]
Once = Annotated[bool, typer.Option("--once", help="Load what lies there and end; exit 2 if a file was refused.")]
Settle = Annotated[float, typer.Option(help="Seconds for which a file must not have changed to be whole.")]
Expect = Annotated[str | None, typer.Option(help='How often a file is to come, as "1 day" or "6 hours".')]


@dataclass(frozen=True, slots=True)
class _Watched:
    """What was asked for."""

    form: "Format"
    spec: "LabelSpec"
    mapping: str | None
    as_of: datetime | None
    principal: str | None
    name: str
    expected: timedelta | None

    def configured(self, store: OpenStore) -> "tuple[Format, Options]":
        """The format with its mapping: a kept one as it is now, or a file."""
        from watchfloor.app.mapping_keeping import chosen_mapping  # noqa: PLC0415
        from watchfloor.data.ingest.catalogue import configured_format  # noqa: PLC0415
        from watchfloor.data.ingest.list_date import with_list_date  # noqa: PLC0415

        text = chosen_mapping(store, self.principal, self.mapping) if self.mapping is not None else None
        return with_list_date(*configured_format(self.form.name, text), self.as_of)


def watch(  # noqa: PLR0917 - options are named on the command line
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder into which the files are put.")],
    format_name: Annotated[str, typer.Option("--format", help="One of those that `watchfloor formats` lists.")],
    label: LabelText = None,
    owner: Annotated[str | None, typer.Option(help="Owner agency, if the label does not name it.")] = None,
    principal: As = None,
    mapping: MapText = None,
    as_of: AsOf = None,
    every: Every = 10.0,
    settle: Settle = 5.0,
    name: Annotated[str, typer.Option(help="Name of the feed; default: that of the folder.")] = "",
    expect: Expect = None,
    once: Once = False,
    as_json: AsJson = False,
) -> None:
    """Load each new file of a folder, one run each, until Ctrl-C or SIGTERM, and keep the feed's health.

    A good file moves to DIR/done, a bad one to DIR/refused with the reason beside it. A file that still grows, hidden
    ones and those that end in .part or .tmp are left alone; links are not followed.
    """
    # the readers' libraries take seconds to import, which the other commands shall not wait for
    from watchfloor.data.feeds_folder import WatchedFolder  # noqa: PLC0415
    from watchfloor.data.feeds_watch import Pace, Stop  # noqa: PLC0415
    from watchfloor.data.ingest.catalogue import find_format  # noqa: PLC0415

    form, expected = find_format(format_name), parse_expected(expect) if expect else None
    given = _Watched(form, stated_label(form, label, owner), mapping, as_of, principal, name, expected)
    pace, refused = Pace(None if once else every, settle), 0
    with WatchedFolder(folder) as watched, stopped_by_signals(Stop()) as stop:
        for settled in _settled(settings_for_command(), given, watched, pace, stop):
            refused += bool(settled.error)
            _put(settled, as_json=as_json)
    if once and refused:
        raise typer.Exit(REFUSED)


def _settled(
    settings: "Settings", given: _Watched, folder: "WatchedFolder", pace: "Pace", stop: "Stop"
) -> "Iterator[Settled]":
    from watchfloor.data.feeds_intake import FeedIntake  # noqa: PLC0415
    from watchfloor.data.feeds_store import Wish, register  # noqa: PLC0415
    from watchfloor.data.feeds_watch import Watcher  # noqa: PLC0415
    from watchfloor.data.ingest.pipeline import Order  # noqa: PLC0415

    with ExitStack() as opened:
        store = _opened(opened, settings, pace, stop)
        if store is None:
            return
        form, options = given.configured(store)
        act = {"act": "watch", "folder": str(folder.path), "format": form.name}

        def order(file: str) -> Order:
            by = responsible(store, given.principal, given.spec, {**act, "files": [file]})
            return Order(form, given.spec, by, options)

        wish = Wish(
            given.name or folder.path.name, form.name, folder.path, given.spec,
            responsible(store, given.principal, given.spec, act), mapping=given.mapping, expected=given.expected,
            every_s=pace.every_s,
        )  # fmt: skip
        feed = register(store.address, wish)
        told_now(f"feed {feed}, {wish.name}: watching {folder.path}")
        intake = FeedIntake(store.address, feed, folder, order, write_kept_aside)
        yield from Watcher(folder, intake, pace, stop, told_now).run()
        told_now("ended")


def _opened(opened: ExitStack, settings: "Settings", pace: "Pace", stop: "Stop") -> OpenStore | None:
    """The store, waited for if it is away; None if told to stop meanwhile."""
    from watchfloor.data.feeds_watch import FIRST_WAIT_S, LONGEST_WAIT_S  # noqa: PLC0415

    wait = FIRST_WAIT_S
    while not stop.is_set:
        try:
            return opened.enter_context(open_store(settings))
        except StoreMismatch:
            raise
        except (StoreUnavailable, psycopg.OperationalError) as error:
            if pace.every_s is None:
                raise StoreUnavailable(str(error).splitlines()[0]) from error
            told_now(f"{str(error).splitlines()[0]}; trying again in {wait:.0f} s")
            stop.rest(wait)
            wait = min(2 * wait, LONGEST_WAIT_S)
    return None


@contextmanager
def stopped_by_signals(stop: "Stop") -> "Iterator[Stop]":
    """The first signal stops after the file in hand; a second Ctrl-C at once, which the next start mends."""

    def heed(number: int, frame: FrameType | None) -> None:
        if stop.is_set and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.is_set = True

    before = {number: signal.signal(number, heed) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _put(settled: "Settled", *, as_json: bool) -> None:
    if as_json:
        counts = {"error": settled.error} if settled.error else {"run": settled.run, **settled.counts}
        put(json.dumps({"file": plain(settled.file), "at": plain(settled.at), **counts}))
    elif settled.error:
        put(f"{plain(settled.file)}: refused: {plain(settled.error)}")
    else:
        counted = ", ".join(f"{n:,} {name}" for name, n in settled.counts.items() if n or name == "loaded")
        put(f"{plain(settled.file)}: {counted}, run {settled.run}")
    sys.stdout.flush()


def told_now(text: str) -> None:
    """Tell a person what has just happened, with the time."""
    console().print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}  {plain(text)}", markup=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(watch)
