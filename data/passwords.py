"""What a password must be to be taken: long, not guessable from the account. No rule about kinds of signs.

Source: NIST SP 800-63B-4 (2025), section 3.1.1: 15 characters where the password stands alone, no rules of
composition, comparison with what is commonly used or expected.
"""

from itertools import pairwise

from watchfloor.geo.errors import BadInput

LEAST = 15
MOST = 256
LEAST_DIFFERENT = 6
_EXPECTED = (
    "watchfloor", "password", "passphrase", "letmein", "qwerty", "welcome", "administrator", "changeme", "exercise",
)  # fmt: skip
RULE = (
    f"a password has {LEAST} to {MOST} characters, at least {LEAST_DIFFERENT} different ones, and is more than a row "
    "of neighbours, the account's own name or a word that everybody tries first; several unrelated words serve well"
)


def check_password(password: str, *known: str) -> None:
    """Raises BadInput unless the password is fit for an account of which these words are known."""
    reason = _fault(password, [word for word in known if len(word) > 2])
    if reason:
        raise BadInput(f"this password is not taken, {reason}: {RULE}")


def _fault(password: str, known: list[str]) -> str | None:
    if not LEAST <= len(password) <= MOST:
        return f"it has {len(password)} characters"
    if any(not sign.isprintable() for sign in password):
        return "it holds signs that cannot be typed again"
    plain = password.casefold()
    if len(set(plain)) < LEAST_DIFFERENT:
        return "it repeats a few signs"
    if _is_row(plain):
        return "it is a row of neighbours"
    rest = plain
    for word in (*_EXPECTED, *(word.casefold() for word in known)):
        rest = rest.replace(word, "")
    if len(rest) < LEAST // 2:
        return "little of it is not expected"
    return None


def _is_row(text: str) -> bool:
    """Whether nearly every sign is the neighbour of the one before it: abcdefg, 87654321."""
    near = sum(abs(ord(a) - ord(b)) <= 1 for a, b in pairwise(text))
    return near >= 0.8 * (len(text) - 1)
