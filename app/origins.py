"""Where requests may come from: our own names only, our own pages only, the named proxy only."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope as AsgiScope

from watchfloor.app.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD"})
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins that are ours, as a browser writes them; `proxy` is the only peer if there is one."""

    allowed: frozenset[str]
    proxy: IPv4Network | IPv6Network | None = None
    hosts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hosts", frozenset(urlsplit(origin).netloc for origin in self.allowed))

    @classmethod
    def of(cls, settings: Settings, port: int) -> "Origins":
        """The origins of a server that listens on this port."""
        if settings.public_url is not None:
            proxy = ip_network(settings.trusted_proxy) if settings.trusted_proxy else None
            return cls(frozenset({settings.public_url}), proxy)
        return cls(frozenset(f"http://{name}:{port}" for name in LOOPBACK_NAMES))

    def refusal(self, scope: AsgiScope) -> Refusal | None:
        """Why this request or websocket is not answered; None if it may go on.

        Host is checked against rebinding of a foreign name to our address; Origin and Sec-Fetch-Site, which
        no page can forge, against requests that a foreign page sends with our cookies.
        """
        headers = Headers(scope=scope)
        if self.proxy is not None and not self._is_from_proxy(scope, headers):
            return Refusal(403, "this server answers its proxy only, over TLS")
        if headers.get("host", "").lower() not in self.hosts:
            return Refusal(421, "this server does not go by that name")
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and origin.lower() not in self.allowed:
            return Refusal(403, "requests from other sites are refused")
        is_changing = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if is_changing and origin is None and site != "same-origin":
            return Refusal(403, "the request does not say that it comes from this site")
        if site in {"cross-site", "same-site"} and not _is_visit(scope, headers):
            return Refusal(403, "requests from other sites are refused")
        return None

    def client(self, scope: AsgiScope) -> str:
        """Address of the person's machine: the last one that the proxy added, or the peer."""
        if self.proxy is not None:
            return Headers(scope=scope).get("x-forwarded-for", "").rpartition(",")[2].strip() or "proxy"
        return _peer(scope)

    def _is_from_proxy(self, scope: AsgiScope, headers: Headers) -> bool:
        peer = _peer(scope)
        is_proxy = peer != "" and self.proxy is not None and ip_address(peer) in self.proxy
        return is_proxy and headers.get("x-forwarded-proto", "https") in {"https", "wss"}


def _is_visit(scope: AsgiScope, headers: Headers) -> bool:
    """Whether a person followed a link to us from elsewhere, in a window of its own."""
    return (
        scope["type"] == "http"
        and scope["method"] in SAFE_METHODS
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _peer(scope: AsgiScope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
