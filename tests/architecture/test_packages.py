import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP = ("app", "dashboards", "data", "geo", "layers")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def folders_with(pattern: str) -> set[str]:
    return {
        ".".join(["watchfloor", *found.parent.relative_to(ROOT).parts])
        for top in TOP
        for found in (ROOT / top).rglob(pattern)
    }


def test_the_packages_of_the_project_file_are_those_on_disk() -> None:
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(folders_with("__init__.py"))


def test_every_folder_with_code_is_a_package() -> None:
    assert folders_with("*.py") <= folders_with("__init__.py")


def test_every_kind_of_file_beside_the_code_goes_into_the_wheel() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    lost = [
        str(file.relative_to(ROOT))
        for top in TOP
        for file in (ROOT / top).rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and file.suffix not in (".py", ".md")
        and not any(file.match(pattern) for pattern in patterns)
    ]

    assert lost == []


def test_the_arrows_are_checked_for_every_top_level_package() -> None:
    assert sorted(PROJECT["tool"]["importlinter"]["root_packages"]) == [f"watchfloor.{top}" for top in TOP]
    assert sorted(PROJECT["tool"]["mypy"]["packages"]) == [f"watchfloor.{top}" for top in TOP]
