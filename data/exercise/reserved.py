"""Identifiers that can belong to nobody: reserved telephone ranges, unassigned codes, wrong check digits.

telephones  NANP 555-0100 to 555-0199 in any area (reserved for fiction), the UK's drama numbers (Ofcom:
            020 7946 0xxx, 07700 900xxx), France's numbers for works of fiction (ARCEP: 01 99 00, 02 61 91,
            03 53 01, 04 65 71, 05 36 49, 06 39 98)
plates      EX-LLL 999, used by no registration office
MMSI        MID 799: ITU assigns maritime identification digits from 201 to 775 only
IMO         99xxxxx with a check digit that is wrong on purpose, so that no validator takes it for a ship
call signs  Q...: the ITU assigns no series that begins with Q
flags       XA, XB, XC: user-assigned codes of ISO 3166-1
containers  owner code EXXU with a wrong ISO 6346 check digit
accounts    country code XE (user-assigned) with check digits 00, which IBAN never has
"""

from typing import Final

import numpy as np

type Strings = list[str]

_AREA_DIGITS: Final = (
    "202205206207208210212213214215216217219224228239240248251252253254256260262267269270"
    "281301302303304305307308309310312313314315316317318319320321323325330331334336337339"
)
_AREAS: Final = tuple(_AREA_DIGITS[i : i + 3] for i in range(0, len(_AREA_DIGITS), 3))
_FRENCH: Final = ("19900", "26191", "35301", "46571", "53649", "63998")
_LETTERS: Final = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ"))
FLAGS: Final = ("XA", "XB", "XC")
PHONES: Final = len(_AREAS) * 100 + 2 * 1000 + len(_FRENCH) * 10_000
"""How many different telephone numbers there are."""


def phone_numbers(rng: np.random.Generator, n: int) -> Strings:
    """n different telephone numbers in E.164, three quarters of them American while those last; at most PHONES."""
    american = [f"+1{area}55501{i:02d}" for area in _AREAS for i in range(100)]
    british = [f"+44207946{i:04d}" for i in range(1000)] + [f"+447700900{i:03d}" for i in range(1000)]
    first = min(len(american), (3 * n + 3) // 4)
    n_british = min(len(british), (n - first + 1) // 2)
    n_french = n - first - n_british
    chosen = [american[i] for i in rng.permutation(len(american))[:first]]
    chosen += [british[i] for i in rng.permutation(len(british))[:n_british]]
    chosen += [
        f"+33{_FRENCH[i // 10_000]}{i % 10_000:04d}" for i in rng.permutation(len(_FRENCH) * 10_000)[:n_french].tolist()
    ]
    return [chosen[i] for i in rng.permutation(len(chosen))]


def plates(rng: np.random.Generator, n: int) -> Strings:
    """n different plates of the invented pattern EX-LLL 999."""
    base = len(_LETTERS)
    numbers = rng.choice(base**3 * 1000, size=n, replace=False)
    letters = np.stack([_LETTERS[numbers // 1000 // base**k % base] for k in (2, 1, 0)], axis=1)
    pairs = zip(letters.tolist(), (numbers % 1000).tolist(), strict=True)
    return [f"EX-{''.join(row)} {number:03d}" for row, number in pairs]


def mmsi_numbers(n: int) -> Strings:
    """n MMSI with the unassigned MID 799."""
    return [f"799{i + 1:06d}" for i in range(n)]


def imo_numbers(n: int) -> Strings:
    """Seven-digit IMO numbers whose check digit is wrong, as many as there are of the n asked for."""
    made = []
    for i in range(min(n, 10_000)):
        body = f"99{i:04d}"
        right = sum(int(digit) * weight for digit, weight in zip(body, range(7, 1, -1), strict=True)) % 10
        made.append(f"{body}{(right + 5) % 10}")
    return made


def call_signs(n: int) -> Strings:
    """n call signs of the series Q, which is never assigned."""
    return [f"Q{_LETTERS[i % 23]}{i // 23 % 10}{_LETTERS[i // 230 % 23]}{_LETTERS[i // 5290 % 23]}" for i in range(n)]


def container_numbers(n: int) -> Strings:
    """n container numbers of the owner EXXU with a wrong check digit."""
    # ISO 6346 leaves out the multiples of 11
    values = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (v for v in range(10, 39) if v % 11), strict=True))
    made = []
    for i in range(n):
        body = f"EXXU{i:06d}"
        total = sum((values[c] if c.isalpha() else int(c)) << k for k, c in enumerate(body))
        made.append(f"{body}{(total % 11 % 10 + 5) % 10}")
    return made


def account_numbers(n: int) -> Strings:
    """n account numbers that look like an IBAN and can be none."""
    return [f"XE00EXER{i:012d}" for i in range(n)]


def serial_numbers(prefix: str, n: int) -> Strings:
    """n serial numbers with a prefix, such as those of firearms and parcels."""
    return [f"EX-{prefix}-{i + 1:05d}" for i in range(n)]
