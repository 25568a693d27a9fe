"""A process of its own for the benchmark of live feeds: one that listens, or one that sends."""

import json
import math
import socket
import sys
import time
from functools import reduce
from operator import xor

from pyais.encode import encode_dict

from watchfloor.data.address import ExternalAddress
from watchfloor.data.feeds_store import Wish, register
from watchfloor.data.feeds_watch import Stop
from watchfloor.data.ingest import ais_nmea
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.listener import Listener, Listening
from watchfloor.data.live.receiving import Receiver
from watchfloor.data.live.sources import parse_source
from watchfloor.data.registry import PUBLIC

SHIPS = 3_000
PROBE, PROBE_EVERY_S, TICK_S = 999_000_001, 0.1, 0.02
PROBE_STEP_DEG = 0.01


def listen(url: str, source: str) -> None:
    """Publish what is sent to the source until the input ends; then one line of totals."""
    address, inbox, stop = ExternalAddress(url), Inbox(), Stop()
    feed = register(address, Wish(source, "ais-nmea", source, PUBLIC, "bench", every_s=5.0, is_live=True))
    with Receiver(parse_source(source), inbox) as entrance:
        order = Order(ais_nmea.FORMAT, PUBLIC, "bench")
        given = Listening(source, feed, order, lambda: entrance.fault, lambda: entrance.overlong, entrance.close)
        print("listening", flush=True)
        listener = Listener(address, given, inbox, stop, lambda text: print(text, file=sys.stderr))
        heed_input(stop)
        began = time.process_time()
        totals = listener.run()
        cpu = time.process_time() - began
    print(
        json.dumps({"cpu": cpu, "heard": totals.heard, "dropped": totals.dropped, "loaded": totals.loaded}), flush=True
    )


def heed_input(stop: Stop) -> None:
    """Stop when whoever started us closes our input."""
    import threading  # noqa: PLC0415

    def wait() -> None:
        sys.stdin.read()
        stop.is_set = True

    threading.Thread(target=wait, daemon=True).start()


def send(port: int, rate: float, seconds: float, lat: float) -> None:
    """Send so many positions a second of SHIPS ships, and probes along a parallel; then the moments of the probes."""
    ready = [payload(200_000_000 + ship, ship * 0.01, 10 + ship % 400 / 10) for ship in range(SHIPS)]
    sent, n, probes = {}, 0, 0
    with socket.create_connection(("127.0.0.1", port)) as out:
        began = time.time()
        while (passed := time.time() - began) < seconds:
            lines = [tagged(ready[i % SHIPS], time.time()) for i in range(n, math.floor(passed * rate))]
            n += len(lines)
            if passed >= probes * PROBE_EVERY_S:
                at = time.time()
                lines.append(tagged(payload(PROBE, probes * PROBE_STEP_DEG, lat), at))
                sent[probes] = at
                probes += 1
            out.sendall(b"".join(lines))
            time.sleep(TICK_S)
        took = time.time() - began
    print(json.dumps({"sent": n, "seconds": took, "probes": sent}), flush=True)


def payload(mmsi: int, lon: float, lat: float) -> str:
    """The sentence of a position."""
    said = {"type": 1, "mmsi": mmsi, "lon": lon % 180, "lat": lat, "speed": 9.5, "course": 80.0, "heading": 80}
    return str(encode_dict(said, sentence_type="VDM")[0])


def tagged(sentence: str, at: float) -> bytes:
    """The sentence with its moment, to the millisecond."""
    block = f"c:{int(at * 1000)}"
    return f"\\{block}*{reduce(xor, block.encode()):02X}\\{sentence}\r\n".encode()


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        listen(sys.argv[2], sys.argv[3])
    else:
        send(int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
