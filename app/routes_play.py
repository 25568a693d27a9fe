"""A period to be played, as one answer: counts per cell and day, shared by all who may see the same."""

import numpy as np
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from watchfloor.app.identity import current_visit
from watchfloor.app.routes_play_tracks import add_played_tracks, played_view
from watchfloor.app.runtime import Asking
from watchfloor.app.tiles import OLD_RIGHTS
from watchfloor.data.cache import AnswerCache
from watchfloor.data.questions.rolled_up import Entries
from watchfloor.data.repository import Asker
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.overdoses import whole_months
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.layers.played import Steps, packed

PACKED_BYTES = 64 * 2**20
_EPOCH = np.datetime64("1970-01-01", "D")


def play_routes(runtime: Asking) -> APIRouter:
    """The routes: of cells, and of tracks."""
    router, repository = APIRouter(), runtime.repository
    add_played_tracks(router, repository)
    kept = AnswerCache(PACKED_BYTES)

    @router.get("/play/days")
    def days(request: Request) -> Response:
        given, visit = dict(request.query_params), current_visit(request)
        if given.get("e") != visit.scope.epoch:
            return PlainTextResponse(OLD_RIGHTS, 410)
        asker = Asker(visit.token, played_view(given.get("view", "")), visit.scope)
        query = Query.from_parameters(given)
        by_month = query.layer is Layer.OVERDOSES and not visit.scope.sees_health
        version, found = repository.version(asker, query), repository.days(asker, query)
        make = _steps_by_month if by_month else _steps_by_day
        body = kept.get(visit.scope.key, (version, query.digest()), lambda: packed(make(found, query)))
        return Response(body, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})

    return router


def _steps_by_day(found: Entries, query: Query) -> Steps:
    first = int((np.datetime64(query.period.since) - _EPOCH).astype(int))
    day = found.day.astype(np.int64) - first
    return Steps(day, found.cell, _values(found, query), first, query.period.days, query.resolution)


def _steps_by_month(found: Entries, query: Query) -> Steps:
    """Suppressed counts are of whole months: each stands at its own."""
    first, last = whole_months(query.period)
    if last < first:
        raise BadQuestion("suppressed counts are of whole months: choose a period that holds one")
    months = found.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return Steps(months - first, found.cell, _values(found, query), first, last - first + 1, query.resolution)


def _values(found: Entries, query: Query) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return found.kilograms if query.measured is Measured.KILOGRAMS else found.n.astype(np.float64)
