"""A brief as one file of HTML: read under the asker's scope, marked, refused to whom it may not go, written down."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from watchfloor.app.brief_map import brief_map
from watchfloor.app.identity import Visit
from watchfloor.app.map_words import COLOURS, title_of
from watchfloor.app.tile_painters import Pictures
from watchfloor.dashboards.brief_reading import Brief, BriefOrder, read_brief
from watchfloor.dashboards.brief_words import NOT_TESTED, brief_words, cited
from watchfloor.dashboards.templates import asset, rendered
from watchfloor.dashboards.theme import stylesheet
from watchfloor.data.answering import as_known
from watchfloor.data.door import Asked
from watchfloor.data.export.exports import EMPTY, handed
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.handing_on import BESIDE, Counts, Handling, why_not_to
from watchfloor.geo.scope import Scope, Tlp
from watchfloor.geo.weights import written_weight

FORM: Final = "html"
MOST_REASONS: Final = 4
# what only a page of the server has
ALONE: Final[Mapping[str, Any]] = {
    "visit": None, "idle_minutes": None, "back": "", "link": {}, "agencies": (), "given_to": "", "fault": ""
}  # fmt: skip
_MOST_PLACE: Final = 400
GIVEN: Final = "What the records lead to, what craft did and notes are in it as far as they may be given to"


@dataclass(frozen=True, slots=True)
class BriefFile:
    """A brief that was made: what it says of itself, its body as HTML, and how it is named and cited."""

    order: BriefOrder
    handling: Handling
    title: str
    body: str
    version: int
    cited: tuple[tuple[str, str], ...]

    def html(self, **page: Any) -> str:
        """The whole of it; page: what a page of the server has beyond a file, such as `visit`."""
        handling = self.handling
        given = f"for {handling.given_to}" if handling.given_to else "for the named person alone"
        agency = f", {handling.agency}" if handling.agency else ""
        strictest = max((label.tlp for label, _ in handling.labels), default=Tlp.CLEAR)
        page = {**ALONE, **page}
        return rendered(
            "brief.html", handling=handling, title=self.title, body=self.body, version=self.version, cited=self.cited,
            colour=COLOURS[strictest], digest=digest(handling.question), address=address_of(self.order),
            made=f"{handling.asked_at:%Y-%m-%d %H:%M:%SZ} by {handling.by}{agency}, {given}, with Watchfloor",
            about=json.dumps(handling.as_json(), ensure_ascii=False), styles=_styles(), **page,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BriefMaker:
    """Makes briefs for one visit. pictures: the painters' own, made when the first is drawn."""

    repository: Repository
    visit: Visit
    asker: Asker
    pictures: Callable[[], Pictures]
    is_exercise: bool

    def make(self, order: BriefOrder) -> BriefFile:
        """The brief of an order; audited as an export, since it is made to be printed.

        Raises Refused if a label of what is in it forbids whom it is for, and what its questions raise.
        """
        question = question_of(order)
        said = question | as_known(order.query.known_at) | {"form": "brief", "for": order.given_to}
        self.repository.single(self.asker, Asked("export", said, self.asker.view_id), lambda _: None)
        asked_at = datetime.now(UTC)
        brief = read_brief(self.repository, self.asker, order)
        _check(brief)
        handling = _handling(brief, self.visit.scope, asked_at, is_exercise=self.is_exercise)
        sentence = title_of(self.repository, self.asker, order.state)
        picture, drawn = brief_map(self.repository, self.asker, self.visit.scope, order, self.pictures)
        words = brief_words(brief, sentence, asked_at)
        body = rendered(
            "brief_body.html", picture=picture, undrawn=max(0, brief.evidence.n - drawn), weight=written_weight,
            not_tested=NOT_TESTED, **words,
        )  # fmt: skip
        handling = replace(handling, words=words["question"], content_sha256=hashlib.sha256(body.encode()).hexdigest())
        return BriefFile(order, handling, words["heading"], body, brief.version, cited(brief, question))

    def hand_on(self, made: BriefFile) -> tuple[str, bytes]:
        """Name and content of the file, once audit and record of dissemination are written.

        Raises Refused, and BadQuestion if there is nothing in it.
        """
        if not made.handling.labels:
            raise BadQuestion(EMPTY)
        content = made.html().encode()
        if self.repository.scope(replace(self.asker, known=None)).epoch != self.visit.scope.epoch:
            raise Refused("your rights have changed since this brief was made: open it again")
        name = f"{made.handling.file_stem}.{FORM}"
        told = handed(made.handling, FORM, name, hashlib.sha256(content).digest(), len(content))
        self.repository.hand_on(self.asker, told)
        return name, content


def question_of(order: BriefOrder) -> dict[str, Any]:
    """The question of a brief, for the audit, the file and its hash; a long place by its hash."""
    asked = order.query.subject() | {"layer": "brief", "of": "seizures"}
    if order.area is not None:
        return asked | {"kept": str(order.area.id), "kept_version": order.area.version}
    name = order.place.name
    if len(name) <= _MOST_PLACE:
        return asked | {"selection": name}
    return asked | {
        "selection": f"{name[:_MOST_PLACE]}…",
        "selection_sha256": hashlib.sha256(name.encode()).hexdigest(),
    }


def digest(question: Mapping[str, Any]) -> str:
    """SHA-256 of a question as JSON with sorted keys and without spaces, in hexadecimal."""
    text = json.dumps(dict(question), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link_of(order: BriefOrder) -> dict[str, str]:
    """What an address says to open this brief again."""
    link = order.state.as_link()
    if order.area is None or order.is_selected:
        return link
    return {"kept": str(order.area.id)} | {name: value for name, value in link.items() if name != "selection"}


def address_of(order: BriefOrder) -> str:
    """Where this brief is made again."""
    return "/brief?" + urlencode(link_of(order), safe=",:;/")


def _check(brief: Brief) -> None:
    given_to = brief.order.given_to
    reasons = why_not_to((label for label, _ in brief.labels), given_to)
    if reasons:
        more = f"; and {len(reasons) - MOST_REASONS} more labels" if len(reasons) > MOST_REASONS else ""
        raise Refused(f"this may not be given to {given_to}: {'; '.join(reasons[:MOST_REASONS])}{more}")


def _handling(brief: Brief, scope: Scope, asked_at: datetime, *, is_exercise: bool) -> Handling:
    found, order = brief.evidence, brief.order
    return Handling(
        is_exercise=is_exercise,
        labels=brief.labels,
        question=question_of(order),
        words="",
        asked_at=asked_at,
        known_at=order.query.known_at,
        counts=Counts(
            found.n,
            may_lie_here=found.n_may - found.n_unplaced,
            left_out=found.n_unplaced,
            by_precision=dict(brief.parts.precisions),
            where="seizures lie in this place",
        ),
        by=f"{scope.display_name} ({scope.principal})",
        agency=scope.agency,
        given_to=order.given_to,
        notes=(BESIDE, *((f"{GIVEN} {order.given_to}",) if order.given_to else ())),
    )


@cache
def _styles() -> str:
    return stylesheet() + asset("brief.css")
