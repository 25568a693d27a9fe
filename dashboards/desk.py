"""What the parts of one open page share: who asks, of what, in which worker threads."""

from dataclasses import dataclass

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository


@dataclass(frozen=True, slots=True)
class Desk:
    """Collaborators of the parts of a page."""

    state: State
    repository: Repository
    asker: Asker
    answers: Answers
    sees_health: bool
