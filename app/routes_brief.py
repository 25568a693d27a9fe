"""Briefs of a kept area or of what is selected: a page that the server makes, and the same as a file to hand on."""

import threading
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from watchfloor.app.brief_file import BriefMaker, link_of
from watchfloor.app.identity import Visit, current_visit, same
from watchfloor.app.notices import status_of, wants_page
from watchfloor.app.routes_exports import NOT_THIS_SIGN_IN
from watchfloor.app.runtime import Runtime
from watchfloor.app.tile_painters import Pictures
from watchfloor.app.turns import Turns
from watchfloor.dashboards.brief_reading import BriefOrder, order_of
from watchfloor.dashboards.export_dialog import agencies
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadQuestion, Refused, WatchfloorError
from watchfloor.geo.handing_on import ONLY_ME
from watchfloor.geo.scope import PrincipalKind

# each reads three periods and draws a map: more at once would only wait for one another
AT_ONCE: Final = 2
WAITED_S: Final = 60.0
BUSY: Final = "many briefs are being made: ask for yours again in a moment"
# a selection of many places is long
MOST_PART: Final = 262_144


class BriefRoutes:
    """The routes, for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._own_pictures: Pictures | None = None
        self._loading = threading.Lock()
        self._turns = Turns(AT_ONCE, WAITED_S, BUSY)
        self.router = APIRouter(prefix="/brief")
        self.router.add_api_route("", self.show, methods=["GET"])
        self.router.add_api_route("/file", self.save, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """The brief as a page, for who asks alone."""
        visit = current_visit(request)
        return await self._turns.take(lambda: self._page(visit, dict(request.query_params)))

    async def save(self, request: Request) -> Response:
        """The brief as a file for whom the form says: written down before it leaves."""
        visit = current_visit(request)
        async with request.form(max_files=0, max_fields=60, max_part_size=MOST_PART) as given:
            said = {name: value for name, value in given.items() if isinstance(value, str)}
        if not same(said.pop("form_key", ""), visit.form_key):
            raise Refused(NOT_THIS_SIGN_IN)
        try:
            return await self._turns.take(lambda: self._file(visit, dict(said)))
        except (Refused, BadQuestion) as error:
            if not wants_page(request.scope):
                raise
            # the brief stays in view, and above it why it may not go
            why = error
            return await self._turns.take(lambda: self._page(visit, dict(said), why))

    def _page(self, visit: Visit, said: dict[str, str], why: WatchfloorError | None = None) -> Response:
        given_to = said.pop("given_to", ONLY_ME)
        maker = self._maker(visit)
        order = _order(maker, said)
        made = maker.make(order)
        page: dict[str, Any] = {
            "visit": visit,
            "idle_minutes": self._runtime.settings.idle_minutes if visit.scope.kind is PrincipalKind.PERSON else None,
            "back": "/explore?" + urlencode(order.state.as_link(), safe=",:;/"),
            "link": link_of(order),
            "agencies": agencies(self._runtime.door, visit.token, visit.scope.agency),
            "given_to": given_to,
            "fault": _sentence(str(why)) if why else "",
        }
        return HTMLResponse(made.html(**page), status_of(why) if why else 200)

    def _file(self, visit: Visit, said: dict[str, str]) -> Response:
        given_to = said.pop("given_to", ONLY_ME)
        known = {code for code, _ in agencies(self._runtime.door, visit.token, visit.scope.agency)}
        if given_to not in known:
            raise BadQuestion("choose one of the agencies for which the file is")
        maker = self._maker(visit)
        name, content = maker.hand_on(maker.make(_order(maker, said, given_to)))
        attached = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        return Response(
            content, media_type="text/html", headers={"content-disposition": attached, "cache-control": "no-store"}
        )

    def _maker(self, visit: Visit) -> BriefMaker:
        asker, runtime = Asker(visit.token, uuid4(), visit.scope), self._runtime
        return BriefMaker(
            runtime.repository, visit, asker, self._pictures, is_exercise=runtime.kind is StoreKind.EXERCISE
        )

    def _pictures(self) -> Pictures:
        """Made when the first brief is: most servers' people make none."""
        with self._loading:
            if self._own_pictures is None:
                self._own_pictures = Pictures(self._runtime.repository)
            return self._own_pictures


def brief_routes(runtime: Runtime) -> APIRouter:
    """The routes, for the register of the server."""
    return BriefRoutes(runtime).router


def _order(maker: BriefMaker, said: dict[str, str], given_to: str = ONLY_ME) -> BriefOrder:
    kept = said.pop("kept", "")
    state, faults = State.from_link(said)
    if faults:
        raise BadQuestion(faults[0])
    return order_of(maker.repository, maker.asker, state, kept[:100], given_to)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
