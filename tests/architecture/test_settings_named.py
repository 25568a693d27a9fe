"""Every environment variable that a program reads stands on the page about settings, and no other does."""

import re
from pathlib import Path

from watchfloor.app.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"
PRODUCT = ("app", "bench", "dashboards", "data", "geo", "layers", "scripts")
BESIDE = ("docker-compose.yml", "Dockerfile", "Makefile", ".ci/run")
VARIABLE = re.compile(r"\bWATCHFLOOR_[A-Z][A-Z_]*[A-Z]\b")


def variables(*places: str) -> set[str]:
    files = [path for place in places for path in (ROOT / place).rglob("*") if path.suffix in {".py", ".sh"}]
    texts = (path.read_text(encoding="utf-8") for path in (*files, *(ROOT / name for name in BESIDE)))
    return {variable for text in texts for variable in VARIABLE.findall(text)}


def told() -> set[str]:
    return set(VARIABLE.findall(PAGE.read_text(encoding="utf-8")))


def test_every_variable_that_a_program_reads_is_on_the_page() -> None:
    assert variables(*PRODUCT) - told() == set()


def test_the_page_names_no_variable_that_nothing_reads() -> None:
    settings = {f"WATCHFLOOR_{name.upper()}" for name in Settings.model_fields}

    assert told() - variables(*PRODUCT, "tests") - settings == set()
