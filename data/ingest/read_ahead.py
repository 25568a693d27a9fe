"""One batch is read while the one before is staged: reader and database work at the same time.

All of the reader happens in one thread of its own, so that what it opens it also closes there. At most one batch is
read ahead: a run's memory stays bounded.
"""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor


def read_ahead[Part](read: Callable[[], Iterator[Part]]) -> Generator[Part]:
    """The parts of a reader, in order; an error of the reader comes where its part would have come.

    To be closed if it is left before its end: the reader then ends the part that it is at, and closes its files.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="intake-reader") as hand:
        parts = hand.submit(_opened, read).result()
        coming = hand.submit(next, parts, None)
        try:
            while (part := coming.result()) is not None:
                coming = hand.submit(next, parts, None)
                yield part
        finally:
            # an error holds this frame and its future the error: parted, what was open closes as soon as it is told
            del coming
            hand.submit(parts.close).result()


def _opened[Part](read: Callable[[], Iterator[Part]]) -> Generator[Part]:
    # an iterator that is no generator has nothing to close
    return (part for part in read())
