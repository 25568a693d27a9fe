"""Counts and times of one server process for Prometheus: by kind of address, never by account or question."""

import shutil
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST"})
SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"


class Metrics:
    """What is measured; one for each server."""

    def __init__(self, home: Path, kind: str, families: Iterable[str]) -> None:
        """families: first segments of the addresses there are; all others count as one, so that nobody can add any."""
        self._home = home
        self._families = frozenset(families)
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        Info("watchfloor", "Program and store.", registry=self._registry).info(
            {"version": version("watchfloor"), "kind": kind}
        )
        self._requests = Counter(
            "watchfloor_requests",
            "HTTP requests that were answered.",
            ["family", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "watchfloor_request_seconds", "Time to the end of the answer.", ["family"], buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._sockets = Gauge("watchfloor_open_websockets", "Websockets of open pages.", registry=self._registry)
        self._store_up = Gauge("watchfloor_store_up", "1 if the store answers.", registry=self._registry)
        self._free = Gauge("watchfloor_home_free_bytes", "Free bytes on the home's disk.", registry=self._registry)

    def add(self, collector: Collector) -> None:
        """Expose what a collector of another part reads at the moment of asking."""
        self._registry.register(collector)

    def family(self, path: str) -> str:
        """The kind of address."""
        first = path.split("/", 2)[1] if path.startswith("/") else OTHER
        return first if first in self._families else OTHER

    def answered(self, scope: Scope, status: int, seconds: float) -> None:
        """A request has its answer."""
        family = self.family(scope["path"])
        method = scope["method"] if scope["method"] in METHODS else OTHER
        self._requests.labels(family, method, str(status)).inc()
        self._seconds.labels(family).observe(seconds)

    def opened(self) -> None:
        """A websocket was opened."""
        self._sockets.inc()

    def closed(self) -> None:
        """A websocket is gone."""
        self._sockets.dec()

    def exposed(self, *, is_store_up: bool) -> tuple[bytes, str]:
        """The text that Prometheus reads, and its media type."""
        self._store_up.set(is_store_up)
        self._free.set(shutil.disk_usage(self._home).free)
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class Measured:
    """The outermost layer: counts every request, refused ones too."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and note what became of it."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._metrics.answered(scope, status, time.perf_counter() - began)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._metrics.opened()
        try:
            await self._app(scope, receive, send)
        finally:
            self._metrics.closed()
