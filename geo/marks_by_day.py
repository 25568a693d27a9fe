"""Marks of one craft's positions as derived files bear them: label for label, each day beside the evening before it."""

import numpy as np

from watchfloor.geo.cleaned_way import Sent
from watchfloor.geo.track_marks import MarkArray, marks
from watchfloor.geo.track_pieces import DAY_S, MOST_SILENCE_S


def marks_by_day(sent: Sent, category: int) -> MarkArray:
    """Marks of positions that are sorted by label, then time; shape (n,).

    They are what files say only where the positions reach back to the evening before and on to the end of each day.
    """
    label, at_s = sent.label, sent.at_s
    found = np.zeros(len(at_s), np.uint16)
    if not len(at_s):
        return found
    day = at_s // DAY_S
    begins = np.flatnonzero(np.append(True, (np.diff(label) != 0) | (np.diff(day) != 0)))
    ends = np.append(begins[1:], len(at_s))
    # one number that rises with label and time finds each evening before
    rising = np.unique(label, return_inverse=True)[1] * (int(at_s.max()) + DAY_S) + at_s
    first = np.searchsorted(rising, rising[begins] - at_s[begins] % DAY_S - MOST_SILENCE_S)
    of_label = np.searchsorted(label, label[begins])
    first = np.maximum(first, of_label)
    sizes = ends - first
    part = np.repeat(np.arange(len(begins)), sizes)
    row = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - ends, sizes)
    kinds = np.full(len(row), category)
    each = marks(part, at_s[row], sent.lon[row], sent.lat[row], sent.speed_kn[row], kinds)
    own = row >= begins[part]
    found[row[own]] = each[own]
    return found
