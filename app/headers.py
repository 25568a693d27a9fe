"""The headers that every answer bears, pages of Panel included."""

from starlette.datastructures import MutableHeaders

NEVER = "no-store"
# Bokeh's files bear no version in their address: long enough for a person who goes from page to page,
# short enough for an upgrade
LIBRARY = "private, max-age=600"
LIBRARY_VERSIONED = "private, max-age=86400, immutable"


def content_policy(nonce: str) -> str:
    """What a page of ours may load and run: its own, and scripts that bear the nonce of this very answer.

    blob: is for components that bring a module of their own, which Panel loads from a blob; the loading
    asks for it under connect-src too. Styles are inline because Bokeh sets them so.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' blob:",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def protect(headers: MutableHeaders, nonce: str, *, is_secure: bool, keeping: str = NEVER) -> None:
    """Add our headers to an answer; what a route says of caching stands.

    keeping: for how long the browser may keep it if the route says nothing.
    """
    headers["content-security-policy"] = content_policy(nonce)
    headers["x-content-type-options"] = "nosniff"
    headers["x-frame-options"] = "DENY"
    # not no-referrer: under it a form of ours would be sent with "Origin: null", like a foreign one
    headers["referrer-policy"] = "same-origin"
    headers["cross-origin-opener-policy"] = "same-origin"
    headers["cross-origin-resource-policy"] = "same-origin"
    headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
    if is_secure:
        headers["strict-transport-security"] = "max-age=31536000"
    for name in ("access-control-allow-origin", "access-control-allow-credentials"):
        if name in headers:
            del headers[name]
    headers.setdefault("cache-control", keeping)
