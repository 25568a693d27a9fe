"""Where the private cluster keeps its files, and whose they are.

HOME/cluster/            ours; the server's account may pass through, not list
    *.lock               who starts, who uses, whether a server lives
    postgres.log         the server's log, written through our descriptor
    elsewhere            one line, if the data cannot stand here: the folder that holds it
    postgresql.conf pg_hba.conf pg_ident.conf
    data/ socket/        the server's account's own, closed to all others

As root the server runs as the account `postgres`. Where that account cannot pass to HOME (a folder
below /root, say), configuration, data and socket stand in /var/lib/watchfloor-<hash of HOME> instead.
"""

import fcntl
import hashlib
import os
import pwd
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

from watchfloor.geo.errors import MissingTool, StoreUnavailable

PORT = 5432
# 107 bytes on Linux, 103 on macOS, the file's name included
SOCKET_PATH_BYTES = 103
STATE_ROOT = Path("/var/lib")
SERVER_ACCOUNT = "postgres"


class AsAccount(TypedDict, total=False):
    """The arguments of a child process that change whom it runs as."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> "Account":
        """The account with this number; StoreUnavailable if it has no name (peer sign-in needs one)."""
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise StoreUnavailable(
                f"user number {uid} has no name on this machine, and PostgreSQL needs one: "
                "add it to /etc/passwd, or set WATCHFLOOR_DATABASE_URL"
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True, slots=True)
class ClusterFiles:
    """The paths of one cluster: `home` the person's folder, `base` where the data stands."""

    home: Path
    base: Path
    owner: Account
    server: Account

    @property
    def folder(self) -> Path:
        """Ours, inside the home."""
        return self.home / "cluster"

    @property
    def start_lock(self) -> Path:
        """Held while somebody starts or stops the server."""
        return self.folder / "start.lock"

    @property
    def use_lock(self) -> Path:
        """Held, shared, by every program that uses the server."""
        return self.folder / "use.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server and its children themselves, as long as one of them lives."""
        return self.folder / "server.lock"

    @property
    def kept(self) -> Path:
        """Stands if the server shall outlive its users."""
        return self.folder / "kept"

    @property
    def elsewhere(self) -> Path:
        """One line: the folder that holds the data, if it is not this one."""
        return self.folder / "elsewhere"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "postgres.log"

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.base / "data"

    @property
    def is_created(self) -> bool:
        """Whether a cluster stands there."""
        return (self.data / "PG_VERSION").is_file()

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: beside the data if its path is short and plain, else a short one."""
        beside = self.base / "socket"
        length = len(os.fsencode(beside / f".s.PGSQL.{PORT}"))
        # libpq splits a host at commas; other rare signs are not worth their quoting
        if length <= SOCKET_PATH_BYTES and re.fullmatch(r"[A-Za-z0-9_./-]+", str(beside)):
            return beside
        return _short_folder(self.server) / f"watchfloor-{self.server.uid}-{_digest(self.home)}"


def locate(home: Path) -> ClusterFiles:
    """The files of the cluster of this home, whether or not they exist; nothing is touched.

    Raises StoreUnavailable if the home is another user's, MissingTool if there is no account for the server.
    """
    home = home.absolute()
    me = os.geteuid()
    owner = Account.of(home.stat().st_uid if home.exists() else me)
    if me not in (0, owner.uid):
        raise StoreUnavailable(
            f"{home} belongs to {owner.name}: run as {owner.name}, or set WATCHFLOOR_HOME to your own folder"
        )
    files = ClusterFiles(home, home / "cluster", owner, _server_account(owner))
    if files.elsewhere.is_file():
        return replace(files, base=Path(files.elsewhere.read_text().strip()))
    return files


def prepare(home: Path) -> ClusterFiles:
    """The same, with the folders made and open to the server's account just as far as it needs."""
    home = home.absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # one at a time: between two steps of another program a folder looks closed that is about to be opened
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return _prepared(locate(home))
    finally:
        os.close(descriptor)


