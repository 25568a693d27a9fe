"""Whether the server lives, and whether it can answer: one word each, for whoever watches it."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from watchfloor.data.door import Door, new_token
from watchfloor.geo.errors import NotSignedIn, StoreUnavailable


def health_routes(door: Door) -> APIRouter:
    """The routes, asking the store through this door."""
    router = APIRouter()

    @router.get("/health/live")
    def live() -> Response:
        return PlainTextResponse("live\n")

    @router.get("/health/ready")
    def ready() -> Response:
        try:
            door.peek(new_token())
        except NotSignedIn:
            # nobody has that token: the store looked, so it answers
            return PlainTextResponse("ready\n")
        except StoreUnavailable:
            pass
        return PlainTextResponse("the store does not answer\n", 503)

    return router
