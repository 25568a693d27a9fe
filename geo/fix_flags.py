"""What cleaning found about one position of a craft: bits of `fix.flags`, 0 for nothing found.

A value that cannot be used is null beside its flag; one that was mended or is merely doubtful is kept.
A position that cannot be one (out of range, at 0, 0) is no fix: it goes into the quarantine.
"""

from collections.abc import Mapping
from enum import IntFlag
from typing import Final


class FixFlag(IntFlag):
    """One bit per finding; numbers are stored and never change their meaning."""

    IDENTIFIER_MALFORMED = 1
    """The craft's number has not the length that its system demands, such as an MMSI without nine digits."""
    NOT_A_VESSEL = 2
    """The number is of a station, a buoy, an aircraft or a beacon (ITU-R M.585)."""
    SPEED_UNKNOWN = 4
    """The speed was the system's "not available" (AIS: 102.3 kn), or a number that cannot be one; it is null."""
    SPEED_MENDED = 8
    """The speed had overflowed a signed number (AIS: 102.4 kn were added)."""
    SPEED_IMPLAUSIBLE = 16
    """The speed is beyond what a vessel does (over 60 kn); it is kept."""
    COURSE_UNKNOWN = 32
    """The course was the system's "not available" (AIS: 360), or a number that cannot be one; it is null."""
    COURSE_MENDED = 64
    """The course had overflowed a signed number (AIS: 409.6° were added)."""
    HEADING_IMPOSSIBLE = 128
    """The heading was neither 0 to 359 nor the system's "not available" (AIS: 511); it is null."""
    ON_GROUND = 256
    """The aircraft said that it was on the ground (ADS-B); nothing is wrong with the position."""
    ALTITUDE_IMPOSSIBLE = 512
    """The altitude was above or below all flying (over 60,000 or under -1,500 ft); it is null."""


FLAG_WORDS: Final[Mapping[FixFlag, str]] = {
    FixFlag.IDENTIFIER_MALFORMED: "identifier malformed",
    FixFlag.NOT_A_VESSEL: "not a vessel",
    FixFlag.SPEED_UNKNOWN: "speed not available",
    FixFlag.SPEED_MENDED: "speed mended",
    FixFlag.SPEED_IMPLAUSIBLE: "speed over 60 kn",
    FixFlag.COURSE_UNKNOWN: "course not available",
    FixFlag.COURSE_MENDED: "course mended",
    FixFlag.HEADING_IMPOSSIBLE: "heading impossible",
    FixFlag.ON_GROUND: "on the ground",
    FixFlag.ALTITUDE_IMPOSSIBLE: "altitude impossible",
}
"""What a person reads for each bit."""


def written_flags(flags: int) -> str:
    """Findings in words, in the order of their bits; a bit without a word as its number. Empty for 0."""
    bits = (1 << place for place in range(flags.bit_length()) if flags >> place & 1)
    return "; ".join(FLAG_WORDS.get(FixFlag(bit)) or f"flag {bit}" for bit in bits)
