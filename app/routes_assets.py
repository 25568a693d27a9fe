"""Our own files for pages: styles, scripts, signs. Open, because the sign-in page needs them."""

from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from watchfloor.dashboards.templates import asset
from watchfloor.dashboards.theme import stylesheet

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def asset_routes() -> APIRouter:
    """The routes: every style, script and sign beside the pages' code, read once."""
    router = APIRouter(prefix="/assets")
    contents = {"theme.css": (stylesheet(), _KINDS[".css"])}
    for file in files("watchfloor.dashboards").iterdir():
        kind = next((kind for suffix, kind in _KINDS.items() if file.name.endswith(suffix)), None)
        if kind is not None:
            contents[file.name] = (asset(file.name), kind)

    @router.get("/{name}")
    def serve(name: str) -> Response:
        if name not in contents:
            return Response(status_code=404)
        text, kind = contents[name]
        return Response(text, media_type=kind, headers={"cache-control": "no-cache"})

    return router
