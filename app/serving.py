"""The running server: port taken first, store opened, application served, all of it stopped again."""

import asyncio
import errno
import gc
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType

import structlog
import uvicorn

from watchfloor.app.accounts import usable_demo_accounts
from watchfloor.app.commands.terminal import Progress, put
from watchfloor.app.runtime import Runtime, load_exercise_if_empty, open_runtime
from watchfloor.app.settings import DEFAULT_PORT, Settings
from watchfloor.app.track_keeper import TrackKeeper
from watchfloor.data.exercise.cast import ACCOUNTS, DEMO_PASSWORD
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadInput, Refused
from watchfloor.geo.scope import PrincipalKind

log = structlog.get_logger(__name__)

PORTS_TRIED = 20
GRACE_S = 2


def serve_until_stopped(settings: Settings, progress: Progress) -> None:
    """Serve until Ctrl-C, SIGTERM or a closed terminal.

    Raises BadInput if the port cannot be had, Refused if what is asked for would not be safe.
    """
    _check_certificate(settings)
    with _stop_signals(), _listening(settings) as listener:
        port = int(listener.getsockname()[1])
        try:
            with open_runtime(settings, progress, lambda: _load_program(progress)) as runtime:
                _refuse_open_demo(runtime)
                load_exercise_if_empty(runtime, progress)
                progress("Starting the server")
                from watchfloor.app.drawers import Drawers  # noqa: PLC0415
                from watchfloor.app.server import create_app  # noqa: PLC0415

                with TrackKeeper(runtime), Drawers(runtime, port, settings.drawers) as drawers:
                    app = create_app(runtime, port, drawers if drawers.n else None)
                    # what stands now stands for ever: no collection needs to walk through all libraries
                    gc.freeze()
                    _Server(_config(settings, app), lambda: _announce(runtime, port, progress)).run(sockets=[listener])
        except KeyboardInterrupt:
            progress.done()
        put("Stopped.")


def _load_program(progress: Progress) -> None:
    """Import what takes seconds, while the database starts."""
    progress("Loading the program")
    import_module("watchfloor.app.server")


class _Server(uvicorn.Server):
    """uvicorn, telling when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        start_busy_clock()
        if self.started:
            await asyncio.to_thread(self._on_ready)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and end the open pages also when a second Ctrl-C would not wait.

        uvicorn leaves them as they are then: their clocks would go on and ask for threads when there are none any more.
        """
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()


def start_busy_clock() -> None:
    """Start, on the event loop, the clock by which Panel forgets what was busy.

    A page would start it from a worker's thread, and look for the loop from there for ever, with a whole processor.
    """
    import_module("panel.io.state").state._schedule_busy_cleanup()


def _config(settings: Settings, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        server_header=False,
        # the guard itself reads what a trusted proxy adds, and refuses any other peer
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )


def _check_certificate(settings: Settings) -> None:
    if settings.tls_cert is None:
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(settings.tls_cert, settings.tls_key)
    except OSError as error:
        raise BadInput(
            f"certificate {settings.tls_cert} and key {settings.tls_key} cannot be used: {error.strerror or error}"
        ) from error


def _refuse_open_demo(runtime: Runtime) -> None:
    if not runtime.settings.is_exposed:
        return
    names = usable_demo_accounts(runtime.address)
    if names:
        raise Refused(
            f"this store has exercise accounts whose password is printed everywhere ({', '.join(names)}): "
            "end them with `watchfloor db retire-demo` before you serve beyond this machine"
        )


def _announce(runtime: Runtime, port: int, progress: Progress) -> None:
    progress.done()
    settings = runtime.settings
    address = settings.public_url or f"http://{settings.host}:{port}"
    put(f"\nWatchfloor is ready at {address}   {runtime.kind} store in {settings.home}")
    if settings.port is None and port != DEFAULT_PORT:
        put(f"(port {DEFAULT_PORT} is taken)")
    if runtime.kind is StoreKind.EXERCISE and not settings.is_exposed:
        put(f"\nExercise accounts, password {DEMO_PASSWORD!r}:")
        for account in ACCOUNTS:
            if account.kind is PrincipalKind.PERSON:
                put(f"  {account.name:<14} {account.display_name}")
    put("\nCtrl-C stops the server and what it started.")
    log.info("ready", port=port, kind=runtime.kind.value)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    wanted = [settings.port] if settings.port else range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in wanted:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, port))
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise BadInput(f"cannot listen on {settings.host} port {port}: {error.strerror}") from error
            continue
        with listener:
            yield listener
        return
    taken = f"port {wanted[0]} is" if len(wanted) == 1 else f"ports {wanted[0]} to {wanted[-1]} are"
    raise BadInput(f"{taken} taken: choose another with WATCHFLOOR_PORT or --port")


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Every way to stop ends like Ctrl-C, so that what was started is stopped in order.

    uvicorn stops by itself on the first signal and then raises it once more: by default SIGTERM would end
    the process at once and leave the database running.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def hang_up(number: int, frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGTERM)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, interrupt),
        signal.SIGTERM: signal.signal(signal.SIGTERM, interrupt),
        signal.SIGHUP: signal.signal(signal.SIGHUP, hang_up),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
