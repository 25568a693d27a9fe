"""What every board of kept things does: read, fill in a form, keep, change, remove. Pages add their own acts."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from watchfloor.dashboards.answers import Answers, state_of
from watchfloor.dashboards.kept_board import KeptBoard
from watchfloor.dashboards.kept_forms import Filling, draft_of, form_of, turned
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import About, Kept, KeptKind
from watchfloor.geo.scope import Label, PrincipalKind

type OnRead = Callable[[tuple[Kept, ...]], None]

KEEPERS = {PrincipalKind.PERSON, PrincipalKind.SERVICE}
WAIT = "A moment: the markings are being read."


class KeptDesk:
    """Keeps and shows the things of one page.

    kinds, about: what is read. on_read: draws it into the board's sections. known_at: as known then, to be looked at
    only. acts: further acts by name; each is called with what the browser told. offers: what a form of a kind lets
    choose among.
    """

    def __init__(
        self,
        repository: Repository,
        asker: Asker,
        answers: Answers,
        *,
        kinds: Collection[KeptKind],
        about: About | None,
        on_read: OnRead,
        form_key: str = "",
        known_at: datetime | None = None,
    ) -> None:
        self._repository, self._asker, self._answers = repository, asker, answers
        self._kinds, self._about, self._on_read, self._form_key = kinds, about, on_read, form_key
        self._known_at = known_at
        self._labels: tuple[Label, ...] = ()
        self._agency: str | None = None
        self._filling: Filling | None = None
        self.offers: Callable[[KeptKind], Mapping[str, Any]] = lambda _: {}
        self.things: dict[str, Kept] = {}
        self.may_keep = known_at is None
        self.board = KeptBoard(self._act)
        self.acts: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "edit": self._edit,
            "remove": self._remove,
            "save": self._save,
            "cancel": lambda _: self.close(),
            "sent": lambda _: self._kept(),
            "done": self._turn,
        }

    def begin(self) -> None:
        """Read labels and things."""
        self._answers.ask("labels to keep", self._read_labels, self._know, self.fault)
        self.read()

    def read(self) -> None:
        """Read the things anew."""
        question = partial(self._repository.kept, self._asker, self._kinds, self._about, known_at=self._known_at)
        self._answers.ask("kept", question, self._take, self.fault)

    def fill(self, filling: Filling) -> None:
        """Open a form."""
        if not self._labels:
            self.board.tell(WAIT)
            return
        self._filling = filling
        self.board.tell("")
        self.board.form = form_of(filling, self._labels, agency=self._agency, form_key=self._form_key)

    def close(self) -> None:
        """Close the form."""
        self._filling = None
        self.board.param.update(form={}, says="", is_fault=False)

    def fault(self, fault: PaneState) -> None:
        """Say what went wrong; what was typed stays in its form."""
        self.board.tell(fault.sentence, is_fault=True)

    def thing(self, told: Mapping[str, Any]) -> Kept | None:
        """The thing that a message names, if it is one of those that are shown."""
        return self.things.get(str(told.get("id")))

    # ------------------------------------------------------------ acts
    def _act(self, act: str, told: Mapping[str, Any]) -> None:
        if act in self.acts and (self._known_at is None or act == "cancel"):
            self.acts[act](told)

    def _edit(self, told: Mapping[str, Any]) -> None:
        kept = self.thing(told)
        if kept is not None and kept.kind is not KeptKind.ATTACHMENT:
            self.fill(Filling(kept.kind, kept.about, self.offers(kept.kind), kept=kept))

    def _remove(self, told: Mapping[str, Any]) -> None:
        kept = self.thing(told)
        if kept is not None:
            self._write(partial(self._repository.remove, self._asker, kept.id, kept.version))

    def _turn(self, told: Mapping[str, Any]) -> None:
        kept = self.thing(told)
        if kept is not None and kept.kind is KeptKind.TASK:
            self._write(partial(self._repository.amend, self._asker, kept.id, kept.version, turned(kept)))

    def _save(self, told: Mapping[str, Any]) -> None:
        filling, said = self._filling, told.get("said")
        if filling is None or not isinstance(said, Mapping):
            return
        try:
            draft = draft_of(filling, said)
        except BadQuestion as error:
            self.board.tell("")
            self.fault(state_of(error))
            return
        if filling.kept is None:
            self._write(partial(self._repository.keep, self._asker, draft))
        else:
            thing, version = filling.kept.id, filling.kept.version
            self._write(partial(self._repository.amend, self._asker, thing, version, draft))

    def _write(self, write: Callable[[], object]) -> None:
        self.board.tell("")
        self._answers.ask("keep", write, lambda _: self._kept(), self.fault)

    def _kept(self) -> None:
        self.close()
        self.read()

    # ------------------------------------------------------------ answers
    def _read_labels(self) -> tuple[bool, str | None, tuple[Label, ...]]:
        scope = self._repository.scope(self._asker)
        return scope.kind in KEEPERS, scope.agency, self._repository.keepable_labels(self._asker)

    def _know(self, known: tuple[bool, str | None, tuple[Label, ...]]) -> None:
        is_keeper, self._agency, self._labels = known
        self.may_keep = is_keeper and self._known_at is None
        if not self.may_keep:
            self._on_read(tuple(self.things.values()))

    def _take(self, things: tuple[Kept, ...]) -> None:
        self.things = {str(kept.id): kept for kept in things}
        self._on_read(things)


def only(things: Collection[Kept], kind: KeptKind) -> list[Kept]:
    """Those of one kind, in their order."""
    return [kept for kept in things if kept.kind is kind]
