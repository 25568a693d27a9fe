import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted([*(ROOT / "scripts").glob("*.sh"), ROOT / ".ci/run"])


def put_python(path: Path, *, exit_code: int, says: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def find_python(home: Path, path: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {"HOME": str(home), "PATH": f"{path}:/nonexistent", **more}
    return subprocess.run(
        ["/bin/sh", str(ROOT / "scripts/find_python.sh")], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_run_and_read_by_its_shell(script: Path) -> None:
    shell = "bash" if "bash" in script.read_text().splitlines()[0] else "sh"

    assert os.access(script, os.X_OK)
    assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0


def test_a_new_python_under_pyenv_is_found_behind_shims_that_lead_to_none(tmp_path: Path) -> None:
    put_python(tmp_path / "shims/python3.12", exit_code=127)
    put_python(tmp_path / "shims/python3", exit_code=3)
    inner = tmp_path / ".pyenv/versions/3.12.1/bin/python3"
    put_python(inner, exit_code=0, says=str(inner))

    assert find_python(tmp_path, tmp_path / "shims").stdout.strip() == str(inner)


def test_a_python_that_is_named_comes_first(tmp_path: Path) -> None:
    put_python(tmp_path / "bin/python3.12", exit_code=0, says=str(tmp_path / "bin/python3.12"))
    named = put_python(tmp_path / "mine", exit_code=0, says=str(tmp_path / "mine"))

    assert find_python(tmp_path, tmp_path / "bin", PYTHON=str(named)).stdout.strip() == str(named)


def test_every_target_of_the_makefile_says_what_it_is_for() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", text, re.M))
    listed = subprocess.run(["make", "-s", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True).stdout

    assert {line.split()[1] for line in listed.splitlines() if line.startswith("make ")} == targets
    assert {"run", "test", "journeys", "bench"} <= targets
