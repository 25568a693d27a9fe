"""The server: one ASGI application of routes, Panel's pages and the two layers around them."""

import secrets
from collections.abc import Callable

import panel as pn
from fastapi import APIRouter, FastAPI
from panel.io.fastapi import add_applications
from panel.io.resources import DIST_DIR, JS_VERSION
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from watchfloor.app.drawers import Drawers
from watchfloor.app.fault_answers import add_fault_answers
from watchfloor.app.forwarding import Forwarding
from watchfloor.app.guard import Guard, Guarded
from watchfloor.app.health import health_routes
from watchfloor.app.health_drawers import DrawerGauges
from watchfloor.app.health_feeds import FeedGauges
from watchfloor.app.health_metrics import Measured, Metrics
from watchfloor.app.identity import SEAL_HEADER, Cookies
from watchfloor.app.origins import Origins
from watchfloor.app.pages import HOME, PAGES, page_applications, page_policy
from watchfloor.app.routes_assets import asset_routes
from watchfloor.app.routes_brief import brief_routes
from watchfloor.app.routes_exports import export_routes
from watchfloor.app.routes_intake import intake_routes
from watchfloor.app.routes_kept import kept_routes
from watchfloor.app.routes_live import live_routes
from watchfloor.app.routes_partner import partner_routes
from watchfloor.app.routes_play import play_routes
from watchfloor.app.routes_session import session_routes
from watchfloor.app.routes_sign_in import SignInRoutes
from watchfloor.app.runtime import Runtime
from watchfloor.app.shield import Shield
from watchfloor.app.sockets import Sockets
from watchfloor.app.tiles import Painter, painter_routes
from watchfloor.dashboards import PANEL_FILES

# a page opens its websocket at once; the token in it is worth nothing afterwards
PAGE_TOKEN_S = 120
# an open tab that loses its connection for a moment finds its state again
UNUSED_PAGE_MS = 60_000
EXTENSIONS = ("tabulator",)

FAMILIES = frozenset({path.strip("/").split("/")[0] for path in PAGES}) | {
    "assets", "brief", "device", "exports", "healthz", "intake", "kept", "live", "metrics", "partner", "play", "readyz",
    "session", "sign-in", "sign-out", "static", "tiles",
}  # fmt: skip

RouterFactory = Callable[[Runtime], APIRouter]
ROUTERS: list[RouterFactory] = [
    live_routes,
    play_routes,
    intake_routes,
    export_routes,
    brief_routes,
    kept_routes,
    partner_routes,
]
"""Routes of other parts (live, play, export, brief): each a function of the runtime that returns its router."""


def create_app(runtime: Runtime, port: int, drawers: Drawers | None = None) -> FastAPI:
    """The application, for a server that listens on this port; drawers: who draws for it."""
    server = Guarded(
        settings=runtime.settings,
        kind=runtime.kind,
        door=runtime.door,
        gate=runtime.gate,
        cookies=Cookies.of(runtime.settings, port),
        origins=Origins.of(runtime.settings, port),
        sockets=Sockets(),
        page_secret=secrets.token_bytes(32),
    )
    # FastAPI's own documentation pages load their scripts from a CDN
    app = FastAPI(title="Watchfloor", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.runtime = runtime
    metrics = Metrics(runtime.settings.home, runtime.kind.value, FAMILIES)
    metrics.add(FeedGauges(runtime.address))
    if drawers is not None:
        metrics.add(DrawerGauges(drawers))
    app.include_router(health_routes(runtime.door, runtime.settings, metrics, drawers))
    app.include_router(painter_routes(Painter(runtime.repository, drawers.sharing if drawers else None)))
    _add_routes(app, runtime, server)
    _add_pages(app, runtime, server)
    # the last one added is the outermost; both must stand outside of Panel's pages
    if drawers is not None:
        app.add_middleware(Forwarding, drawers=drawers)
    app.add_middleware(Guard, server=server)
    app.add_middleware(Shield, origins=server.origins, kind=server.kind, is_secure=server.cookies.is_secure)
    app.add_middleware(Measured, metrics=metrics)
    add_fault_answers(app, server.kind, is_secure=server.cookies.is_secure)
    return app


def _add_routes(app: FastAPI, runtime: Runtime, server: Guarded) -> None:
    @app.get("/")
    def start() -> Response:
        return RedirectResponse(HOME, 303)

    for router in (asset_routes(), SignInRoutes(server).router, session_routes(server)):
        app.include_router(router)
    for make in ROUTERS:
        app.include_router(make(runtime))


def _add_pages(app: FastAPI, runtime: Runtime, server: Guarded) -> None:
    app.mount(f"{PANEL_FILES}{JS_VERSION}/dist", StaticFiles(directory=DIST_DIR), name="panel files")
    pn.extension(*EXTENSIONS, theme="dark", notifications=False)
    add_applications(
        page_applications(runtime),
        app=app,
        title={path: page.title for path, page in PAGES.items()},
        websocket_origin=sorted(server.origins.hosts),
        auth_policy=page_policy(),
        secret_key=server.page_secret,
        sign_sessions=True,
        session_token_expiration=PAGE_TOKEN_S,
        unused_session_lifetime_milliseconds=UNUSED_PAGE_MS,
        check_unused_sessions_milliseconds=15_000,
        # the token stands in the page's HTML: neither cookie nor header of the person may be in it
        include_headers=[SEAL_HEADER],
        include_cookies=[],
        index_enabled=False,
        redirect_root=False,
        ico_path="none",
    )
