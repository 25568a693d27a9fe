"""Whether the server lives, whether it can answer, and what it has done: for whoever watches it."""

from ipaddress import ip_address

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from watchfloor.app.drawers import Drawers
from watchfloor.app.health_metrics import Metrics
from watchfloor.app.identity import same
from watchfloor.app.settings import Settings
from watchfloor.data.door import Door, new_token
from watchfloor.geo.errors import NotSignedIn, Refused, StoreUnavailable


def health_routes(door: Door, settings: Settings, metrics: Metrics, drawers: Drawers | None = None) -> APIRouter:
    """The routes /healthz, /readyz and /metrics; none of them names an account or a record."""
    # a server without them draws itself, and is ready
    beside = drawers.said if drawers else str
    router = APIRouter()

    @router.get("/healthz")
    def live() -> Response:
        return PlainTextResponse("live\n" + beside())

    @router.get("/readyz")
    def ready() -> Response:
        if is_ready(door):
            return PlainTextResponse("ready\n" + beside())
        return PlainTextResponse("the store does not answer\n", 503)

    @router.get("/metrics")
    def read_metrics(request: Request) -> Response:
        _check_reader(request, settings)
        text, media_type = metrics.exposed(is_store_up=is_ready(door))
        return Response(text, media_type=media_type)

    return router


def is_ready(door: Door) -> bool:
    """Whether the store answers."""
    try:
        door.peek(new_token())
    except NotSignedIn:
        # nobody has that token: the store looked, so it answers
        return True
    except StoreUnavailable:
        pass
    return False


def _check_reader(request: Request, settings: Settings) -> None:
    """Raises Refused unless the request brings the token, or comes from a machine that nobody else can reach us by.

    Beyond loopback a proxy may stand on this very machine, and its requests come from loopback too.
    """
    if settings.metrics_token is not None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and same(given, settings.metrics_token.get_secret_value()):
            return
        raise Refused("the metrics need the token of WATCHFLOOR_METRICS_TOKEN")
    peer = request.client.host if request.client else ""
    if settings.is_exposed or not peer or not ip_address(peer).is_loopback:
        raise Refused("the metrics are for this machine; set WATCHFLOOR_METRICS_TOKEN to read them from elsewhere")
