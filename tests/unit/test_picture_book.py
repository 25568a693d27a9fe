"""Pictures of pages from run to run: what changed is told as a share and drawn, whatever there was before."""

import io
from pathlib import Path

from PIL import Image

from ..journeys.picture_book import MARK, keep


def picture(*dark: tuple[int, int], size: tuple[int, int] = (20, 10)) -> bytes:
    drawn = Image.new("RGB", size, (240, 240, 240))
    for at in dark:
        drawn.putpixel(at, (0, 0, 0))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_compared_with_that_of_the_run_before(tmp_path: Path) -> None:
    first = keep("explore-1x1", picture(), tmp_path)
    same = keep("explore-1x1", picture(), tmp_path)
    moved = keep("explore-1x1", picture((3, 3), (4, 3)), tmp_path)

    assert [one.changed for one in (first, same, moved)] == [None, 0.0, 0.01]
    with Image.open(tmp_path / "changed" / "explore-1x1.png") as drawn:
        assert (drawn.getpixel((3, 3)), drawn.getpixel((0, 0))) == (MARK, (60, 60, 60))


def test_a_picture_of_another_size_is_not_compared(tmp_path: Path) -> None:
    keep("explore", picture(), tmp_path)

    assert keep("explore", picture(size=(30, 10)), tmp_path).changed is None


def test_the_page_shows_every_picture_what_changed_most_first(tmp_path: Path) -> None:
    for name, later in (("calm", ()), ("moved", ((1, 1),))):
        keep(name, picture(), tmp_path)
        keep(name, picture(*later), tmp_path)
    keep("<new>", picture(), tmp_path)

    page = (tmp_path / "index.html").read_text()
    assert page.index("moved: 0.50%") < page.index("&lt;new&gt;: no earlier") < page.index("calm: 0.00%")
    assert "<new>" not in page
    assert page.count("<img") == 3 + 1 + 2
