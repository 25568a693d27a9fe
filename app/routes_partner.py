"""Routes of partners' layers: their tiles, and a file that is handed in; each under the sign-in that asks."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from watchfloor.app.identity import Visit, current_visit, same
from watchfloor.app.partner_pictures import AddressTiles
from watchfloor.app.partner_tiles import PartnerOrder, PartnerPainter, layer_id
from watchfloor.app.runtime import Runtime
from watchfloor.app.tile_bundles import MEDIA_TYPE, asked_tiles
from watchfloor.app.tiles import OLD_RIGHTS
from watchfloor.app.turns import Turns
from watchfloor.app.view_id import view_id
from watchfloor.dashboards.choices import PARTNER_ITEMS, PARTNER_PICTURES
from watchfloor.data.repository import Asker
from watchfloor.geo.errors import BadFile, BadQuestion, Busy, Refused
from watchfloor.geo.partner_layers import MOST_FILE_BYTES, PartnerLayer, check_colour
from watchfloor.geo.query import moment
from watchfloor.geo.scope import PrincipalKind
from watchfloor.layers.palettes import Theme

type FormKey = Annotated[str, Header(alias="x-form-key", max_length=100)]

# each is read by a process that may take gigabytes and half an hour
AT_ONCE: Final = 2
WAITED_S: Final = 60.0
BUSY: Final = "files of other people are being read: add yours again in a moment"
OWN_BUSY: Final = "a file of yours is being read: add the next one when it is done"


class PartnerRoutes:
    """The routes, for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._repository = runtime.repository
        self._home = runtime.settings.home
        self._painter = PartnerPainter(runtime.repository)
        self._addressed = AddressTiles()
        self._turns = Turns(AT_ONCE, WAITED_S, BUSY)
        self._adding: set[str] = set()
        self.router = APIRouter(prefix="/partner")
        self.router.add_api_route("/tiles.bundle", self.tiles, methods=["GET"])
        self.router.add_api_route("/layers", self.add, methods=["POST"])

    async def tiles(self, request: Request) -> Response:
        """Many tiles of one layer. Raises BadQuestion if there is none that the asker may see."""
        given = dict(request.query_params)
        visit = current_visit(request)
        if given.get("e") != visit.scope.epoch:
            return PlainTextResponse(OLD_RIGHTS, 410)
        asker = Asker(visit.token, view_id(given.get("view", ""), "a tile"), visit.scope)
        tiles = asked_tiles(given.get("tiles", ""))
        theme: Theme = "light" if given.get("theme") == "light" else "dark"
        code = given.get("code", "")
        if code.startswith((PARTNER_PICTURES, PARTNER_ITEMS)):
            shelf = await run_in_threadpool(self._repository.partner_address, asker, code)
            drawing = self._addressed.bundle(visit.scope.key, shelf, code, tiles, theme)
            return StreamingResponse(drawing, media_type=MEDIA_TYPE)
        known_at = moment(given["known_at"]) if given.get("known_at") else None
        order = PartnerOrder(layer_id(code), theme, known_at)
        pictures = await run_in_threadpool(self._painter.bundle, asker, order, tiles)
        return StreamingResponse(pictures, media_type=MEDIA_TYPE)

    async def add(self, request: Request, form_key: FormKey = "") -> Response:
        """Add the body, a file, as a layer. Raises Refused, Busy, BadFile, BadQuestion.

        The address says: file, its name; name, label (its number) and colour of the layer; layer, which one in the
        file, if it has several.
        """
        given = dict(request.query_params)
        visit = current_visit(request)
        if not same(form_key, visit.form_key):
            raise Refused("the form is not from this sign-in: open the page again")
        if visit.scope.kind not in (PrincipalKind.PERSON, PrincipalKind.SERVICE):
            raise Refused("adding layers is for persons: sign in with an account of your own")
        check_colour(given.get("colour", ""))
        number = _label(given.get("label", ""))
        self._home.mkdir(parents=True, exist_ok=True)
        if visit.seal in self._adding:
            raise Busy(OWN_BUSY)
        self._adding.add(visit.seal)
        try:
            with TemporaryDirectory(prefix="partner-", dir=self._home) as folder:
                path = await _received(request, Path(folder), given.get("file", ""))
                added = await self._turns.take(lambda: self._add(visit, path, number, given))
        finally:
            self._adding.discard(visit.seal)
        return JSONResponse(
            {"id": added.code, "n": added.n, "set_aside": added.set_aside, "notes": list(added.notes[:5])}
        )

    def _add(self, visit: Visit, path: Path, label: int, given: Mapping[str, str]) -> PartnerLayer:
        # its readers take a while to import
        from watchfloor.data.partner.reading import read_partner_file  # noqa: PLC0415

        file = read_partner_file(path, layer=given.get("layer", "")[:200] or None)
        return self._repository.add_partner_layer(
            Asker(visit.token, uuid4()), file, name=given.get("name", "")[:1_000], label=label, colour=given["colour"]
        )


def partner_routes(runtime: Runtime) -> APIRouter:
    """The routes, for the register of the server."""
    return PartnerRoutes(runtime).router


async def _received(request: Request, folder: Path, name: str) -> Path:
    """The body as a file under its own bare name. Raises BadFile if it is empty or too large."""
    bare = os.path.basename(name.replace("\\", "/").replace("\0", ""))[-120:].strip(". ") or "layer"
    path, size = folder / bare, 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_FILE_BYTES:
                raise BadFile(f"{bare}: is larger than {MOST_FILE_BYTES >> 20} MB: take out what is not needed")
            file.write(chunk)
    if not size:
        raise BadFile(f"{bare}: is empty (0 bytes)")
    return path


def _label(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) < 1 << 15):
        raise BadQuestion("choose who may see it: the marking")
    return int(text)
