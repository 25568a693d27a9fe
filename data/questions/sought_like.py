"""Whether words are like other words though misspelt or written by ear, how like, and which signs of a text match."""

from collections.abc import Sequence

from watchfloor.data.folding import CONFUSED, folded_from
from watchfloor.geo.finds import Piece, marked

_SOUND = (("ph", "f"), ("kh", "h"), ("x", "ks"), ("ck", "k"))
_FIRST = str.maketrans("eiouycqzvw", "aaaaakksbb")
_NEXT = str.maketrans("cqzvw", "kksbb", "aeiouy")


def has_words_like(wanted: Sequence[str], words: Sequence[str]) -> float | None:
    """How like the words are to those wanted, from 0 to 1; None if one of them has no match. The order is nobody's."""
    free = list(words)
    likeness = 0.0
    for word in wanted:
        best = max(((_likeness(word, other), -at) for at, other in enumerate(free)), default=(0.0, 0))
        if best[0] == 0.0:
            return None
        likeness += best[0]
        free.pop(-best[1])
    # what else the name says makes it a little less like
    return likeness / len(wanted) - 0.02 * min(len(free), 5)


def _likeness(wanted: str, word: str) -> float:
    if word == wanted:
        return 1.0
    if word.startswith(wanted):
        return 0.95
    if len(wanted) < 4:
        return 0.0
    allowed = 1 if len(wanted) < 8 else 2
    apart = distance(wanted, word, allowed)
    # the last word may be unfinished
    begun = distance(wanted, word[: len(wanted)], allowed) if len(word) > len(wanted) else allowed + 1
    if min(apart, begun) <= allowed:
        return 0.9 - 0.1 * apart if apart <= allowed else 0.8 - 0.1 * begun
    return 0.6 if len(sound(wanted)) >= 3 and sound(wanted) == sound(word) else 0.0


def sound(word: str) -> str:
    """What stays of a word when it is written by ear: as `watchfloor.sound` in data/sql/search.sql."""
    for written, heard in _SOUND:
        word = word.replace(written, heard)
    plain = word[:1].translate(_FIRST) + word[1:].translate(_NEXT)
    return "".join(letter for at, letter in enumerate(plain) if at == 0 or plain[at - 1] != letter)


def distance(one: str, other: str, most: int) -> int:
    """Letters left out, put in, changed or swapped between two words; more than `most` is most + 1.

    Source: Damerau 1964, doi:10.1145/363958.363994, restricted to swaps of neighbours.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                least = min(least, last[j - 2] + 1)
            row.append(least)
    return min(row[-1], most + 1)


def pieces_of(text: str, words: Sequence[str], codes: Sequence[str]) -> tuple[Piece, ...]:
    """The text in pieces, marked where it holds a fragment of a number or a word, or begins so."""
    plain, origin = folded_from(text)
    for code in codes:
        at = plain.translate(CONFUSED).find(code)
        if at >= 0:
            return marked(text, list(range(origin[at], origin[at + len(code) - 1] + 1)))
    matches: list[int] = []
    starts = [at for at in range(len(plain)) if at == 0 or origin[at] != origin[at - 1] + 1]
    for word in words:
        begins = next((at for at in starts if plain.startswith(word, at)), None)
        if begins is not None:
            matches += range(origin[begins], origin[begins + len(word) - 1] + 1)
    return marked(text, matches)
