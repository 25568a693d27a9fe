"""What a page asks of its sign-in: does it stand, a hand was there, lock it, end it."""

from typing import Annotated

from fastapi import APIRouter, Form, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from watchfloor.app.guard import Guarded
from watchfloor.app.identity import Visit, current_visit, same
from watchfloor.geo.errors import Refused

type FormKey = Annotated[str, Header(alias="x-form-key", max_length=100)]


def session_routes(server: Guarded) -> APIRouter:
    """The routes, for this server."""
    router = APIRouter()

    @router.get("/session")
    def session(request: Request) -> Response:
        return JSONResponse({"seal": current_visit(request).seal})

    @router.post("/session/touch")
    def touch(request: Request, form_key: FormKey = "") -> Response:
        # the guard has noted the hand behind this request already
        return JSONResponse({"seal": _checked(request, form_key).seal})

    @router.post("/session/lock")
    async def lock(request: Request, form_key: FormKey = "") -> Response:
        await _end(server, _checked(request, form_key))
        answer = JSONResponse({})
        server.cookies.drop(answer, server.cookies.session)
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request, form_key: Annotated[str, Form(max_length=100)] = "") -> Response:
        await _end(server, _checked(request, form_key))
        answer = RedirectResponse("/sign-in", 303)
        answer.headers["clear-site-data"] = '"cache", "storage"'
        for name in (server.cookies.session, server.cookies.account):
            server.cookies.drop(answer, name)
        return answer

    return router


def _checked(request: Request, form_key: str) -> Visit:
    visit = current_visit(request)
    if not same(form_key, visit.form_key):
        raise Refused("the form is not from this sign-in: open the page again")
    return visit


async def _end(server: Guarded, visit: Visit) -> None:
    await run_in_threadpool(server.gate.revoke, visit.token)
    await server.sockets.cut(visit.token)
