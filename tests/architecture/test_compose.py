"""The composition of containers: no secret stands in it, the database is reached by the app alone."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.app.settings import Settings
from watchfloor.data.cluster_programs import OLDEST_MAJOR
from watchfloor.data.cluster_settings import LOGIN_ROLES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSED = yaml.safe_load(TEXT)
DB, APP = COMPOSED["services"]["db"], COMPOSED["services"]["app"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def values(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [value for child in node.values() for value in values(child)]
    if isinstance(node, list):
        return [value for child in node for value in values(child)]
    return [str(node)]


def test_no_password_stands_in_it_and_no_setting_has_a_default() -> None:
    interpolated = re.findall(r"\$\{[^}]*\}", TEXT)

    assert interpolated != []
    assert all(re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", one) for one in interpolated)
    assert not [key for key in {**DB["environment"], **APP["environment"]} if re.search("PASSWORD$|TOKEN|SECRET", key)]
    assert not [value for value in values(COMPOSED) if re.search(r"://[^/@\s]*:[^/@\s]*@", value)]


def test_secrets_come_from_the_environment() -> None:
    assert {name: set(secret) for name, secret in COMPOSED["secrets"].items()} == {
        "owner_password": {"environment"},
        "roles_password": {"environment"},
    }
    assert set(DB["secrets"]) == set(APP["secrets"]) == COMPOSED["secrets"].keys()


def test_the_database_is_reached_by_the_app_alone() -> None:
    assert "ports" not in DB
    assert DB["networks"] == ["inside"]
    assert COMPOSED["networks"]["inside"]["internal"] is True


def test_every_service_has_a_health_check_and_keeps_its_data_in_a_named_volume() -> None:
    assert all("healthcheck" in service for service in (DB, APP))
    assert APP["depends_on"]["db"]["condition"] == "service_healthy"
    kept = {mount.split(":")[0] for service in (DB, APP) for mount in service["volumes"]}
    assert set(COMPOSED["volumes"]) <= kept


def test_the_settings_are_settings_and_the_server_would_start_with_them(tmp_path: Path) -> None:
    given = {name.removeprefix("WATCHFLOOR_").lower(): value for name, value in APP["environment"].items()}
    filled = {**given, "kind": "OPERATIONAL", "public_url": "https://watch.example", "home": tmp_path}

    assert given.keys() <= Settings.model_fields.keys()
    assert Settings(**filled).is_exposed


def test_client_programs_are_of_the_version_of_the_server() -> None:
    major = re.fullmatch(r"postgis/postgis:(\d+)-\d+\.\d+", DB["image"])

    assert major is not None
    assert int(major[1]) >= OLDEST_MAJOR
    assert f"postgresql-client-{major[1]}" in DOCKERFILE


def test_the_app_runs_as_an_ordinary_user_without_powers() -> None:
    assert re.search(r"^USER watchfloor$", DOCKERFILE, re.M)
    assert APP["cap_drop"] == ["ALL"]
    assert APP["read_only"] is True


def test_files_that_the_images_need_are_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.M)
    mounted = [mount.split(":")[0] for mount in DB["volumes"] if mount.startswith("./")]

    assert all((ROOT / path).exists() for path in [*copied, *mounted])
    assert all((ROOT / path).stat().st_mode & stat.S_IXUSR for path in mounted)


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_every_login_role_is_made_and_has_its_password_handed_on(role: str) -> None:
    assert role in (ROOT / "scripts/docker_roles.sh").read_text()
    assert role in (ROOT / "scripts/docker_entrypoint.sh").read_text()


def test_passwords_of_any_signs_reach_the_password_file_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "owner_password").write_text("a:b\\c d$(x)'\"\n")
    (tmp_path / "roles_password").write_text("plain")
    environment = {"PATH": "/usr/bin:/bin", "WATCHFLOOR_SECRETS": str(tmp_path), "PGPASSFILE": str(tmp_path / "pass")}

    script = str(ROOT / "scripts/docker_entrypoint.sh")
    done = subprocess.run([script, "echo", "ran"], env=environment, capture_output=True, text=True, check=True)

    lines = (tmp_path / "pass").read_text().splitlines()
    assert done.stdout == "ran\n"
    assert lines[0] == "*:*:*:watchfloor_owner:a\\:b\\\\c d$(x)'\""
    assert lines[1:] == [f"*:*:*:{role}:plain" for role in sorted(LOGIN_ROLES)]
    assert stat.S_IMODE((tmp_path / "pass").stat().st_mode) == 0o600
