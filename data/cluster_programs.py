"""The PostgreSQL programs on this machine that can hold a store."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from watchfloor.geo.errors import MissingTool

OLDEST_MAJOR = 14
EXTENSIONS = ("postgis", "pgcrypto", "pg_trgm", "unaccent")
USUAL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with `postgres` and `initdb` of one version, all extensions at hand."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """What makes an empty data folder."""
        return self.folder / "initdb"


def find_programs(major: int | None = None) -> Programs:
    """The newest complete set of programs, or the newest of this major version.

    Raises MissingTool, whose text says what to install.
    """
    incomplete: list[str] = []
    complete: list[Programs] = []
    for folder in _candidates():
        found = _major_of(folder)
        if found is None or found < OLDEST_MAJOR or (major is not None and found != major):
            continue
        lacking = _lacking_extensions(folder, found)
        if lacking:
            incomplete.append(f"{folder} lacks {', '.join(lacking)}")
        else:
            complete.append(Programs(folder, found))
    if not complete:
        raise MissingTool(_advice(major, incomplete))
    return max(complete, key=lambda programs: programs.major)


def _candidates() -> list[Path]:
    on_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    pg_config = shutil.which("pg_config")
    configured = [Path(_output(pg_config, "--bindir"))] if pg_config else []
    usual = [folder for pattern in USUAL_FOLDERS for folder in sorted(Path("/").glob(pattern[1:]))]
    unique = dict.fromkeys([*on_path, *configured, *usual])
    return [folder for folder in unique if (folder / "postgres").is_file() and (folder / "initdb").is_file()]


def _major_of(folder: Path) -> int | None:
    version = re.search(r"\(PostgreSQL\) (\d+)", _output(str(folder / "postgres"), "--version"))
    return int(version[1]) if version else None


def _lacking_extensions(folder: Path, major: int) -> list[str]:
    shares = [
        folder.parent / "share" / "postgresql",
        folder.parent / "share",
        Path(f"/usr/share/postgresql/{major}"),
    ]
    pg_config = folder / "pg_config"
    if pg_config.is_file():
        shares.insert(0, Path(_output(str(pg_config), "--sharedir")))
    held = {file.name for share in shares for file in (share / "extension").glob("*.control")}
    return [name for name in EXTENSIONS if f"{name}.control" not in held]


def _output(program: str, option: str) -> str:
    try:
        return subprocess.run([program, option], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    except OSError:
        return ""


def _advice(major: int | None, incomplete: list[str]) -> str:
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_MAJOR} or newer"
    found = "; ".join(incomplete) or "no such server was found on this machine"
    return (
        f"{wanted} with PostGIS and the contrib extensions is needed: {found}. Install it "
        f"(Debian, Ubuntu: apt-get install postgresql-{major or 15}-postgis-3; "
        "Fedora: dnf install postgresql-server postgresql-contrib postgis; macOS: brew install postgis), "
        "or set WATCHFLOOR_DATABASE_URL to a database that has it"
    )
