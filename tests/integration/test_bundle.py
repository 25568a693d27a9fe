"""A bundle is installed without a network, whole or not at all."""

import importlib.util
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundle() -> ModuleType:
    found = importlib.util.spec_from_file_location("bundle", ROOT / "scripts" / "bundle.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture
def small(bundle: ModuleType, tmp_path: Path) -> Path:
    """A bundle with a wheel that is none: nothing is installed from it."""
    folder = tmp_path / "small"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "watchfloor-0-py3-none-any.whl").write_bytes(b"a wheel")
    bundle.finish(folder)
    return folder


def install(folder: Path, target: Path, *before: str) -> "subprocess.CompletedProcess[str]":
    command = [*before, "/bin/sh", str(folder / "install.sh"), str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("change", ["changed", "missing", "added"])
def test_a_bundle_that_is_not_what_was_made_is_not_installed(small: Path, tmp_path: Path, change: str) -> None:
    wheel = small / "wheels" / "watchfloor-0-py3-none-any.whl"
    match change:
        case "changed":
            wheel.write_bytes(b"another wheel")
        case "missing":
            wheel.unlink()
        case _:
            (small / "wheels" / "other-1-py3-none-any.whl").write_bytes(b"brought along")

    done = install(small, tmp_path / "target")

    assert done.returncode == 1
    assert not (tmp_path / "target").exists()
    assert "bundle" in done.stderr


def test_nothing_is_installed_over_what_is_there(small: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()

    done = install(small, tmp_path / "target")

    assert done.returncode == 1
    assert "is there already" in done.stderr


def test_system_packages_are_listed_with_their_hashes(bundle: ModuleType) -> None:
    if shutil.which("apt-cache") is None:
        pytest.skip("no apt on this machine: the list says so and holds nothing")
    lines = [line.split("  ") for line in bundle.system_packages().splitlines() if not line.startswith("#")]

    assert all(len(line) == 4 and len(line[3]) == 64 for line in lines)
    if lines:
        assert any(line[0].endswith("-postgis-3") for line in lines)


def test_it_installs_and_makes_a_store_with_the_network_cut(tmp_path_factory: pytest.TempPathFactory) -> None:
    archive = os.environ.get("WATCHFLOOR_BUNDLE")
    if not archive:
        pytest.skip("WATCHFLOOR_BUNDLE names no archive: `make bundle` makes one under dist")
    cut = ["unshare", "--net", "--map-root-user"] if os.geteuid() else ["unshare", "--net"]
    if subprocess.run([*cut, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let us cut the network off (unshare --net)")
    base = tmp_path_factory.mktemp("bundle")
    with tarfile.open(archive) as tar:
        tar.extractall(base, filter="data")
    (folder,) = base.iterdir()

    done = install(folder, base / "target", *cut)

    assert done.returncode == 0, done.stderr
    served = [*cut, str(base / "target" / "bin" / "python"), "-c", "import watchfloor.app.server, owslib.wms"]
    imported = subprocess.run(served, cwd=base, capture_output=True, text=True, check=False)
    assert imported.returncode == 0, imported.stderr
    program = [*cut, str(base / "target" / "bin" / "watchfloor")]
    settings = {"PATH": "/usr/bin:/bin", "HOME": str(base), "WATCHFLOOR_HOME": str(base / "home")}
    for command in (["db", "upgrade", "--kind", "OPERATIONAL"], ["ask", "ports", "--format", "json"]):
        ran = subprocess.run([*program, *command], env=settings, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["marking"] == "OPERATIONAL · as seen by public"
    reset = subprocess.run([*program, "db", "reset", "--yes"], env=settings, capture_output=True, check=False)
    assert reset.returncode == 0
