"""Attachments: taken in as they are sent, handed out as downloads only; under the scope of whoever asks."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from watchfloor.app.identity import Visit, current_visit, same
from watchfloor.app.runtime import Runtime
from watchfloor.data.repository import Asker
from watchfloor.geo.errors import BadFile, BadQuestion, Refused
from watchfloor.geo.kept import MOST_BYTES, About, AboutKind, Kept
from watchfloor.geo.kept_drafts import Sent

type FormKey = Annotated[str, Header(alias="x-form-key", max_length=100)]


class KeptRoutes:
    """The routes, for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._repository = runtime.repository
        self.router = APIRouter(prefix="/kept")
        self.router.add_api_route("/attachments", self.take, methods=["POST"])
        self.router.add_api_route("/attachments/{thing}", self.give, methods=["GET"])

    async def take(
        self, request: Request, about: str = "", label: str = "", name: str = "", form_key: FormKey = ""
    ) -> Response:
        """Keep the body as an attachment about a record. Raises Refused, BadFile, BadQuestion."""
        visit = current_visit(request)
        if not same(form_key, visit.form_key):
            raise Refused("the form is not from this sign-in: open the page again")
        record, number = _about(about), _label(label)
        content = await _received(request, name[:200])
        sent = Sent(name[:1_000], request.headers.get("content-type", ""), content)
        kept = await run_in_threadpool(self._repository.attach, _asker(visit), record, sent, number)
        return JSONResponse({"id": str(kept.id), "sha256": kept.body["sha256"]})

    def give(self, request: Request, thing: str) -> Response:
        """The bytes, as a file to be saved: no browser shows them as a page. Raises BadQuestion."""
        try:
            number = UUID(thing)
        except ValueError as error:
            raise BadQuestion("the address names no attachment") from error
        kept, content = self._repository.attachment(_asker(current_visit(request)), number)
        return Response(content, media_type="application/octet-stream", headers=_as_download(kept))


def kept_routes(runtime: Runtime) -> APIRouter:
    """The routes, for the register of the server."""
    return KeptRoutes(runtime).router


def _as_download(kept: Kept) -> dict[str, str]:
    plain = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._- ") else "_" for letter in kept.name
    )
    return {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(kept.name, safe='')}",
        "x-download-options": "noopen",
        "cache-control": "no-store",
    }


async def _received(request: Request, name: str) -> bytes:
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BYTES:
            raise BadFile(f"{name or 'the file'}: is larger than {MOST_BYTES >> 20} MB: attach a smaller one")
        parts.append(chunk)
    return b"".join(parts)


def _about(text: str) -> About:
    kind, _, thing = text.partition(":")
    if kind not in (AboutKind.CASE, AboutKind.ENTITY):
        raise BadQuestion("an attachment is about a case or an entity: the address names neither")
    return About(AboutKind(kind), thing)


def _label(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) < 1 << 15):
        raise BadQuestion("choose who may see it: the marking")
    return int(text)


def _asker(visit: Visit) -> Asker:
    return Asker(visit.token, uuid4())
