"""Routes of exports: order a file, look how far it is, cancel it, fetch it; each under the sign-in that ordered it."""

import threading
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Header, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response

from watchfloor.app.export_orders import Wanted, map_order_of, order_of, records_file
from watchfloor.app.exporting import Export, Exports, Making
from watchfloor.app.identity import Visit, current_visit, same
from watchfloor.app.map_file import map_file
from watchfloor.app.runtime import Runtime
from watchfloor.app.tile_painters import Pictures
from watchfloor.data.door import Asked
from watchfloor.data.repository import Asker
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.handing_on import Form

type FormKey = Annotated[str, Header(alias="x-form-key", max_length=100)]
MOST_BODY = 32_768
NOT_THIS_SIGN_IN = "the form is not from this sign-in: open the page again"


class ExportRoutes:
    """The routes, for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._exports = Exports(runtime.settings.home, runtime.repository)
        self._exports.clear()
        self._own_pictures: Pictures | None = None
        self._loading = threading.Lock()
        self.router = APIRouter(prefix="/exports")
        add = self.router.add_api_route
        add("", self.own, methods=["GET"])
        add("", self.begin, methods=["POST"])
        add("/{key}/cancel", self.cancel, methods=["POST"])
        add("/{key}/file", self.fetch, methods=["POST"])

    def own(self, request: Request) -> Response:
        """All files of this sign-in, and how far they are."""
        visit = current_visit(request)
        return JSONResponse([_told(export) for export in self._exports.own(visit.seal)])

    async def begin(self, request: Request, form_key: FormKey = "") -> Response:
        """Begin a file; the answer says by which key it is asked for."""
        visit = _checked(request, form_key)
        wanted = Wanted.parse(await _body(request))
        return JSONResponse(_told(await run_in_threadpool(self._begin, visit, wanted)))

    def cancel(self, request: Request, key: str, form_key: FormKey = "") -> Response:
        """Make a file no further, or discard one that is ready."""
        visit = _checked(request, form_key)
        self._exports.cancel(self._exports.of(key, visit.seal))
        return JSONResponse([_told(export) for export in self._exports.own(visit.seal)])

    async def fetch(self, request: Request, key: str, form_key: FormKey = "") -> Response:
        """The file itself, once: what it is and to whom it goes is written down before it leaves."""
        visit = current_visit(request)
        if not form_key:
            # a form of the page: what is too large for a script
            async with request.form(max_files=0, max_fields=2, max_part_size=4096) as given:
                form_key = str(given.get("form_key", ""))
        _check_key(visit, form_key)
        export = self._exports.of(key, visit.seal)
        asker = Asker(visit.token, uuid4())
        await run_in_threadpool(self._exports.hand_over, export, asker)
        return FileResponse(
            export.path,
            media_type=export.making.form.media_type,
            filename=export.name,
            headers={"Cache-Control": "no-store"},
            background=BackgroundTask(self._exports.drop, export),
        )

    def _begin(self, visit: Visit, wanted: Wanted) -> Export:
        return self._exports.begin(visit.seal, visit.scope.epoch, self._making(visit, wanted))

    def _making(self, visit: Visit, wanted: Wanted) -> Making:
        agencies = self._agencies(visit)
        if wanted.is_map:
            return map_file(self._runtime, visit, map_order_of(wanted, agencies), self._pictures)
        return records_file(self._runtime, visit, order_of(wanted, agencies))

    def _pictures(self) -> Pictures:
        """Made when the first picture is drawn: most servers' people export none."""
        with self._loading:
            if self._own_pictures is None:
                self._own_pictures = Pictures(self._runtime.repository)
            return self._own_pictures

    def _agencies(self, visit: Visit) -> list[str]:
        with self._runtime.door.open(visit.token, Asked("page", {"asks": "agencies"})) as (connection, _):
            return [code for (code,) in connection.execute("SELECT code FROM watchfloor.agency ORDER BY code")]


def export_routes(runtime: Runtime) -> APIRouter:
    """The routes, for the register of the server."""
    return ExportRoutes(runtime).router


def _told(export: Export) -> dict[str, Any]:
    """What the page is told of a file."""
    handling = export.handling
    return {
        "key": export.key,
        "title": export.making.title,
        "form": export.making.form.called,
        "stage": export.stage.value,
        "rows": export.rows,
        "of": export.of,
        "unit": "tiles" if export.making.form is Form.PNG else "rows",
        "fault": export.fault,
        "name": export.name,
        "size": export.size,
        "sha256": export.sha256.hex(),
        "marking": handling.marking if handling else "",
        "counts": handling.counts.words if handling else "",
        "given_to": handling.given_to if handling else "",
        "lines": list(handling.sentences) if handling else [],
    }


def _checked(request: Request, form_key: str) -> Visit:
    visit = current_visit(request)
    _check_key(visit, form_key)
    return visit


def _check_key(visit: Visit, form_key: str) -> None:
    if not same(form_key, visit.form_key):
        raise Refused(NOT_THIS_SIGN_IN)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise BadQuestion("the order for a file is too long")
    return body
