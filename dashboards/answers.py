"""Questions in worker threads: the latest wins, a fault becomes a state of the pane that asked."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import structlog

from watchfloor.dashboards.pane_state import PaneState, failed, refused
from watchfloor.geo.errors import NotSignedIn, Refused, WatchfloorError

log = structlog.get_logger(__name__)

WORKERS = 3

type Deliver = Callable[[Callable[[], None]], object]


class Answers:
    """One page's questions. Each has a place; a newer question in the same place makes an older one void.

    deliver: runs a call on the page's own thread, where the document may be changed. workers: where questions
    run; a few threads of this page's own if none are given.
    """

    def __init__(self, deliver: Deliver, workers: Executor | None = None) -> None:
        self._deliver = deliver
        self._workers = workers or ThreadPoolExecutor(WORKERS, thread_name_prefix="answers")
        self._latest: dict[str, int] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def ask[Answer](
        self,
        place: str,
        question: Callable[[], Answer],
        on_answer: Callable[[Answer], None],
        on_fault: Callable[[PaneState], None],
    ) -> None:
        """Ask in a worker thread, and hand on the answer or the fault unless a newer question took its place."""
        turn = self._next_turn(place)
        if not self._is_closed:
            self._workers.submit(self._run, place, turn, question, on_answer, on_fault)

    def forget(self, place: str) -> None:
        """Make what was asked in that place void."""
        self._next_turn(place)

    def close(self) -> None:
        """Ask nothing more; answers still under way reach nobody."""
        self._is_closed = True
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _next_turn(self, place: str) -> int:
        with self._lock:
            self._latest[place] = self._latest.get(place, 0) + 1
            return self._latest[place]

    def _is_void(self, place: str, turn: int) -> bool:
        return self._is_closed or self._latest[place] != turn

    def _run[Answer](
        self,
        place: str,
        turn: int,
        question: Callable[[], Answer],
        on_answer: Callable[[Answer], None],
        on_fault: Callable[[PaneState], None],
    ) -> None:
        if self._is_void(place, turn):
            return
        try:
            answer = question()
        except WatchfloorError as error:
            state = state_of(error)
            self._hand_on(place, turn, lambda: on_fault(state))
        except Exception:
            # whatever a question meets ends in a visible state of its pane, never in a dead page
            log.exception("question failed", place=place)
            self._hand_on(place, turn, lambda: on_fault(failed("This could not be read. The rest goes on working.")))
        else:
            self._hand_on(place, turn, lambda: on_answer(answer))

    def _hand_on(self, place: str, turn: int, tell: Callable[[], None]) -> None:
        if not self._is_void(place, turn):
            self._deliver(lambda: None if self._is_void(place, turn) else tell())


def state_of(error: WatchfloorError) -> PaneState:
    """What a pane shows of an error of ours."""
    if isinstance(error, NotSignedIn):
        return refused("Your sign-in has ended. Sign in again to go on.")
    text = str(error)
    sentence = text[:1].upper() + text[1:]
    return refused(sentence) if isinstance(error, Refused) else failed(sentence)
