"""The server as a process: made, found again, waited for, ended."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from watchfloor.data.cluster_files import ClusterFiles, as_account, own_folder, write_text
from watchfloor.data.cluster_locks import PAUSE_S, open_lock, wait_lock
from watchfloor.data.cluster_programs import Programs
from watchfloor.data.cluster_settings import (
    OWNER,
    access_rules,
    identity_map,
    machine_memory_bytes,
    server_settings,
)
from watchfloor.geo.errors import StoreUnavailable

LOG_BYTES = 8_000_000
FAST_STOP_S = 30.0
# a server told to quit kills those of its children that do not follow after five seconds
QUIT_S = 10.0
# macOS has the first only under a name with a language
LOCALE = "C" if sys.platform == "darwin" else "C.UTF-8"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What the server wrote about itself into postmaster.pid."""

    pid: int
    port: int
    socket_dir: Path
    is_ready: bool


def read_postmaster(data: Path) -> Postmaster | None:
    """The server that lives in this data folder, or None: a stale file counts for nothing."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port, socket_dir = int(lines[0]), int(lines[3]), Path(lines[4])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not works_in(pid, data):
        return None
    return Postmaster(pid, port, socket_dir, is_ready=len(lines) > 7 and lines[7].strip() == "ready")


def works_in(pid: int, data: Path) -> bool:
    """Whether this process is a server of this data folder, and not a stranger with a re-used number."""
    if Path("/proc/self").exists():
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            return name == "postgres" and os.path.samefile(f"/proc/{pid}/cwd", data)
        except OSError:
            return False
    command = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return str(data) in command.stdout


def create_data(files: ClusterFiles, programs: Programs, *, durable: bool) -> None:
    """An empty cluster, whole or not at all."""
    for left_over in files.base.glob("data.new-*"):
        shutil.rmtree(left_over)
    fresh = files.base / f"data.new-{os.getpid()}"
    own_folder(fresh, files.server.uid, files.server.gid, 0o700)
    command = [
        str(programs.initdb), "-D", str(fresh), "-U", OWNER, "-E", "UTF8", f"--locale={LOCALE}",
        "--auth=reject", "--no-instructions", *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    done = _run_as_server(files, command)
    if done.returncode != 0:
        raise StoreUnavailable(f"initdb failed in {files.base}: {done.stderr.strip()[-600:]}")
    fresh.rename(files.data)


def write_settings(files: ClusterFiles, *, durable: bool) -> None:
    """The three files of configuration: ours, so that the server's account cannot change them."""
    hba, ident = files.base / "pg_hba.conf", files.base / "pg_ident.conf"
    settings = server_settings(
        socket_dir=files.socket_dir,
        hba=hba,
        ident=ident,
        memory_bytes=machine_memory_bytes(),
        durable=durable,
    )
    write_text(files.base / "postgresql.conf", settings, files.owner)
    write_text(hba, access_rules(), files.owner)
    write_text(ident, identity_map([files.owner.name, "root"]), files.owner)


def spawn(files: ClusterFiles, programs: Programs) -> "subprocess.Popen[bytes]":
    """Starts the server as our child; it and its children hold the server lock from now on."""
    lock = open_lock(files.server_lock, files.owner.uid)
    log = _open_log(files)
    try:
        if not wait_lock(lock, QUIT_S):
            raise StoreUnavailable(f"a process still works in {files.data}, but it is no server that answers")
        # with the lock in our hand nobody works in the data: what says otherwise is a dead server's
        for claim in [files.data / "postmaster.pid", *files.socket_dir.glob(".s.PGSQL.*")]:
            claim.unlink(missing_ok=True)
        command = [
            str(programs.postgres),
            "-D",
            str(files.data),
            "-c",
            f"config_file={files.base}/postgresql.conf",
        ]
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(files),
            # so that Ctrl-C reaches us alone, and we end the server in order
            start_new_session=True,
            pass_fds=(lock,),
            **as_account(files.server),
        )
    except OSError as error:
        raise StoreUnavailable(f"{files.server.name} cannot run {programs.postgres}: {error.strerror}") from error
    finally:
        os.close(log)
        os.close(lock)


def halt(files: ClusterFiles, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Ends the server: sessions are cut off in order, then, if that takes too long, at once."""
    for told, grace_s in ((signal.SIGINT, FAST_STOP_S), (signal.SIGQUIT, QUIT_S)):
        postmaster = read_postmaster(files.data)
        if postmaster is None:
            break
        os.kill(postmaster.pid, told)
        if _wait_gone(postmaster.pid, files, grace_s, process):
            break
    end_orphans(files)


def end_orphans(files: ClusterFiles) -> None:
    """Waits for the children of a killed server, and ends those that are too busy to notice.

    Raises StoreUnavailable if one of them cannot be ended.
    """
    lock = open_lock(files.server_lock, files.owner.uid)
    try:
        for told in (None, signal.SIGQUIT, signal.SIGKILL):
            for pid in _workers(files) if told else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, told or 0)
            if wait_lock(lock, 2.0):
                return
        raise StoreUnavailable(f"processes of an earlier server still work in {files.data}: {_workers(files)}")
    finally:
        os.close(lock)


def log_tail(files: ClusterFiles, lines: int = 4) -> str:
    """The last lines of the server's log."""
    try:
        with files.log.open("rb") as log:
            log.seek(max(0, files.log.stat().st_size - 4000))
            return " | ".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "no log was written"


def _workers(files: ClusterFiles) -> list[int]:
    if not Path("/proc/self").exists():
        return []
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and works_in(int(entry.name), files.data)
    ]


def _wait_gone(pid: int, files: ClusterFiles, within_s: float, process: "subprocess.Popen[bytes] | None") -> bool:
    deadline = time.monotonic() + within_s
    while works_in(pid, files.data):
        if process is not None:
            process.poll()  # a child that is not asked for stays as a zombie
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_S)
    return True


def _run_as_server(files: ClusterFiles, command: list[str]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=_environment(files),
            check=False,
            **as_account(files.server),
        )
    except OSError as error:
        raise StoreUnavailable(f"{files.server.name} cannot run {command[0]}: {error.strerror}") from error


def _environment(files: ClusterFiles) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(files.base), "LC_ALL": LOCALE, "TZ": "UTC"}


def _open_log(files: ClusterFiles) -> int:
    if files.log.exists() and files.log.stat().st_size > LOG_BYTES:
        files.log.rename(files.log.with_suffix(".log.1"))
    log = os.open(files.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    if os.fstat(log).st_uid != files.owner.uid:
        os.fchown(log, files.owner.uid, -1)
    return log
