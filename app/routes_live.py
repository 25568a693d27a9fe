"""The newest positions for open pages: one small answer for each change, shared by all who may see the same."""

from time import monotonic

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from watchfloor.app.identity import current_visit
from watchfloor.app.runtime import Runtime
from watchfloor.app.view_id import view_id
from watchfloor.data.cache import AnswerCache
from watchfloor.data.repository import Asker
from watchfloor.layers.live_positions import packed

CHANGE = "x-watchfloor-change"
# seconds since the ages were read, by which all of them are older now
READ_AGO = "x-watchfloor-read-ago"
OLD_RIGHTS = "your rights changed since this page was opened: open it again\n"
PACKED_BYTES = 8 * 2**20


def live_routes(runtime: Runtime) -> APIRouter:
    """The route."""
    router, repository = APIRouter(), runtime.repository
    kept = AnswerCache(PACKED_BYTES)

    @router.get("/live/positions")
    def positions(request: Request) -> Response:
        given, visit = request.query_params, current_visit(request)
        if given.get("e") != visit.scope.epoch:
            return PlainTextResponse(OLD_RIGHTS, 410)
        asker = Asker(visit.token, view_id(given.get("view", ""), "what is heard"), visit.scope)
        if given.get("have") == str(repository.live_change(asker)):
            return Response(status_code=204, headers={"Cache-Control": "no-store"})
        newest = repository.newest_positions(asker)
        body = kept.get(visit.scope.key, (newest.read_s, len(newest.craft)), lambda: packed(newest))
        passed = monotonic() - newest.read_s
        headers = {"Cache-Control": "no-store", CHANGE: str(newest.change), READ_AGO: f"{passed:.1f}"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    return router
