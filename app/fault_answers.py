"""What a program or a person is told when a request ends in an error; nothing of the error itself but our own words."""

import secrets
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watchfloor.app.headers import protect
from watchfloor.app.identity import NONCE
from watchfloor.app.notices import notice, status_of
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import Busy, WatchfloorError

BUSY_S = 5

log = structlog.get_logger(__name__)


def add_fault_answers(app: FastAPI, kind: StoreKind, *, is_secure: bool) -> None:
    """Answer errors of every route of the application."""

    @app.exception_handler(WatchfloorError)
    def ours(request: Request, error: WatchfloorError) -> Response:
        answer = notice(request.scope, status_of(error), str(error), kind)
        if isinstance(error, Busy):
            answer.headers["retry-after"] = str(BUSY_S)
        return answer

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        places = ", ".join(".".join(str(part) for part in fault["loc"]) for fault in error.errors())
        return notice(request.scope, 400, f"the request cannot be read: {places}", kind)

    @app.exception_handler(HTTPException)
    def missing(request: Request, error: HTTPException) -> Response:
        text = "there is nothing at this address" if error.status_code == HTTPStatus.NOT_FOUND else error.detail
        return notice(request.scope, error.status_code, text, kind)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        # this answer is given outside of the shield, so it takes its headers here
        reference = secrets.token_hex(4)
        log.error("unexpected fault", reference=reference, path=request.url.path, exc_info=error)
        text = "something went wrong on the server; the rest goes on working"
        answer = notice(request.scope, 500, text, kind, reference=reference)
        nonce = request.scope.get("state", {}).get(NONCE, "")
        protect(MutableHeaders(raw=answer.raw_headers), nonce, is_secure=is_secure)
        return answer
