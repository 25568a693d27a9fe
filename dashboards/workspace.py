"""What people keep about one record: members, tasks, notes, files and views of a case, notes of an entity; the news."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.export_dialog import OWN_AGENCY, agencies
from watchfloor.dashboards.kept_desk import KeptDesk, only
from watchfloor.dashboards.kept_forms import Filling
from watchfloor.dashboards.kept_rows import row, section, view_address, written
from watchfloor.dashboards.session import PageSession
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.kept import About, AboutKind, Kept, KeptKind
from watchfloor.geo.kept_drafts import link_of

KINDS = {
    AboutKind.CASE: (KeptKind.MEMBER, KeptKind.TASK, KeptKind.NOTE, KeptKind.ATTACHMENT, KeptKind.VIEW),
    AboutKind.ENTITY: (KeptKind.NOTE,),
}
NO_MEMBERS = "Nobody is named beside those of the case file. Add who works on it, so that others can reach them."
NO_TASKS = "Nothing is to be done. Add a task, and say who does it until when."
NO_NOTES = "Nobody has written anything yet. Write what others should know."
NO_FILES = "No file is attached yet. Attach one; its hash is kept with it."
NO_VIEWS = "No view belongs to this case yet. Keep one on the explore page, then add it here."
SAVE_FIRST = "You have no view yet: keep one on the explore page, under Kept."
FIRST_LOOK = "You look at this for the first time."
ONLY_LOOK = "Nothing is kept here that this account sees."

type Looked = tuple[datetime | None, tuple[tuple[str, int], ...]]


class Workspace(Viewer):
    """The part of a record's page that people write."""

    def __init__(
        self, session: PageSession, about: About, known_at: datetime | None = None, *, people: Sequence[str] = ()
    ) -> None:
        """known_at: what was kept then, to be looked at only. people: who works on it by the record itself."""
        super().__init__()
        self._people = tuple(people)
        document = pn.state.curdoc
        assert document is not None
        self._session, self._about, self._known_at = session, about, known_at
        self._answers = answers = Answers(document.add_next_tick_callback)
        document.on_session_destroyed(lambda _: answers.close())
        self._looked: Looked | None = None
        self._agencies: dict[str, str] = {}
        self._on_labels: Callable[[list[str]], None] = lambda _: None
        self.kept = KeptDesk(
            session.repository, session.asker, answers, kinds=KINDS[about.kind], about=about, on_read=self._display,
            form_key=session.form_key, known_at=known_at,
        )  # fmt: skip
        self.kept.acts |= {kind.value: partial(self._begin, kind) for kind in KINDS[about.kind]}
        self.kept.offers = self._offers
        self.kept.acts[KeptKind.VIEW.value] = lambda _: self._ask_views()
        pn.state.onload(self.begin)

    def begin(self) -> None:
        """Read what is kept, and note that the reader looks."""
        if self._known_at is None:
            ask = partial(_look, self._session.repository, self._session.asker, self._about)
            self._answers.ask("look", ask, self._know, self.kept.fault)
            session = self._session
            known = partial(agencies, session.door, session.asker.token, session.scope.agency)
            self._answers.ask("agencies", known, self._know_agencies, self.kept.fault)
        self.kept.begin()

    def heed(self, on_labels: Callable[[list[str]], None]) -> None:
        """Call with the labels of what is kept, whenever that is read."""
        self._on_labels = on_labels

    def __panel__(self) -> pn.viewable.Viewable:
        return self.kept.board

    # ------------------------------------------------------------ the lists
    def _display(self, things: tuple[Kept, ...]) -> None:
        self._on_labels([kept.label.title for kept in things])
        since = self._looked[0] if self._looked else None
        drawn = {
            KeptKind.MEMBER: (_member_row, "Who works on it", NO_MEMBERS, "Add somebody"),
            KeptKind.TASK: (_task_row, "Tasks", NO_TASKS, "Add a task"),
            KeptKind.NOTE: (_note_row, "Notes", NO_NOTES, "Write a note"),
            KeptKind.ATTACHMENT: (_file_row, "Attachments", NO_FILES, "Attach a file"),
            KeptKind.VIEW: (_view_row, "Views", NO_VIEWS, "Add a view"),
        }
        news = [section("Since you last looked", [], empty=self._news(things, since), adds=())]
        sections = news if self._known_at is None else []
        for kind in KINDS[self._about.kind]:
            made, title, empty, add = drawn[kind]
            rows = [made(kept, since) for kept in _ordered(only(things, kind))]
            adds = [{"act": kind.value, "title": add}] if self.kept.may_keep else []
            sections.append(section(title, rows, empty=empty if self.kept.may_keep else ONLY_LOOK, adds=adds))
        self.kept.board.sections = sections

    def _news(self, things: tuple[Kept, ...], since: datetime | None) -> str:
        if self._looked is None:
            return "Loading…"
        if since is None:
            return FIRST_LOOK if self.kept.may_keep else ONLY_LOOK
        new = sum(kept.at > since and not kept.is_own for kept in things)
        told = [*self._looked[1], *([("kept thing", new)] if new else [])]
        words = ", ".join(f"{n:,} {what if n == 1 else _plural(what)}" for what, n in told)
        return f"{written(since)}: {words or 'nothing that you may see has changed'}."

    # ------------------------------------------------------------ acts
    def _begin(self, kind: KeptKind, _: Mapping[str, Any]) -> None:
        self.kept.fill(Filling(kind, self._about, self._offers(kind)))

    def _offers(self, kind: KeptKind) -> dict[str, Any]:
        """A task is for one of those who work on the case, and these are of agencies that the store knows."""
        if kind is KeptKind.MEMBER:
            return {"agencies": self._agencies}
        if kind is not KeptKind.TASK:
            return {}
        added = [kept.name for kept in only(self.kept.things.values(), KeptKind.MEMBER)]
        return {"people": (*self._people, *added)}

    def _ask_views(self) -> None:
        ask = partial(self._session.repository.kept, self._session.asker, (KeptKind.VIEW,))
        self._answers.ask("views", ask, self._offer, self.kept.fault)

    def _offer(self, views: tuple[Kept, ...]) -> None:
        free = [kept for kept in views if kept.about is None]
        if not free:
            self.kept.board.tell(SAVE_FIRST)
            return
        given = {str(number): (kept.name, link_of(kept.body)) for number, kept in enumerate(free)}
        self.kept.fill(Filling(KeptKind.VIEW, self._about, {"views": given}))

    def _know_agencies(self, known: list[list[str]]) -> None:
        self._agencies = {code: name.removeprefix(OWN_AGENCY) for code, name in known if code}

    def _know(self, looked: Looked) -> None:
        self._looked = looked
        self._display(tuple(self.kept.things.values()))


