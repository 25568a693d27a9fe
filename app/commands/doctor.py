"""watchfloor doctor: what is wrong with this machine or store, and what to do."""

import errno
import os
import socket
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import psycopg
import typer

from watchfloor.app.commands.terminal import AsJson, put, put_json
from watchfloor.app.health_probe import probe
from watchfloor.app.logs import start_logs
from watchfloor.app.runtime import running_database
from watchfloor.app.settings import DEFAULT_PORT, Settings, load_settings
from watchfloor.data.address import Role
from watchfloor.data.checks import Expected, Finding, check_store
from watchfloor.data.checks_machine import check_home
from watchfloor.data.cluster_files import locate
from watchfloor.geo.errors import BadInput, StoreUnavailable

SOON = timedelta(days=30)


def doctor(as_json: AsJson = False) -> None:
    """Say what is wrong with this machine or store, and what to do. Exit code 1 if something is.

    It mends nothing. A store that does not run is started for the time of the look.
    """
    try:
        settings = load_settings()
    except BadInput as error:
        _report([Finding("settings", str(error), "mend the environment variable (docs/settings.md)")], as_json)
        return
    found = [*check_home(settings.home, is_external=settings.database_url is not None), *check_port(settings)]
    found += check_certificate(settings)
    if not any(finding.is_fault and finding.check in {"home", "postgresql"} for finding in found):
        found += _store(settings)
    _report(found, as_json)


def check_port(settings: Settings) -> list[Finding]:
    """Whether the port is free, or taken by our own server."""
    port = settings.port or DEFAULT_PORT
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return [Finding("port", f"{settings.host} port {port}: {os.strerror(error.errno or 0)}", _OTHER_PORT)]
        else:
            return []
    if probe(settings, "/healthz") == "live":
        return []
    says = f"port {port} is taken by another program"
    return [Finding("port", says, _OTHER_PORT, is_fault=settings.port is not None)]


def check_certificate(settings: Settings) -> list[Finding]:
    """Whether the certificate can be read and holds for a while yet."""
    if settings.tls_cert is None:
        return []
    # only those who serve TLS need it
    from cryptography import x509  # noqa: PLC0415

    try:
        ends = x509.load_pem_x509_certificate(settings.tls_cert.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        return [Finding("certificate", f"{settings.tls_cert} cannot be read: {error}", "put a PEM certificate there")]
    now = datetime.now(UTC)
    if ends > now + SOON:
        return []
    says = f"the certificate {'ended' if ends <= now else 'ends'} on {ends:%Y-%m-%d}"
    return [Finding("certificate", says, "put a new one in its place and restart", is_fault=ends <= now)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


_OTHER_PORT = "choose another with WATCHFLOOR_PORT, or end the other program"


def _store(settings: Settings) -> list[Finding]:
    if settings.database_url is None and not locate(settings.home).is_created:
        says = f"there is no store in {settings.home} yet"
        return [Finding("store", says, "make it: `watchfloor db upgrade`, or `watchfloor serve`", is_fault=False)]
    start_logs(settings.home, settings.log_level)
    expected = Expected(settings.kind, settings.is_exposed)
    try:
        with (
            running_database(settings) as address,
            psycopg.connect(address.conninfo(Role.OWNER), connect_timeout=10) as connection,
        ):
            connection.execute("SET TRANSACTION READ ONLY")
            return check_store(connection, expected)
    except (StoreUnavailable, psycopg.OperationalError) as error:
        sentence = str(error).splitlines()[0]
        return [Finding("store", f"the database does not answer: {sentence}", "see its log: `watchfloor db status`")]


def _report(found: list[Finding], as_json: bool) -> None:
    faults = sum(finding.is_fault for finding in found)
    if as_json:
        put_json({"is_well": faults == 0, "findings": [asdict(finding) for finding in found]})
    else:
        for finding in sorted(found, key=lambda finding: not finding.is_fault):
            put(f"{'FAULT' if finding.is_fault else 'note '}  {finding.check}: {finding.says}.\n       {finding.do}.")
        put("All is well." if not found else f"{faults} to mend, {len(found) - faults} to know.")
    if faults:
        raise typer.Exit(1)
