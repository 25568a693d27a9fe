"""watchfloor listen: sentences of AIS as they are sent, on the map within two seconds, until told to stop."""

from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.app.commands.ingest import As, LabelText, responsible, stated_label
from watchfloor.app.commands.terminal import AsJson, put, put_json, settings_for_command
from watchfloor.app.commands.watch import stopped_by_signals, told_now
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.feeds import parse_expected
from watchfloor.geo.errors import BadQuestion

if TYPE_CHECKING:
    from watchfloor.data.feeds_watch import Stop
    from watchfloor.data.live.inbox import Inbox
    from watchfloor.data.live.listener import Totals
    from watchfloor.data.live.receiving import Receiver
    from watchfloor.data.live.replay import Replay
    from watchfloor.data.live.sources import Source
    from watchfloor.data.registry import LabelSpec

SHORTEST_MINUTES, LONGEST_MINUTES = 1, 60

SourceText = Annotated[
    str, typer.Argument(help="tcp://HOST:PORT, tcp-listen://ADDRESS:PORT, udp://ADDRESS:PORT, or file:PATH.")
]
Expect = Annotated[
    str | None, typer.Option(help='For how long it may be silent, as "2 minutes"; default: half a minute.')
]
Speed = Annotated[str, typer.Option(help='How many times as fast a file is replayed as it was heard, or "max".')]
RunMinutes = Annotated[int, typer.Option(help="Minutes after which its run is closed and another begins.")]
Beyond = Annotated[
    bool, typer.Option("--beyond-this-machine", help="Another address than this machine's loopback is meant.")
]


@dataclass(frozen=True, slots=True)
class _Listened:
    """What was asked for."""

    source: "Source"
    speed: float | None
    spec: "LabelSpec"
    principal: str | None
    name: str
    expected: timedelta | None
    longest_run: timedelta


def listen(  # noqa: PLR0917 - options are named on the command line
    source: SourceText,
    label: LabelText = None,
    owner: Annotated[str | None, typer.Option(help="Owner agency, if the label does not name it.")] = None,
    principal: As = None,
    name: Annotated[str, typer.Option(help="Name of the feed; default: its source.")] = "",
    expect: Expect = None,
    speed: Speed = "1",
    run_minutes: RunMinutes = 10,
    beyond_this_machine: Beyond = False,
    as_json: AsJson = False,
) -> None:
    """Publish AIS sentences (NMEA 0183) as they are sent, twice a second, until Ctrl-C or SIGTERM.

    Where more comes than can be published the newest are kept and the others counted; sentences that are no use change
    a counter and nothing else. A file is replayed by its own time stamps, whole, and then it ends.
    """
    # the readers' libraries take seconds to import, which the other commands shall not wait for
    from watchfloor.data.feeds_watch import Stop  # noqa: PLC0415
    from watchfloor.data.ingest.ais_nmea import FORMAT  # noqa: PLC0415
    from watchfloor.data.live.replay import parse_speed  # noqa: PLC0415
    from watchfloor.data.live.sources import parse_source  # noqa: PLC0415

    if not SHORTEST_MINUTES <= run_minutes <= LONGEST_MINUTES:
        raise BadQuestion(f"--run-minutes {run_minutes} is out of range: {SHORTEST_MINUTES} to {LONGEST_MINUTES}")
    given = _Listened(
        parse_source(source, is_beyond_machine=beyond_this_machine), parse_speed(speed),
        stated_label(FORMAT, label, owner), principal, name, parse_expected(expect) if expect else None,
        timedelta(minutes=run_minutes),
    )  # fmt: skip
    with stopped_by_signals(Stop()) as stop, open_store(settings_for_command()) as store:
        totals = _listened(store, given, stop)
    if as_json:
        put_json(asdict(totals))
        return
    put(
        f"{totals.heard:,} lines heard, {totals.dropped:,} dropped; {totals.loaded:,} positions loaded, "
        f"{totals.unchanged:,} known already, {totals.quarantined:,} of no use; {totals.batches:,} batches"
    )


def _listened(store: OpenStore, given: _Listened, stop: "Stop") -> "Totals":
    from watchfloor.data.ingest.ais_nmea import FORMAT  # noqa: PLC0415
    from watchfloor.data.ingest.pipeline import Order  # noqa: PLC0415
    from watchfloor.data.live.inbox import Inbox  # noqa: PLC0415
    from watchfloor.data.live.listener import Listener, Listening  # noqa: PLC0415

    act = {"act": "listen", "source": str(given.source), "format": FORMAT.name}
    order = Order(FORMAT, given.spec, responsible(store, given.principal, given.spec, act))
    inbox = Inbox()
    with ExitStack() as opened:
        entrance = _entrance(given, inbox)
        opened.enter_context(entrance)
        feed = _registered(store, given, order.started_by)
        listening = Listening(
            given.source.path.name or str(given.source), feed, order, lambda: entrance.fault,
            lambda: entrance.overlong, entrance.close, given.longest_run,
        )  # fmt: skip
        told_now(f"listening to {given.source}" + (f" as feed {feed}" if feed is not None else ""))
        listener = Listener(store.address, listening, inbox, stop, told_now)
        totals = listener.run()
    if given.source.path.name and entrance.fault:
        raise BadQuestion(f"the file was not replayed to its end: {entrance.fault}")
    return totals


def _entrance(given: _Listened, inbox: "Inbox") -> "Receiver | Replay":
    from watchfloor.data.live.receiving import Receiver  # noqa: PLC0415
    from watchfloor.data.live.replay import Replay  # noqa: PLC0415

    return Replay(given.source, inbox, given.speed) if given.source.path.name else Receiver(given.source, inbox)


def _registered(store: OpenStore, given: _Listened, by: str) -> int | None:
    """The feed that keeps its health; a replay is none, for it has an end."""
    from watchfloor.data.feeds_store import Wish, register  # noqa: PLC0415
    from watchfloor.data.ingest.ais_nmea import FORMAT  # noqa: PLC0415
    from watchfloor.data.live.listener import LOOKED_EVERY_S  # noqa: PLC0415

    if given.source.path.name:
        return None
    wish = Wish(given.name or str(given.source), FORMAT.name, str(given.source), given.spec, by,
                expected=given.expected, every_s=LOOKED_EVERY_S, is_live=True)  # fmt: skip
    return register(store.address, wish)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(listen)
