"""The marking of a page or a list: the strictest Traffic Light Protocol that anything on it may bear."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from watchfloor.data.door import Asked, Door
from watchfloor.data.registry import labels
from watchfloor.geo.answers import CasePage, EntityPage, Records
from watchfloor.geo.scope import Tier, Tlp


def strictest(seen: Iterable[Tlp]) -> Tlp | None:
    """The narrowest of these, or None if there are none."""
    return max(seen, default=None)


def tlp_of(title: str) -> Tlp | None:
    """The protocol level with which a label's title begins, or None: a title is text from the store."""
    written = title.split(" ", 1)[0]
    return next((tlp for tlp in Tlp if tlp.title == written), None)


def strictest_of(titles: Iterable[str]) -> Tlp | None:
    """The narrowest level among labels as they are written beside records."""
    return strictest(tlp for tlp in map(tlp_of, titles) if tlp is not None)


def strictest_tier(titles: Iterable[str]) -> str:
    """The highest tier among labels as they are written beside records; empty if none has one."""
    written = {part for title in titles for part in title.split(" · ")[1:2]}
    return next((tier.name for tier in reversed(Tier) if tier.name in written), "")


def labels_on(page: EntityPage | CasePage) -> Iterator[str]:
    """Labels of a record and of every list on its page, as they are written."""
    yield page.label
    for one in fields(page):
        listed = getattr(page, one.name)
        rows = listed.rows if isinstance(listed, Records) else listed if isinstance(listed, tuple) else ()
        yield from (row.label for row in rows if hasattr(row, "label"))


def page_marking(door: Door, token: str) -> Tlp | None:
    """The narrowest level that this reader can meet on a page; asks the store. Raises NotSignedIn, StoreUnavailable."""
    with door.open(token, Asked("page", {"asks": "marking"})) as (connection, _):
        return strictest(label.tlp for label in labels(connection))
