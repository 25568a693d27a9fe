"""What a page gets: who asks, in which store, and the repository that answers. One for each open page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watchfloor.data.door import Door
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import Scope


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page that the header links to."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class PageSession:
    """The asker behind one open page.

    asker: goes with each question to the repository; it holds the sign-in's secret and never goes into a page.
    scope: who they were when the page opened. The database decides anew with each question.
    door: for the few questions that are no layer's; all others go to the repository.
    query: the URL's arguments, hostile text like everything from outside.
    form_key: belongs into each form that changes something. nonce: lets this page's own scripts run.
    seal: tells the page's script whether another sign-in has replaced this one.
    """

    asker: Asker = field(repr=False)
    scope: Scope
    repository: Repository
    door: Door = field(repr=False)
    kind: StoreKind
    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    menu: tuple[MenuEntry, ...] = ()
    form_key: str = field(default="", repr=False)
    nonce: str = field(default="", repr=False)
    seal: str = ""
    idle_minutes: int | None = 15

    @property
    def is_exercise(self) -> bool:
        """Whether everything on the page is invented."""
        return self.kind is StoreKind.EXERCISE
