"""Receives lines into the inbox, in a thread of its own: as a client of TCP, a server of TCP, or from datagrams.

Nothing here waits for who publishes: the inbox drops its oldest lines instead, and the sender is never held up.
"""

import asyncio
import itertools
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Self

from watchfloor.data.ingest.nmea_sentences import LONGEST_LINE
from watchfloor.data.live.inbox import Inbox, Splitter
from watchfloor.data.live.sources import Source, Way
from watchfloor.geo.errors import BadQuestion

MOST_SENDERS = 16
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0
CONNECT_WITHIN_S = 10.0
# what the system holds for us while we are not looking: some seconds of a busy feed
BUFFER_BYTES = 4 * 2**20


class Receiver:
    """Receives from one source while it is open. Raises BadQuestion on entering if the address cannot be used.

    fault: what is wrong with the connection now, in one sentence; empty if nothing is. overlong: lines left out.
    """

    def __init__(self, source: Source, inbox: Inbox) -> None:
        self._source, self._inbox = source, inbox
        self._thread = threading.Thread(target=self._run, name="receiver", daemon=True)
        self._started: Future[None] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._peers = itertools.count(1)
        self._streams: dict[int, _Stream] = {}
        self.fault = ""
        self.overlong = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Receive nothing more."""
        if self._loop is not None and self._stop is not None:
            # the loop may have ended by itself
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=10)
        self._inbox.end()

    def _run(self) -> None:
        try:
            asyncio.run(self._receive())
        except OSError as error:
            said = BadQuestion(f"{self._source} cannot be opened: {error.strerror or type(error).__name__}")
            if self._started.done():
                self.fault = str(said)
            else:
                self._started.set_exception(said)

    async def _receive(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if self._source.way is Way.TCP:
            self._started.set_result(None)
            await self._call(self._stop)
            return
        closing = await (self._listen() if self._source.way is Way.TCP_LISTEN else self._datagrams())
        self._started.set_result(None)
        await self._stop.wait()
        closing()
        self._close_all()

    async def _listen(self) -> Callable[[], None]:
        server = await asyncio.get_running_loop().create_server(
            self._stream, self._source.host, self._source.port, reuse_address=True
        )
        return server.close

    async def _datagrams(self) -> Callable[[], None]:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=(self._source.host, self._source.port)
        )
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        return transport.close

    async def _call(self, stop: asyncio.Event) -> None:
        """Connect, and again at growing intervals when the connection ends."""
        wait, loop = FIRST_WAIT_S, asyncio.get_running_loop()
        while not stop.is_set():
            try:
                async with asyncio.timeout(CONNECT_WITHIN_S):
                    _, stream = await loop.create_connection(self._stream, self._source.host, self._source.port)
            except (OSError, TimeoutError) as error:
                said = getattr(error, "strerror", None) or "no answer"
                self.fault = f"{self._source} cannot be reached: {said}"
            else:
                self.fault, began = "", time.monotonic()
                await _first(stop, stream.lost)
                self._close_all()
                self.fault = f"{self._source} ended the connection"
                wait = FIRST_WAIT_S if time.monotonic() - began > LONGEST_WAIT_S else wait
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await stop.wait()
            wait = min(2 * wait, LONGEST_WAIT_S)

    def _stream(self) -> "_Stream":
        return _Stream(self, next(self._peers))

    def _close_all(self) -> None:
        for stream in list(self._streams.values()):
            stream.close()

    # ------------------------------------------------------------ what the connections call
    def opened(self, stream: "_Stream") -> None:
        """A sender is connected; where there are too many, the one that has been silent longest goes."""
        self._streams[stream.peer] = stream
        if len(self._streams) > MOST_SENDERS:
            min(self._streams.values(), key=lambda one: one.heard_at).close()

    def closed(self, stream: "_Stream") -> None:
        """A sender is gone."""
        self._streams.pop(stream.peer, None)

    def take(self, lines: list[bytes], peer: int, overlong: int) -> None:
        """Lines have come."""
        self.overlong += overlong
        self._inbox.put(lines, peer)


class _Stream(asyncio.Protocol):
    """One connection of TCP, whichever side began it."""

    def __init__(self, receiver: Receiver, peer: int) -> None:
        self._receiver, self.peer = receiver, peer
        self._splitter = Splitter()
        self._transport: asyncio.Transport | None = None
        self.heard_at = time.monotonic()
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # a sender that lost its power says nothing: the system finds out
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._receiver.opened(self)

    def data_received(self, data: bytes) -> None:
        self.heard_at = time.monotonic()
        before = self._splitter.overlong
        lines = self._splitter.lines(data)
        self._receiver.take(lines, self.peer, self._splitter.overlong - before)

    def connection_lost(self, exc: Exception | None) -> None:
        self._receiver.closed(self)
        self.lost.set()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


class _Datagrams(asyncio.DatagramProtocol):
    """Datagrams, each of whole lines."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def datagram_received(self, data: bytes, addr: object) -> None:
        whole = [line for line in data.split(b"\n") if line and not line.isspace()]
        lines = [line for line in whole if len(line) <= LONGEST_LINE]
        self._receiver.take(lines, 0, len(whole) - len(lines))

    def error_received(self, exc: Exception) -> None:
        """Of datagrams that we would have sent: we send none."""


async def _first(*events: asyncio.Event) -> None:
    tasks = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
