"""What the private cluster is told: memory, durability, who may connect, what is never logged."""

import os
from collections.abc import Iterable
from pathlib import Path

MIB = 1 << 20
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108
SHARED_MEMORY_ENOUGH = 1024 * MIB
OWNER = "watchfloor_owner"
LOGIN_ROLES = ("watchfloor_app", "watchfloor_intake", "watchfloor_gate")
KEEPER = "watchfloor_keeper"
IDENT_MAP = "watchfloor"
CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))

# A statement, a parameter or the detail of an error can hold a row's content: none of them may reach the log.
# "log" stands above "error" in the server's own order, so refused rows are told to the client alone.
_LOGGING = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_autovacuum_min_duration": "-1",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
_PLANNING = {
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "max_connections": "100",
    # a question without a period locks the table of every day, and its three indexes
    "max_locks_per_transaction": "512",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def machine_memory_bytes() -> int:
    """Bytes of memory that this process may use: the machine's, or its container's if that is less."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in CGROUP_LIMITS:
        if limit.is_file() and (text := limit.read_text().strip()).isdigit():
            memory = min(memory, int(text))
    return memory


def memory_settings(memory_bytes: int) -> dict[str, str]:
    """Shares of the memory: an eighth for the server's own buffers, at most 2 GB."""
    mebibytes = memory_bytes // MIB
    return {
        "shared_buffers": f"{max(64, min(2048, mebibytes // 8))}MB",
        "effective_cache_size": f"{max(128, mebibytes // 2)}MB",
        "maintenance_work_mem": f"{max(64, min(1024, mebibytes // 24))}MB",
        "work_mem": "64MB" if mebibytes >= 4096 else "16MB",
    }


def shared_memory_kind() -> str:
    """Where parallel workers meet: in /dev/shm, or in the data folder where that is small (containers)."""
    if not SHARED_MEMORY.is_dir():
        return "posix"
    space = os.statvfs(SHARED_MEMORY)
    return "posix" if space.f_blocks * space.f_frsize >= SHARED_MEMORY_ENOUGH else "mmap"


def server_settings(*, socket_dir: Path, hba: Path, ident: Path, memory_bytes: int, durable: bool) -> str:
    """The text of postgresql.conf: no network, one socket folder, UTC."""
    settings = {
        "listen_addresses": "",
        # the server splits this list at commas outside of double quotes
        "unix_socket_directories": '"' + str(socket_dir).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "dynamic_shared_memory_type": shared_memory_kind(),
        "hba_file": str(hba),
        "ident_file": str(ident),
        **memory_settings(memory_bytes),
        **_PLANNING,
        **_LOGGING,
        **({} if durable else _THROWAWAY),
    }
    return "".join(f"{name} = '{_quoted(value)}'\n" for name, value in settings.items())


def access_rules() -> str:
    """The text of pg_hba.conf: the operating system says who is there, the map says what they may be."""
    return f"local all all peer map={IDENT_MAP}\n"


def identity_map(os_users: Iterable[str]) -> str:
    """The text of pg_ident.conf: each of these users of the machine may be each of our roles."""
    return "".join(
        f'{IDENT_MAP} "{user}" {role}\n' for user in dict.fromkeys(os_users) for role in (OWNER, *LOGIN_ROLES)
    )


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
