"""watchfloor db backup, restore, verify: the whole store saved, and brought back."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.app.commands.principal import As
from watchfloor.app.commands.terminal import AsJson, Progress, put, put_json, settings_for_command

if TYPE_CHECKING:
    from watchfloor.data.backup_parts import Manifest

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the backup.")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        envvar="WATCHFLOOR_BACKUP_KEY_FILE",
        help="File with the secret, 32 bytes or more, closed to others.",
    ),
]


def backup(folder: Folder, key_file: KeyFile = None, principal: As = None, as_json: AsJson = False) -> None:
    """Save the whole store into a new folder while it is in use, sealed if a key file is named."""
    from watchfloor.app.administration import administering  # noqa: PLC0415
    from watchfloor.app.runtime import open_store  # noqa: PLC0415
    from watchfloor.data.backup import back_up  # noqa: PLC0415

    settings, secret = settings_for_command(), _secret(key_file)
    act = {"act": "backup", "folder": folder.name, "is_sealed": secret is not None}
    with Progress(is_quiet=as_json) as progress, open_store(settings, progress) as store:
        with administering(store, principal, act):
            pass
        progress("Saving the store")
        manifest = back_up(store.address, folder.absolute(), secret)
        progress.done()
    _say("Saved", folder, manifest, as_json)
    if not manifest.is_sealed and not as_json:
        put("It is not sealed: whoever reads the folder reads every record. Name a key file with --key-file.")


def verify(folder: Folder, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Check a backup without restoring it: hashes, signature, and that every row can be read."""
    from watchfloor.data.backup_restore import verify as check  # noqa: PLC0415

    settings_for_command()
    with Progress(is_quiet=as_json) as progress:
        progress("Reading the backup")
        manifest, rows = check(folder.absolute(), _secret(key_file))
    _say(f"Sound, {sum(rows.values()):,} rows in {len(rows)} tables:", folder, manifest, as_json)


def restore(folder: Folder, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """Bring a backup back into a fresh store, compare every table, and bring it up to this program's version."""
    from watchfloor.app.administration import note_at_machine  # noqa: PLC0415
    from watchfloor.app.runtime import is_made, open_store, running_database  # noqa: PLC0415
    from watchfloor.data.backup_parts import read_manifest  # noqa: PLC0415
    from watchfloor.data.backup_restore import restore as bring_back  # noqa: PLC0415
    from watchfloor.geo.errors import StoreMismatch  # noqa: PLC0415

    settings, secret = settings_for_command(), _secret(key_file)
    kind = read_manifest(folder).kind
    if settings.kind is not None and settings.kind.value != kind:
        raise StoreMismatch(f"the backup is of an {kind} store, and WATCHFLOOR_KIND says {settings.kind}")
    with Progress(is_quiet=as_json) as progress, running_database(settings, progress) as address:
        if is_made(address):
            raise StoreMismatch(
                f"there is a store in {settings.home} already, and a backup goes into a fresh one only: "
                "name a new WATCHFLOOR_HOME or an empty database"
            )
        progress("Restoring and comparing every table")
        manifest = bring_back(address, folder.absolute(), secret)
        with open_store(settings, progress) as store:
            # the store's own audit came back with it: what follows it begins with this act, by whoever sat here
            note_at_machine(store, None, {"act": "restore", "saved_at": manifest.made_at, "version": manifest.version})
    _say("Restored", folder, manifest, as_json)


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group of the store's database."""
    for command in (backup, verify, restore):
        group.command()(command)


def _secret(key_file: Path | None) -> bytes | None:
    if key_file is None:
        return None
    from watchfloor.data.backup_sealing import read_secret  # noqa: PLC0415

    return read_secret(key_file)


def _say(done: str, folder: Path, manifest: "Manifest", as_json: bool) -> None:
    size = sum(part.bytes for part in manifest.parts.values())
    if as_json:
        put_json({"folder": folder.absolute(), "is_sealed": manifest.is_sealed, "bytes": size, **asdict(manifest)})
        return
    put(
        f"{done} {folder}: {manifest.kind} store of version {manifest.version} as of {manifest.made_at[:19]}Z, "
        f"{size / 1e6:,.1f} MB, {'sealed' if manifest.is_sealed else 'not sealed'}."
    )
