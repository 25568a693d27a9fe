"""The pages that the server serves, and how one is opened: one PageSession for each."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog
from bokeh.server.auth import AuthPolicy
from bokeh.server.request import ServerRequest

from watchfloor.app.identity import NONCE, VISIT, Visit, request_of_session, visit_of_session
from watchfloor.app.runtime import Runtime
from watchfloor.dashboards import case, entity, explore, handed_on, whoami
from watchfloor.dashboards.frame import framed, sentence
from watchfloor.dashboards.session import MenuEntry, PageSession
from watchfloor.data.keeping import KEEPERS
from watchfloor.data.repository import Asker
from watchfloor.geo.errors import WatchfloorError
from watchfloor.geo.scope import PrincipalKind

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, what builds it, whether the header links to it.

    build returns the whole page, as dashboards.frame.framed makes it.
    """

    title: str
    build: Callable[[PageSession], Any]
    is_in_menu: bool = True


PAGES: dict[str, Page] = {
    "/explore": Page("Explore", explore.page),
    "/handed-on": Page("Handed on", handed_on.page),
    "/whoami": Page("Who am I", whoami.page),
    "/entity": Page("Entity", entity.page, is_in_menu=False),
    "/case": Page("Case", case.page, is_in_menu=False),
}
HOME = next(iter(PAGES))


def page_applications(runtime: Runtime) -> dict[str, Any]:
    """What Panel runs when a page is opened, by path."""
    return {path: _application(runtime, path, page) for path, page in PAGES.items()}


def page_policy() -> AuthPolicy:
    """Second lock behind the guard: a page or websocket that it did not let in is refused by Bokeh too."""

    def visit_of(request: ServerRequest) -> Visit | None:
        visit = request.state.get(VISIT)
        return visit if isinstance(visit, Visit) else None

    return AuthPolicy(visit_of, login_url="/sign-in")


def _application(runtime: Runtime, path: str, page: Page) -> Callable[[], Any]:
    def build() -> Any:
        session = _session(runtime, path)
        try:
            return page.build(session)
        except WatchfloorError as error:
            log.warning("page not built", path=path, error=type(error).__name__)
            return framed(session, page.title, sentence(str(error), is_fault=True))
        except Exception as error:
            # Panel itself would put the traceback, with what the database says of a row, into the page
            reference = secrets.token_hex(4)
            log.error("page not built", path=path, reference=reference, exc_info=error)
            text = f"This page could not be built; the others go on working. Reference for the log: {reference}"
            return framed(session, page.title, sentence(text, is_fault=True))

    return build


def _session(runtime: Runtime, path: str) -> PageSession:
    visit = visit_of_session()
    request = request_of_session()
    settings = runtime.settings
    return PageSession(
        scope=visit.scope,
        repository=runtime.repository,
        door=runtime.door,
        asker=Asker(visit.token, uuid4()),
        kind=runtime.kind,
        path=path,
        query={name: values[-1].decode("utf-8", "replace") for name, values in request.arguments.items() if values},
        menu=_menu(visit),
        form_key=visit.form_key,
        nonce=str(request.state.get(NONCE, "")),
        seal=visit.seal,
        idle_minutes=settings.idle_minutes if visit.scope.kind is PrincipalKind.PERSON else None,
    )


def _menu(visit: Visit) -> tuple[MenuEntry, ...]:
    """The pages that the header links to; handing in files is for persons of an agency, and outside of Panel."""
    is_keeper = visit.scope.kind in KEEPERS
    entries = tuple(
        MenuEntry(path, page.title)
        for path, page in PAGES.items()
        if page.is_in_menu and (is_keeper or page.build is not handed_on.page)
    )
    is_officer = visit.scope.kind is PrincipalKind.PERSON and visit.scope.agency is not None
    return (*entries, MenuEntry("/intake", "Intake")) if is_officer else entries
