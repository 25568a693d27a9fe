"""watchfloor feed: the watched folders, how well each is served, and one that is no more."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.administration import note_act
from watchfloor.app.commands.terminal import AsJson, console, plain, put, put_json, settings_for_command
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.door import Asked
from watchfloor.data.feeds import Feed, span
from watchfloor.data.questions.feeds import find_feed, list_feeds
from watchfloor.geo.errors import Refused

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

group = typer.Typer(no_args_is_help=True, help="Watched folders: list them with their health, show or retire one.")

As = Annotated[
    str, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account to look as; public sees public feeds only.")
]
Name = Annotated[str, typer.Argument(metavar="FEED", help="Its name or number, as `watchfloor feed list` lists it.")]


@group.command("list")
def list_(
    retired: Annotated[bool, typer.Option("--retired", help="Those that are no more, too.")] = False,
    principal: As = "public",
    as_json: AsJson = False,
) -> None:
    """List the feeds that the account may see, and how each stands. This look is audited."""
    with _store(principal) as (store, token), _reading(store, token, "page", {"page": "feeds"}) as connection:
        feeds = list_feeds(connection, retired=retired)
    if as_json:
        put_json({"feeds": [feed.as_json() for feed in feeds]})
        return
    table = Table("Feed", "Name", "State", "In words", "Last success (UTC)", "Newest data (UTC)", "Format")
    for feed in feeds:
        table.add_row(
            str(feed.id), escape(plain(feed.name)), _state(feed), escape(plain(feed.words)), _when(feed.last_success),
            _when(feed.newest), feed.format,
        )  # fmt: skip
    out = console()
    out.file = sys.stdout
    out.print(table)


@group.command()
def show(feed: Name, principal: As = "public", as_json: AsJson = False) -> None:
    """Show one feed: its folder, what it expects, its last file, run and error. This look is audited."""
    with _store(principal) as (store, token), _reading(store, token, "record", {"feed": feed[:100]}) as connection:
        found = find_feed(connection, feed)
    if as_json:
        put_json(found.as_json())
        return
    for title, text in _lines(found):
        put(f"{title:<13}{plain(text)}")


@group.command()
def retire(
    feed: Name,
    principal: Annotated[
        str | None, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account with the right `operate`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """End a feed: its watcher ends at its next look, what it loaded stays, its name is free. Audited beforehand."""
    # writing needs the intake's libraries, which take seconds to import
    from watchfloor.data.feeds_store import retire as end  # noqa: PLC0415

    if principal is None:
        raise Refused("say who you are: --as NAME (or WATCHFLOOR_AS), an account with the right `operate`")
    with _store(principal) as (store, token):
        with _reading(store, token, "record", {"feed": feed[:100]}) as connection:
            found = find_feed(connection, feed)
        note_act(store, principal, {"act": "retire feed", "feed": found.id})
        is_new = end(store.address, found.id, principal)
    if as_json:
        put_json({"feed": found.id, "retired": is_new})
        return
    said = "is retired; end its watcher for good where it is started" if is_new else "had been retired already"
    put(f"Feed {found.id}, {plain(found.name)}, {said}.")


@contextmanager
def _store(principal: str) -> Iterator[tuple[OpenStore, str]]:
    with open_store(settings_for_command()) as store, store.signed_in_as(principal) as token:
        yield store, token


@contextmanager
def _reading(
    store: OpenStore, token: str, action: str, question: dict[str, object]
) -> "Iterator[psycopg.Connection[TupleRow]]":
    with store.door.open(token, Asked(action, question)) as (connection, _):
        yield connection


def _lines(feed: Feed) -> Iterator[tuple[str, str]]:
    yield "feed", f"{feed.id}: {feed.name}"
    yield "state", f"{_state(feed)}: {feed.words}"
    yield "format", f"{feed.format}{f', mapping {feed.mapping}' if feed.mapping else ''}"
    yield "label", feed.label
    yield ("source" if feed.is_live else "folder"), feed.folder
    yield "made", f"{_when(feed.created_at)} by {feed.created_by}"
    yield "expected", f"every {span(feed.expected)}" if feed.expected else "no cadence was given"
    yield (
        "looks",
        f"every {feed.every.total_seconds():g} s, last {_when(feed.looked_at)}" if feed.every else "when called",
    )
    if feed.is_live:
        yield "lines", f"{feed.heard:,} heard, {feed.dropped:,} dropped, {feed.malformed:,} malformed"
    yield "last success", _when(feed.last_success)
    yield "last attempt", _when(feed.last_attempt) + (f", {feed.last_file}" if feed.last_file else "")
    yield "last run", f"{feed.last_run}: `watchfloor run show {feed.last_run}`" if feed.last_run else "-"
    yield "newest data", _when(feed.newest) + (f", {span(feed.lag)} ago" if feed.lag is not None else "")
    if feed.last_error:
        yield "last error", f"{_when(feed.last_error_at)}: {feed.last_error}"


def _state(feed: Feed) -> str:
    return "retired" if feed.retired_at else feed.state.value


def _when(at: datetime | None) -> str:
    return "-" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="feed")
