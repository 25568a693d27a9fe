import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGEST_BYTES = 1_500_000
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
TOP = ("app", "dashboards", "data", "geo", "layers")

# written in pieces, so that this file does not find itself
REGISTRY = re.compile(
    r"https?://[^\s\"'<>]*\b(py" r"pi|python" r"hosted|npm" r"js|yarn" r"pkg|crates|registry)\b", re.I
)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:root|work|farm|ho" r"me/\w+|Us" r"ers/\w+)/[\w.]")
CREDENTIAL = re.compile(r"https?://[^/\s:@\"']+:[^/\s@\"'{]+@")


def tracked() -> list[Path]:
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked():
        text = path.read_bytes()
        if b"\0" not in text:
            lines = enumerate(text.decode("utf-8", "replace").splitlines(), start=1)
            found += [f"{path.relative_to(ROOT)}:{n}" for n, line in lines if pattern.search(line)]
    return found


def modules() -> Iterator[Path]:
    # a migration is a record of tables, written once and never read as a whole
    return (
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in TOP and "versions" not in path.parts
    )


def test_no_file_names_the_address_of_a_package_registry() -> None:
    assert lines_with(REGISTRY) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_address_holds_a_password() -> None:
    assert lines_with(CREDENTIAL) == []


def test_no_file_is_larger_than_a_compact_artefact() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > LARGEST_BYTES] == []


def test_no_module_is_longer_than_one_can_keep_in_mind() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]

    assert too_long == []


# in pieces, so that no tracked file holds such an address, this one neither
@pytest.mark.parametrize("host", [("pypi", "org/simple"), ("registry", "npmjs", "org/a")])
def test_a_registry_address_would_be_found(host: tuple[str, ...]) -> None:
    assert REGISTRY.search("see https://" + ".".join(host))


@pytest.mark.parametrize("folder", ["root/x", "home/anna/project"])
def test_a_machine_path_would_be_found(folder: str) -> None:
    assert MACHINE_PATH.search("cd /" + folder)
