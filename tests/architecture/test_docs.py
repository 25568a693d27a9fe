"""The documents keep up with the code: what is registered is described, what is named is there."""

import re
from pathlib import Path

from watchfloor.app.commands import MODULES
from watchfloor.app.tiles import PAINTERS
from watchfloor.dashboards.choices import LAYERS
from watchfloor.data.exercise.cast import ACCOUNTS, DEMO_PASSWORD
from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.geo.query import Layer
from watchfloor.geo.scope import PrincipalKind

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*"))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
COMMAND = re.compile(r"(?:^|`|[ /])watchfloor ([a-z][a-z-]*)(?=[\s`])", re.M)
CODE_PATH = re.compile(r"(?:app|bench|dashboards|data|docs|geo|layers|scripts|tests)/[\w./-]+\.\w+")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def first_cells(page: Path) -> set[str]:
    """What stands quoted at the beginning of a table's rows."""
    return set(re.findall(r"^\| `([^`]+)` \|", text_of(page), re.M))


def quoted(page: Path) -> set[str]:
    return set(QUOTED.findall(FENCED.sub("", text_of(page))))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text_of(page)), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets(pattern: re.Pattern[str]) -> list[tuple[Path, str]]:
    found = [(page, target) for page in PAGES for target in pattern.findall(FENCED.sub("", text_of(page)))]
    return [(page, target) for page, target in found if "://" not in target]


def is_there(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    return file.exists() and (not anchor or anchor in anchors(file))


def test_every_layer_of_the_map_has_a_row_in_the_page_about_layers() -> None:
    assert {*PAINTERS, *(layer.code for layer in LAYERS)} <= first_cells(DOCS / "adding-a-layer.md")


def test_the_page_about_layers_has_no_row_for_a_layer_that_is_gone() -> None:
    shown = first_cells(DOCS / "adding-a-layer.md")
    layers = {name for name in shown if not name.endswith(".py")}

    assert layers <= {*PAINTERS, *(layer.code for layer in LAYERS)}


def test_everything_that_can_be_asked_is_named_in_the_page_about_layers() -> None:
    assert {layer.value for layer in Layer} <= quoted(DOCS / "adding-a-layer.md")


def test_every_command_has_a_row_in_the_index() -> None:
    assert {f"watchfloor {name}" for name in MODULES} == {
        cell for cell in first_cells(DOCS / "README.md") if cell.startswith("watchfloor ")
    }


def test_no_document_names_a_command_that_is_not_there() -> None:
    assert {name for page in PAGES for name in COMMAND.findall(text_of(page))} - MODULES.keys() == set()


def test_every_format_has_an_example_on_the_first_page() -> None:
    examples = re.findall(r"^watchfloor ingest ([\w-]+)", text_of(ROOT / "README.md"), re.M)

    assert set(FORMATS) <= set(examples)


def test_every_format_is_described_in_the_page_about_formats() -> None:
    page = DOCS / "formats.md"

    assert set(FORMATS) <= quoted(page) | first_cells(page)


def test_every_decision_has_a_number_of_its_own_and_says_it_in_its_title() -> None:
    numbers = [path.name[:4] for path in DECISIONS]

    assert [path.name for path in DECISIONS if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)] == []
    assert len(set(numbers)) == len(numbers)
    assert [p.name for p in DECISIONS if not text_of(p).startswith(f"# {p.name[:4]} ")] == []


def test_every_decision_stands_in_the_index() -> None:
    linked = {target for page, target in targets(LINK) if page == DOCS / "README.md"}

    assert {f"decisions/{path.name}" for path in DECISIONS} <= linked


def test_every_document_stands_in_the_index() -> None:
    linked = {target for page, target in targets(LINK) if page == DOCS / "README.md"}

    assert {path.name for path in DOCS.glob("*.md")} - {"README.md"} <= linked


def test_links_lead_somewhere() -> None:
    assert [f"{page.relative_to(ROOT)}: {target}" for page, target in targets(LINK) if not is_there(page, target)] == []


def test_pictures_are_there_and_say_in_words_what_they_show() -> None:
    lost = [target for page, target in targets(PICTURE) if not is_there(page, target)]

    assert lost == []
    assert not any("![](" in text_of(page) for page in PAGES)


def test_every_file_that_a_document_names_is_there() -> None:
    named = [(page, path) for page in PAGES for path in QUOTED.findall(FENCED.sub("", text_of(page)))]

    assert [
        f"{page.relative_to(ROOT)}: {path}"
        for page, path in named
        if CODE_PATH.fullmatch(path) and not (ROOT / path).exists()
    ] == []


def test_the_first_page_names_the_accounts_that_people_may_use() -> None:
    people = {account.name for account in ACCOUNTS if account.kind is PrincipalKind.PERSON}

    assert people == first_cells(ROOT / "README.md")
    assert DEMO_PASSWORD in quoted(ROOT / "README.md")