def _prepared(files: ClusterFiles) -> ClusterFiles:
    own_folder(files.folder, files.owner.uid, files.server.gid, _passage(files))
    if files.base == files.folder and not _may_reach(files):
        files = _move_elsewhere(files)
    own_folder(files.base, files.owner.uid, files.server.gid, _passage(files))
    own_folder(files.socket_dir, files.server.uid, files.server.gid, 0o700)
    return files


def own_folder(path: Path, uid: int, gid: int, mode: int) -> None:
    """Makes the folder if absent; StoreUnavailable if what stands there is not a folder of this user."""
    try:
        os.mkdir(path, 0o700)
        made = True
    except FileExistsError:
        made = False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise StoreUnavailable(f"{path} must be a real folder of our own: {error.strerror}") from error
    try:
        found = os.fstat(descriptor)
        if not made and found.st_uid != uid:
            raise StoreUnavailable(f"{path} belongs to user number {found.st_uid}, not {uid}: move it away")
        if (found.st_uid, found.st_gid) != (uid, gid):
            os.fchown(descriptor, uid, gid)
        if found.st_mode & 0o7777 != mode:
            os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str, owner: Account) -> None:
    """Writes a small file of ours that the server's account may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if os.fstat(descriptor).st_uid != owner.uid:
            os.fchown(descriptor, owner.uid, -1)
        os.fchmod(descriptor, 0o644)
        file.write(text)


def as_account(account: Account) -> AsAccount:
    """What a child process is told so that it runs as this account; nothing if we are it already."""
    if os.geteuid() == account.uid:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _server_account(owner: Account) -> Account:
    if owner.uid != 0:
        return owner
    try:
        return Account.of(pwd.getpwnam(SERVER_ACCOUNT).pw_uid)
    except KeyError:
        raise MissingTool(
            f"PostgreSQL does not run as root and there is no user {SERVER_ACCOUNT!r} to run it as: "
            "install the server's package, or `useradd --system postgres`, or start Watchfloor as an ordinary user"
        ) from None


def _passage(files: ClusterFiles) -> int:
    return 0o700 if files.owner == files.server else 0o710


def _may_reach(files: ClusterFiles) -> bool:
    if files.owner == files.server or _can_enter(files.server, files.folder):
        return True
    home = files.home.stat()
    if home.st_mode & 0o070 or home.st_gid != files.owner.gid:
        return False
    # nobody's group had a use of the home: the server's group may now pass through it, not list it
    os.chown(files.home, -1, files.server.gid)
    os.chmod(files.home, home.st_mode & 0o7777 | 0o010)  # noqa: S103
    if _can_enter(files.server, files.folder):
        return True
    os.chown(files.home, -1, home.st_gid)
    os.chmod(files.home, home.st_mode & 0o7777)
    return False


def _can_enter(account: Account, folder: Path) -> bool:
    # asked by trying, as the modes alone do not tell (access lists, mounts)
    command = ["/bin/sh", "-c", 'cd "$1" 2>/dev/null', "sh", str(folder)]
    return subprocess.run(command, cwd="/", check=False, **as_account(account)).returncode == 0  # noqa: S603


def _move_elsewhere(files: ClusterFiles) -> ClusterFiles:
    if files.is_created:
        raise StoreUnavailable(f"{files.server.name} can no longer pass to {files.folder}: chmod its parents o+x")
    base = STATE_ROOT / f"watchfloor-{_digest(files.home)}"
    if base.exists():
        raise StoreUnavailable(
            f"{base} holds the database of an earlier {files.home}. "
            f"To use it again: echo {base} > {files.elsewhere}. To begin anew: rm -r {base}"
        )
    write_text(files.elsewhere, f"{base}\n", files.owner)
    return replace(files, base=base)


def _short_folder(account: Account) -> Path:
    mine = Path("/run/user", str(account.uid))
    if os.geteuid() != 0 and mine.is_dir() and os.access(mine, os.W_OK):
        return mine
    return Path("/run") if os.geteuid() == 0 and Path("/run").is_dir() else Path("/tmp")  # noqa: S108


def _digest(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
