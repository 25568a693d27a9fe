"""Tracks of a period to be played: one compact picture a step of all that the map shows, several in one answer."""

import json
import os
import struct
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from watchfloor.app.identity import current_visit
from watchfloor.app.played_order import PlayedOrder
from watchfloor.app.tiles import OLD_RIGHTS
from watchfloor.data.cache import AnswerCache
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.tracks.view import TrackView
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.scope import Scope
from watchfloor.geo.track_levels import PASSAGES
from watchfloor.layers.played_tracks import Shade, packed_step
from watchfloor.layers.tracks import ring_at

DRAWN_BYTES = 128 * 2**20
_SIZE = struct.Struct("<I")


class Player:
    """Draws steps for one server process; keeps what was drawn."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._drawn = AnswerCache(DRAWN_BYTES)
        self._drawers = ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="play")

    def parts(self, asker: Asker, scope: Scope, order: PlayedOrder) -> Iterator[bytes]:
        """A head, then each step as soon as it is drawn, each with its size before it.

        Raises NotSignedIn, StoreUnavailable, BadQuestion, TooManyRows before the first.
        """
        self._repository.note_view(asker, order.query, ["tracks", "played"])
        views = self._repository.tracks_played(asker, order.query, order.first, order.n)
        zoom, steps = order.frame.zoom, order.steps
        shade = Shade(self._repository.tracks_scale(asker, order.query, zoom), order.theme, zoom)
        head = {"first_s": steps.first_s, "step_s": steps.step_s, "n": steps.n, "most": shade.most}

        def draw(number: int, view: TrackView) -> bytes:
            counted = (view.n_drawn, view.n_fixes)
            tiles = (view.tile(place, PASSAGES, ring=ring_at(zoom)) for place in order.frame.places)
            key = (number, view.stamp, order.frame, shade)
            return self._drawn.get(scope.key, key, lambda: packed_step(number, counted, tiles, shade))

        drawing = [self._drawers.submit(draw, number, view) for number, view in enumerate(views, order.first)]
        return _sent(json.dumps(head).encode(), drawing)


def _sent(head: bytes, drawing: list[Future[bytes]]) -> Iterator[bytes]:
    """What was drawn, in its order; when nobody listens any more, drawing ends."""
    try:
        yield sized(head)
        for one in drawing:
            yield sized(one.result())
    finally:
        for waiting in drawing:
            waiting.cancel()


def sized(part: bytes) -> bytes:
    """A part of the answer, behind its size."""
    return _SIZE.pack(len(part)) + part


def add_played_tracks(router: APIRouter, repository: Repository) -> None:
    """The route, beside others."""
    player = Player(repository)

    @router.get("/play/tracks")
    def tracks(request: Request) -> Response:
        given, visit = dict(request.query_params), current_visit(request)
        if given.get("e") != visit.scope.epoch:
            return PlainTextResponse(OLD_RIGHTS, 410)
        order = PlayedOrder.of(given)
        asker = Asker(visit.token, played_view(given.get("view", "")), visit.scope)
        parts = player.parts(asker, visit.scope, order)
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(parts, media_type="application/octet-stream", headers=headers)


def played_view(text: str) -> UUID:
    """The view in which a period is played. Raises BadQuestion."""
    try:
        return UUID(text)
    except ValueError as error:
        raise BadQuestion("a period is played in a view: the address lacks it") from error
