"""docs/settings.md, made from the settings themselves: python -m watchfloor.app.settings_table."""

import sys

from watchfloor.app.settings import Settings

HEAD = """\
# Settings

All are read once, at the start, from environment variables. State lives under `WATCHFLOOR_HOME` alone, so two homes are
two stores that can run side by side. `watchfloor serve --help` lists the few that the command line can override.

| variable | unless set | means |
|---|---|---|
"""

ELSEWHERE = (
    ("WATCHFLOOR_AS", "commands with `--as`", "Account that does it or looks."),
    ("WATCHFLOOR_BACKUP_KEY_FILE", "`watchfloor db backup`, `verify`, `restore`", "File with the secret of a backup."),
    ("WATCHFLOOR_OWNER_PASSWORD", "`docker compose`", "Password of the owner role, without a default."),
    ("WATCHFLOOR_ROLES_PASSWORD", "`docker compose`", "Password of the login roles, without a default."),
    ("WATCHFLOOR_TLS_FOLDER", "`docker compose`", "Folder with `chain.pem` and `key.pem`, without a default."),
    ("WATCHFLOOR_SECRETS", "the container's start", "Folder of the mounted secrets; `/run/secrets` unless set."),
    (
        "WATCHFLOOR_REAL_DATA",
        "tests, `bench`, `scripts`",
        "Folder of real public files; unset: skipped.",
    ),
    ("WATCHFLOOR_BUNDLE", "tests", "A bundle to install from; unset, that test is skipped."),
    ("WATCHFLOOR_BENCH_FORMATS", "`make bench`", "Formats to measure, with commas; all unless set."),
    ("WATCHFLOOR_BENCH_ROWS", "`make bench`", "Rows of the largest file that is made for it."),
    (
        "WATCHFLOOR_BENCH_TRACKS",
        "`make bench`",
        "Numbers of positions to measure tracks of, with commas; 1e6,1e7 unless set.",
    ),
    ("WATCHFLOOR_BENCH_DRAWERS", "`make bench`", "Drawing processes of its servers; as many as usual unless set."),
    ("WATCHFLOOR_BENCH_CLICKS", "`make bench`", "Positions among which taps are measured; 2e6 unless set."),
    (
        "WATCHFLOOR_BENCH_PAGES",
        "`make bench`",
        "Positions in the store before which many pages move at once; 1e6 unless set.",
    ),
    ("WATCHFLOOR_BENCH_PLAYED", "`make bench`", "Positions of a year of which a month is played; 1e6 unless set."),
    (
        "WATCHFLOOR_BENCH_EXPORTS",
        "`make bench`",
        "Seizures to export, of which one and a half times are loaded; 1e6 unless set.",
    ),
    (
        "WATCHFLOOR_BENCH_FOLDER",
        "`make bench`",
        "Folder for the derived files that it makes; the system's own unless set.",
    ),
    (
        "WATCHFLOOR_GUIDE",
        "tests",
        "Folder for the pictures of [the analyst's guide](analyst-guide.md); none are taken unless set.",
    ),
)
"""Variables that are no setting of the server, who reads them, what they mean."""

BETWEEN = """
These are read by some programs alone:

| variable | read by | means |
|---|---|---|
"""

TAIL = """
On loopback nothing else is needed. Beyond it the server starts only with TLS of its own or behind a named proxy, only
under a public name that it knows, and never while exercise accounts can sign in (`watchfloor db retire-demo`).

The private cluster and an external database are PostgreSQL 14 or newer with its contrib modules and PostGIS 3; every
commit is tested with PostgreSQL 15 and PostGIS 3.3. A store that a newer program has upgraded is refused with one
sentence: there is no way back but a backup ([the operator's guide](operator.md#upgrade)).
"""


def settings_table() -> str:
    """The page as Markdown."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "`~/.local/share/watchfloor`" if name == "home" else _shown(field.default)
        rows.append(f"| `WATCHFLOOR_{name.upper()}` | {default} | {field.description} |\n")
    others = [f"| `{name}` | {reader} | {means} |\n" for name, reader, means in ELSEWHERE]
    return HEAD + "".join(rows) + BETWEEN + "".join(others) + TAIL


def _shown(default: object) -> str:
    return "" if default is None else f"`{default}`"


if __name__ == "__main__":
    sys.stdout.write(settings_table())
