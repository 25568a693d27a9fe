"""What Panel would fetch from its publisher's host comes from the machine itself."""

from panel.io.resources import CDN_DIST

from watchfloor.dashboards import PANEL_FILES


def test_panel_s_own_files_are_served_here(server) -> None:
    assert CDN_DIST.startswith(PANEL_FILES)
    with server.client() as client:
        for name in ("css/loading.css", "bundled/theme/native.css"):
            answer = client.get(CDN_DIST + name)
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/css")
