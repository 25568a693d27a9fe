"""Brake on guessing: after a few wrong passwords an account, and an address, must wait."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FORGET_S = 900.0
LONGEST_WAIT_S = 300.0
REMEMBERED = 10_000


@dataclass(slots=True)
class _Record:
    failures: int
    last: float


class Attempts:
    """Wrong passwords of the last quarter of an hour, in memory and bounded.

    The wait doubles with each further failure. It is counted for an account from one address, so that a
    stranger cannot keep a person out, and for each address over all accounts, so that he cannot go through
    a list of names either.
    """

    def __init__(self, *, free: int = 5, free_per_address: int = 20, now: Callable[[], float] = time.monotonic) -> None:
        self._free = {"account": free, "address": free_per_address}
        self._now = now
        self._records: OrderedDict[tuple[str, str, str], _Record] = OrderedDict()

    def wait_s(self, account: str, address: str) -> int:
        """Seconds until this account may be tried again from this address; 0: now."""
        return max(self._wait(key) for key in self._keys(account, address))

    def failed(self, account: str, address: str) -> None:
        """Note a wrong password."""
        for key in self._keys(account, address):
            record = self._live(key)
            self._records[key] = _Record((record.failures if record else 0) + 1, self._now())
            self._records.move_to_end(key)
        while len(self._records) > REMEMBERED:
            self._records.popitem(last=False)

    def succeeded(self, account: str, address: str) -> None:
        """Forget the wrong passwords of this account from this address."""
        self._records.pop(self._keys(account, address)[0], None)

    @staticmethod
    def _keys(account: str, address: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
        return ("account", account.casefold()[:100], address), ("address", "", address)

    def _live(self, key: tuple[str, str, str]) -> _Record | None:
        record = self._records.get(key)
        return record if record and self._now() - record.last < FORGET_S else None

    def _wait(self, key: tuple[str, str, str]) -> int:
        record = self._live(key)
        if record is None or record.failures < self._free[key[0]]:
            return 0
        wait = min(LONGEST_WAIT_S, 2.0 ** (record.failures - self._free[key[0]] + 1))
        return max(0, int(record.last + wait - self._now() + 0.999))
