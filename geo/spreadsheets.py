"""Texts that a spreadsheet would run: what begins as a formula does, in ASCII or full width, after whatever blanks."""

import re
from typing import Final

# blanks that would begin a cell anew are among them; both Python and Rust read it so
FORMULA: Final = r"^[\s\u200b\ufeff]*[=+\-@\t\r\n＝＋－＠|%]"
_BEGINS: Final = re.compile(FORMULA)


def harmless(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would run it."""
    return "'" + text if _BEGINS.match(text) else text
