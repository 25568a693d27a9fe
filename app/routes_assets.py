"""Our own files for pages: style, script, signs. Open, because the sign-in page needs them."""

from fastapi import APIRouter
from starlette.responses import Response

from watchfloor.dashboards.templates import asset
from watchfloor.dashboards.theme import stylesheet

_FILES = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "mark.svg": "image/svg+xml",
    "hexes.svg": "image/svg+xml",
}


def asset_routes() -> APIRouter:
    """The routes; files are read once."""
    router = APIRouter(prefix="/assets")
    contents = {name: (asset(name), kind) for name, kind in _FILES.items()}
    contents["theme.css"] = (stylesheet(), "text/css")

    @router.get("/{name}")
    def file(name: str) -> Response:
        if name not in contents:
            return Response(status_code=404)
        text, kind = contents[name]
        return Response(text, media_type=kind, headers={"cache-control": "no-cache"})

    return router
