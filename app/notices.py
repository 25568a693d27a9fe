"""Answers for requests that go no further: a page for a person, a line of JSON for a program."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope as AsgiScope

from watchfloor.dashboards.templates import rendered
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import (
    BadInput,
    Busy,
    NotSignedIn,
    Refused,
    StaleScope,
    StoreUnavailable,
    TooManyRows,
    WatchfloorError,
)

_STATUS: tuple[tuple[type[WatchfloorError], int], ...] = (
    (NotSignedIn, 401),
    (StaleScope, 409),
    (Refused, 403),
    (TooManyRows, 413),
    (BadInput, 400),
    (Busy, 503),
    (StoreUnavailable, 503),
)


def status_of(error: WatchfloorError) -> int:
    """HTTP status of one of our errors."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def wants_page(scope: AsgiScope) -> bool:
    """Whether a person waits for the answer in a window, and not a script or an image."""
    headers = Headers(scope=scope)
    mode = headers.get("sec-fetch-mode")
    return "text/html" in headers.get("accept", "") and mode in {None, "navigate"}


def notice(
    scope: AsgiScope, status: int, message: str, kind: StoreKind | None = None, *, reference: str = ""
) -> Response:
    """What went wrong and what to do, as a page or as JSON."""
    if not wants_page(scope):
        return JSONResponse({"error": message, "reference": reference or None}, status)
    return HTMLResponse(
        rendered(
            "notice.html",
            title=HTTPStatus(status).phrase,
            status=status,
            message=message[:1].upper() + message[1:] + ("" if message.endswith(".") else "."),
            reference=reference,
            href="/",
            link="Back to the start",
            is_exercise=kind is StoreKind.EXERCISE,
        ),
        status,
    )
