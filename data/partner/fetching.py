"""One answer of a partner's server, in bounds: of the host on the list, of the kind that was asked for, in time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import httpx

from watchfloor.data.partner.addresses import PartnerAddress, origin_of
from watchfloor.geo.errors import PartnerFault

PICTURES: Final = ("image/png", "image/jpeg")
JSON: Final = ("application/geo+json", "application/json")
XML: Final = ("text/xml", "application/xml", "application/vnd.ogc.")
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an answer may be: media types, bytes, seconds in all and until the next piece of it."""

    types: tuple[str, ...]
    most_bytes: int
    seconds: float = 12.0
    silence_s: float = 5.0


PICTURE: Final = Bounds(PICTURES, 4 * 2**20)
CAPABILITIES: Final = Bounds(XML, 16 * 2**20)
ITEMS: Final = Bounds(JSON, 64 * 2**20, seconds=60.0)


class Fetcher:
    """Asks servers of partners: follows no redirect, takes no proxy and no secret from the environment."""

    def __init__(self) -> None:
        self._client = httpx.Client(
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(5.0, connect=3.0),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8),
            headers={"user-agent": "Watchfloor", "accept-encoding": "identity"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._client.close()

    def fetch(
        self, address: PartnerAddress, url: str, bounds: Bounds, *, params: Mapping[str, str] | None = None
    ) -> bytes:
        """The body of an answer. Raises PartnerFault, which says what was wrong with it."""
        if origin_of(url) != address.origin:
            raise PartnerFault("it leads to another host than the one on the list", is_cut=False)
        until = time.monotonic() + bounds.seconds
        whole = httpx.URL(url).copy_merge_params(dict(params or {}))
        headers = {"accept": ", ".join(bounds.types[:2])}
        try:
            with self._client.stream("GET", whole, headers=headers, timeout=self._timeout(bounds)) as answer:
                _check_head(answer, bounds)
                return _body(answer, bounds, until)
        except httpx.TimeoutException as error:
            raise PartnerFault("it does not answer in time", is_cut=True) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise PartnerFault("it cannot be reached", is_cut=True) from error

    @staticmethod
    def _timeout(bounds: Bounds) -> httpx.Timeout:
        return httpx.Timeout(bounds.silence_s, connect=3.0)


def _check_head(answer: httpx.Response, bounds: Bounds) -> None:
    if answer.is_redirect:
        raise PartnerFault("it sends us elsewhere, which is not followed", is_cut=False)
    if answer.status_code != _OK:
        raise PartnerFault(f"it answers with status {answer.status_code}", is_cut=answer.status_code >= 500)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith(bounds.types):
        raise PartnerFault(f"it answers with {kind[:60] or 'no media type'!r}, not with what was asked", is_cut=False)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise PartnerFault("it answers compressed, which was not asked", is_cut=False)
    claimed = answer.headers.get("content-length", "0")
    if claimed.isdecimal() and int(claimed) > bounds.most_bytes:
        raise PartnerFault(f"its answer is larger than {bounds.most_bytes >> 20} MB", is_cut=False)


def _body(answer: httpx.Response, bounds: Bounds, until: float) -> bytes:
    parts, size = [], 0
    for part in answer.iter_raw():
        size += len(part)
        if size > bounds.most_bytes:
            raise PartnerFault(f"its answer is larger than {bounds.most_bytes >> 20} MB", is_cut=False)
        if time.monotonic() > until:
            raise PartnerFault("its answer takes too long", is_cut=True)
        parts.append(part)
    return b"".join(parts)
