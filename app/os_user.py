"""Who is at the machine: the account of the operating system under which a command runs."""

import os
import pwd

MOST_LETTERS = 200


def operator_name() -> str:
    """Name of that account, not what the environment says of it; before sudo, if sudo was used by root's leave.

    It is evidence against a mistaken colleague, not against who may become any account of this machine.
    """
    number = os.getuid()
    behind = os.environ.get("SUDO_UID", "") if number == 0 else ""
    if behind.isdecimal() and int(behind) != 0:
        return f"{_name(int(behind))} as {_name(number)}"
    return _name(number)


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name[:MOST_LETTERS]
    except (KeyError, OverflowError):
        return f"number {number}"