def _look(repository: Repository, asker: Asker, about: About) -> Looked:
    before = repository.look(asker, about)
    return before, () if before is None else repository.changes(asker, about, before)


def _ordered(things: list[Kept]) -> list[Kept]:
    """Tasks that are open first, by their day; the rest stays as it is."""
    return sorted(things, key=lambda kept: (bool(kept.body.get("done")), str(kept.body.get("until") or "9999")))


def _task_row(kept: Kept, since: datetime | None) -> dict[str, Any]:
    who, until = str(kept.body.get("who", "")), str(kept.body.get("until", ""))
    told = " · ".join(part for part in (who, f"until {until}" if until else "") if part)
    made = row(kept, since=since, check="done", done=bool(kept.body.get("done")), **_rest(kept))
    return made | {"line": f"{told} · {made['line']}" if told else made["line"]}


def _member_row(kept: Kept, since: datetime | None) -> dict[str, Any]:
    told = [str(kept.body.get(name, "")) for name in ("role", "agency", "telephone")]
    return row(kept, since=since, text=" · ".join(part for part in told if part))


def _note_row(kept: Kept, since: datetime | None) -> dict[str, Any]:
    return row(kept, since=since, **_rest(kept))


def _file_row(kept: Kept, since: datetime | None) -> dict[str, Any]:
    size, digest = int(kept.body.get("bytes", 0)), str(kept.body.get("sha256", ""))
    text = f"{_size(size)} · {kept.body.get('media_type', '')} · SHA-256 {digest}"
    return row(kept, since=since, href=f"/kept/attachments/{kept.id}", text=text)


def _view_row(kept: Kept, since: datetime | None) -> dict[str, Any]:
    return row(kept, since=since, href=view_address(kept))


def _rest(kept: Kept) -> dict[str, Any]:
    """The text below the name: all of it if the name is not its first line, else what follows."""
    first, _, rest = kept.text.partition("\n")
    return {"text": rest.strip() if first == kept.name else kept.text}


def _size(size: int) -> str:
    if size < 1_000:
        return f"{size} bytes"
    return f"{size / 1_000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def _plural(what: str) -> str:
    noun, *rest = what.split(" ", 1)
    return " ".join([f"{noun}s", *rest])
