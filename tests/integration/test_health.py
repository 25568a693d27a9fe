"""Health, readiness and metrics: open to those who watch, silent about those who are watched."""

import json
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from watchfloor.app.health import is_ready
from watchfloor.app.health_metrics import Metrics
from watchfloor.app.health_probe import probe
from watchfloor.app.logs import start_logs
from watchfloor.app.settings import Settings
from watchfloor.data.door import Door

HOSTILE = "Zebra'); DROP TABLE x;-- =cmd()"
TOKEN = "a-token-of-more-than-thirty-two-letters"
PROXIED = {"public_url": "https://watch.example", "trusted_proxy": "127.0.0.1"}
THROUGH_PROXY = {"host": "watch.example", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}


def samples(text: str) -> dict[tuple[str, str], float]:
    """Value of every sample by name and family."""
    return {
        (sample.name, sample.labels.get("family", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_server_over_a_good_store_is_live_and_ready(server: Any) -> None:
    with server.client() as client:
        assert client.get("/healthz").text == "live\n"
        assert client.get("/readyz").text == "ready\n"


def test_the_probe_of_a_container_tells_a_ready_server_from_none(server: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = free.getsockname()[1]

    assert probe(Settings(home=tmp_path, port=server.port), "/readyz") == "ready"
    assert probe(Settings(home=tmp_path, port=nobody), "/readyz") is None


def test_a_server_whose_store_is_gone_is_live_but_not_ready() -> None:
    class Nowhere:
        """A store at an address where nothing answers."""

        def conninfo(self, role: str) -> str:
            return "host=/nonexistent connect_timeout=1"

    door = Door(Nowhere(), most=2)
    door._pool.timeout = 1
    door._pool.open()
    try:
        assert not is_ready(door)
    finally:
        door.close()


def test_metrics_count_requests_by_kind_of_address(server: Any) -> None:
    with server.signed_in() as client:
        before = samples(client.get("/metrics").text)
        client.get("/whoami")
        client.get(f"/{'x' * 40}")
        after = samples(client.get("/metrics").text)

    name = "watchfloor_requests_total"
    assert after[name, "whoami"] == before.get((name, "whoami"), 0) + 1
    assert after[name, "other"] == before.get((name, "other"), 0) + 1
    assert after["watchfloor_store_up", ""] == 1
    assert after["watchfloor_home_free_bytes", ""] > 0


def test_addresses_that_are_not_there_add_no_series(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path, "EXERCISE", {"tiles"})
    for number in range(50):
        metrics.answered({"path": f"/made-up-{number}", "method": f"M{number}"}, 404, 0.1)
    metrics.answered({"path": "no slash", "method": "GET"}, 400, 0.1)

    text = metrics.exposed(is_store_up=False)[0].decode()

    assert "made-up" not in text
    assert text.count("watchfloor_requests_total{") == 2
    assert "watchfloor_store_up 0.0" in text


def test_metrics_with_a_token_are_read_by_its_bearer_alone(serve: Callable[..., Any]) -> None:
    served = serve(metrics_token=TOKEN)
    with served.client() as client:
        assert client.get("/metrics").status_code == 403
        assert client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 403
        assert client.get("/metrics", headers={"authorization": f"Basic {TOKEN}"}).status_code == 403
        assert client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_behind_a_proxy_on_this_machine_metrics_need_the_token(serve: Callable[..., Any]) -> None:
    served = serve(**PROXIED)
    with served.client(**THROUGH_PROXY) as client:
        answer = client.get("/metrics", headers={"origin": "https://watch.example"})

    assert answer.status_code == 403
    assert "WATCHFLOOR_METRICS_TOKEN" in answer.text


@pytest.mark.parametrize("token", ["short", ""])
def test_a_short_token_is_no_token(token: str, tmp_path: Path) -> None:
    from watchfloor.app.settings import load_settings  # noqa: PLC0415
    from watchfloor.geo.errors import BadInput  # noqa: PLC0415

    with pytest.raises(BadInput, match="METRICS_TOKEN"):
        load_settings(home=tmp_path, metrics_token=token)


def test_neither_log_nor_metrics_hold_what_people_look_for_or_who_they_are(server: Any, tmp_path: Path) -> None:
    root, wiring = logging.getLogger(), structlog.get_config()
    before, level = root.handlers[:], root.level
    root.handlers = []
    try:
        start_logs(tmp_path, "DEBUG")
        with server.signed_in("zoe.secret") as client:
            client.get("/explore", params={"text": HOSTILE, "q": HOSTILE})
            client.get(f"/tiles/map/1/0/0.png?since={HOSTILE}&e=1&view=1")
            client.get(f"/{HOSTILE}")
            client.post("/sign-in", data={"account": HOSTILE, "password": HOSTILE, "form_key": "x"})
            structlog.get_logger("test").info("written")
            metrics = client.get("/metrics").text
    finally:
        ours, root.handlers = root.handlers, before
        root.setLevel(level)
        structlog.configure(**wiring)
        for handler in ours:
            handler.close()

    # the browser of this test lives in the same process and tells more
    lines = (tmp_path / "log" / "watchfloor.log").read_text().splitlines()
    lines = [line for line in lines if not json.loads(line)["logger"].startswith("http")]
    assert any(json.loads(line).get("event") == "written" for line in lines)
    assert [line for line in lines if "Zebra" in line or "zoe.secret" in line] == []
    assert "Zebra" not in metrics
    assert "zoe.secret" not in metrics
