"""Pictures of pages from run to run: kept, compared with those of the run before, and laid side by side on a page.

Under tests/out/pictures: `now`, `before`, `changed` (what differs, in colour over a faded page) and `index.html`. How
much of a picture changed is told and judged by whoever looks: dates move, and machines draw letters differently.
"""

from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).parents[1] / "out" / "pictures"
# a channel that moved by less is a letter that was smoothed differently
LEAST = 12
# what changed, over the page in grey at this share
MARK = (214, 40, 57)
FADED = 0.25

HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Pages, this run and the one before</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 24px; background: #14181d; color: #e6e9ec; }
table { border-collapse: collapse; margin-bottom: 32px; }
td, th { padding: 2px 16px 2px 0; text-align: left; font-variant-numeric: tabular-nums; }
a { color: #7fb7e6; }
section { margin: 32px 0; }
div { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
figure { margin: 0; }
img { width: 100%; border: 1px solid #39424c; }
</style>
<h1>Pages, this run and the one before</h1>
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture of this run. changed: share of pixels that differ, 0 to 1; None without one of the same size before."""

    name: str
    changed: float | None

    @property
    def words(self) -> str:
        """What changed, as text."""
        return "no earlier picture of this size" if self.changed is None else f"{self.changed:.2%} of pixels"


def keep(name: str, taken: bytes, folder: Path = FOLDER) -> Kept:
    """Keep a picture as PNG; the one of that name which stood here is now the one before. The page is written anew."""
    for part in ("now", "before", "changed"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    now, before, difference = (folder / part / f"{name}.png" for part in ("now", "before", "changed"))
    if now.exists():
        now.replace(before)
    now.write_bytes(taken)
    difference.unlink(missing_ok=True)
    kept = Kept(name, _compared(now, before, difference))
    (folder / "index.html").write_text(_page(folder, kept), encoding="utf-8")
    return kept


def _compared(now: Path, before: Path, difference: Path) -> float | None:
    """Share of pixels that differ; where any does, what differs is drawn."""
    if not before.exists():
        return None
    with Image.open(now) as new, Image.open(before) as old:
        if new.size != old.size:
            return None
        fresh = new.convert("RGB")
        channels = ImageChops.difference(fresh, old.convert("RGB")).split()
    moved = ImageChops.lighter(ImageChops.lighter(*channels[:2]), channels[2]).point(lambda step: 255 * (step >= LEAST))
    share = moved.histogram()[255] / (fresh.size[0] * fresh.size[1])
    if share:
        faded = fresh.convert("L").point(lambda light: int(light * FADED)).convert("RGB")
        faded.paste(MARK, mask=moved)
        out = BytesIO()
        faded.save(out, "PNG")
        difference.write_bytes(out.getvalue())
    return share


def _page(folder: Path, newest: Kept) -> str:
    """All that is kept, what changed most first; shares of earlier pictures are those that were told of them."""
    shares = folder / "shares.tsv"
    told = dict(line.split("\t") for line in shares.read_text().splitlines()) if shares.exists() else {}
    told |= {newest.name: newest.words}
    shares.write_text("".join(f"{name}\t{words}\n" for name, words in sorted(told.items())))
    order = sorted(told, key=lambda name: (-_number(told[name]), name))
    rows = "".join(f'<tr><td><a href="#{escape(one)}">{escape(one)}</a><td>{escape(told[one])}\n' for one in order)
    table = f"<table><tr><th>Page and size<th>Changed since the run before\n{rows}</table>\n"
    return HEAD + table + "".join(_section(folder, name, told[name]) for name in order)


def _number(words: str) -> float:
    return float(words.split("%", maxsplit=1)[0]) if "%" in words else 0.0


def _section(folder: Path, name: str, words: str) -> str:
    pictures = "".join(
        f'<figure><a href="{part}/{escape(name)}.png"><img loading="lazy" src="{part}/{escape(name)}.png" '
        f'alt="{escape(name)}, {said}"></a><figcaption>{said}</figcaption></figure>'
        for part, said in (("before", "before"), ("now", "now"), ("changed", "what changed"))
        if (folder / part / f"{name}.png").exists()
    )
    return f'<section id="{escape(name)}"><h2>{escape(name)}: {escape(words)}</h2><div>{pictures}</div></section>\n'
