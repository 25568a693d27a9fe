"""Categories of craft, in the order of their numbers everywhere: in derived files, arrays and pictures."""

from typing import Final

CRAFT_CATEGORIES: Final = ("cargo", "tanker", "fishing", "passenger", "pleasure", "tug", "aircraft", "other")
OTHER: Final = CRAFT_CATEGORIES.index("other")
