"""Asks the server of these settings, on this machine, how it is: for containers and for `watchfloor doctor`.

python -m watchfloor.app.health_probe exits with 0 if the server is ready.
"""

import http.client
import ssl
import sys
from urllib.parse import urlsplit

from watchfloor.app.settings import DEFAULT_PORT, Settings, load_settings

PATIENCE_S = 5.0


def probe(settings: Settings, path: str) -> str | None:
    """First line of the server's answer; None if no such server answers.

    Behind a named proxy the server answers nobody else, so that nothing can be said there: None.
    """
    host = settings.host if settings.host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104
    port = settings.port or DEFAULT_PORT
    connection = _connection(host, port, is_secure=settings.tls_cert is not None)
    try:
        name = urlsplit(settings.public_url or "").netloc or f"127.0.0.1:{port}"
        connection.request("GET", path, headers={"Host": name})
        answer = connection.getresponse()
        return answer.read(200).decode("utf-8", "replace").partition("\n")[0].strip() if answer.status < 600 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _connection(host: str, port: int, *, is_secure: bool) -> http.client.HTTPConnection:
    if not is_secure:
        return http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    # our own machine under a name of its own: who answers is not in doubt, only whether
    context = ssl._create_unverified_context()  # noqa: S323
    return http.client.HTTPSConnection(host, port, timeout=PATIENCE_S, context=context)


if __name__ == "__main__":
    said = probe(load_settings(), "/readyz")
    sys.stdout.write(f"{said or 'no server answers'}\n")
    sys.exit(said != "ready")
