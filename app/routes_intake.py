"""The intake page: a file is handed in, its draft is looked at and corrected, and published; outside of Panel."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from watchfloor.app.identity import Visit, current_visit, same
from watchfloor.app.intake_drafts import Drafts
from watchfloor.app.intake_labels import checked_label, label_choices
from watchfloor.app.intake_publishing import Publishing, Wanted
from watchfloor.app.intake_tickets import KEPT_S, MOST_BYTES, Ticket, Tickets, received
from watchfloor.app.runtime import Runtime
from watchfloor.dashboards.choices import MAX_ZOOM, MIN_ZOOM
from watchfloor.dashboards.intake import PRECISIONS, ROWS, TARGETS, reasons_of, roles_of, said, table_of
from watchfloor.dashboards.intake_places import explore_link, places_of
from watchfloor.dashboards.templates import rendered
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadInput, Refused
from watchfloor.geo.scope import PrincipalKind
from watchfloor.layers.vectors import TILE_PIXELS

type FormKey = Annotated[str, Header(alias="x-form-key", max_length=100)]
_LONGEST_ANSWER = 300
_MOST_ANSWERS = 200
# what a form may say of a label
_LABEL = ("tlp", "owner", "tier", "compartment")
_ANY_PERIOD = {"since": "2000-01-01", "until": "2000-01-02"}


@dataclass(frozen=True, slots=True)
class Form:
    """What a form of the page said: single fields, and the agencies that were ticked."""

    fields: dict[str, str]
    released: list[str]


class IntakeRoutes:
    """The routes of the page, for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tickets = Tickets(runtime.settings.home)
        self._tickets.clear()
        self._drafts = Drafts(runtime)
        self._publishing = Publishing(runtime, self._tickets, self._drafts)
        self.router = APIRouter(prefix="/intake")
        add = self.router.add_api_route
        add("", self.start, methods=["GET"])
        add("/file", self.take, methods=["POST"])
        add("/{key}", self.look, methods=["GET"])
        add("/{key}/answers", self.answer, methods=["POST"])
        add("/{key}/publish", self.publish, methods=["POST"])
        add("/{key}/discard", self.discard, methods=["POST"])

    def start(self, request: Request) -> Response:
        """The page that takes a file."""
        return self._start(_loading(request))

    async def take(self, request: Request, name: str = "", form_key: FormKey = "") -> Response:
        """Write the body down; the answer says where its draft is looked at."""
        visit = _loading(request)
        _check_key(visit, form_key)
        ticket = self._tickets.open(name, visit.seal)
        try:
            await received(ticket, request.stream())
        except BaseException:
            self._tickets.close(ticket)
            raise
        return JSONResponse({"at": f"/intake/{ticket.key}"})

    async def look(self, request: Request, key: str) -> Response:
        """The draft of a file; while it is published, and after that, what became of it."""
        visit = _loading(request)
        ticket = self._tickets.of(key, visit.seal)
        if ticket.is_running or ticket.report or ticket.fault:
            return self._page(
                "intake_run.html", visit, fault=ticket.fault, is_running=ticket.is_running, ticket=ticket,
                report=ticket.report,
            )  # fmt: skip
        return await self._drafts.take(lambda: self._looked_at(ticket, visit))

    async def answer(self, request: Request, key: str) -> Response:
        """Keep what a person has said of the columns, and with which mapping the draft shall begin."""
        visit, form = await _form(request)
        ticket = self._tickets.of(key, visit.seal)
        if form.fields.get("reset"):
            ticket.answers.clear()
        elif not self._drafts.choose(ticket, form.fields.get("base", "")):
            _keep_answers(ticket, form.fields)
        return RedirectResponse(f"/intake/{ticket.key}", 303)

    async def publish(self, request: Request, key: str) -> Response:
        """Begin the run, under a label that the account may load; what cannot be is said beside the draft."""
        from watchfloor.data.mappings_save import checked_name  # noqa: PLC0415

        visit, form = await _form(request)
        ticket = self._tickets.of(key, visit.seal)
        if ticket.is_running or ticket.report:
            return RedirectResponse(f"/intake/{ticket.key}", 303)
        try:
            label = await run_in_threadpool(checked_label, self._runtime, visit, form.fields, form.released)
            keep = form.fields.get("keep", "").strip()
            wanted = Wanted(label, checked_name(keep) if keep else "", visit)
        except BadInput as error:
            fault = str(error)
            return await self._drafts.take(lambda: self._looked_at(ticket, visit, fault=fault, form=form))
        self._publishing.begin(ticket, wanted)
        return RedirectResponse(f"/intake/{ticket.key}", 303)

    async def discard(self, request: Request, key: str) -> Response:
        """Delete the file at once."""
        visit, _ = await _form(request)
        ticket = self._tickets.of(key, visit.seal)
        if not ticket.is_running:
            self._tickets.close(ticket)
        return RedirectResponse("/intake", 303)

    def _start(self, visit: Visit, fault: str = "") -> Response:
        return self._page(
            "intake_start.html", visit, fault=fault, most_mb=MOST_BYTES >> 20, kept_minutes=round(KEPT_S / 60),
            mappings=self._drafts.kept(visit),
        )  # fmt: skip

    def _looked_at(self, ticket: Ticket, visit: Visit, fault: str = "", form: Form | None = None) -> Response:
        self._drafts.look_for_fits(ticket, visit)
        try:
            return self._drafted(ticket, visit, fault, form)
        except BadInput as error:
            # an answer that fits nothing is taken back; so is a mapping; a file that fits nothing goes
            if ticket.answers:
                ticket.answers.clear()
                return self._looked_at(ticket, visit, fault=f"{error}. The answers were taken back")
            if ticket.base is not None:
                title, ticket.base = ticket.base.title, None
                return self._looked_at(ticket, visit, fault=f"{title} does not read this file: {error}")
            self._tickets.close(ticket)
            return self._start(visit, str(error))

    def _drafted(self, ticket: Ticket, visit: Visit, fault: str, form: Form | None) -> Response:
        from watchfloor.data.ingest.mapping_draft import amounts_of  # noqa: PLC0415

        begun = self._drafts.begun(ticket)
        amounts = amounts_of(ticket.path, ticket.form, begun.draft, ROWS)
        draft, places = begun.draft, places_of(begun.draft.records)
        ticket.explore = explore_link(places, draft.records, draft.mapping)
        ticket.shown = {key: said(draft.mapping, key) for key in ("time.format", "time.precision")}
        ticket.shown["target"] = draft.mapping["target"]
        titles, rows = table_of(draft.records, amounts, ticket.shown["time.precision"])
        filled = {name: form.fields.get(name, "") if form else "" for name in _LABEL}
        return self._page(
            "intake_draft.html", visit, fault=fault, key=ticket.key, file_name=ticket.name, draft=draft,
            toml=begun.toml, places=places, tiles=_tiles(visit), zooms=(int(MIN_ZOOM), int(MAX_ZOOM)),
            tile_pixels=TILE_PIXELS, roles=roles_of(draft.mapping), targets=TARGETS, precisions=PRECISIONS,
            time_format=ticket.shown["time.format"], titles=titles, rows=rows,
            reasons=reasons_of(draft.rejects), labels=label_choices(self._runtime, visit), fits=ticket.fits,
            base=ticket.base, is_corrected=bool(ticket.answers), keep=_keep_as(ticket, form),
            said=SimpleNamespace(**filled, released=form.released if form else []),
        )  # fmt: skip

    def _page(
        self, template: str, visit: Visit, *, fault: str = "", is_running: bool = False, **values: Any
    ) -> Response:
        page = rendered(
            template, visit=visit, fault=fault, is_running=is_running,
            is_exercise=self._runtime.kind is StoreKind.EXERCISE, idle_minutes=self._runtime.settings.idle_minutes,
            **values,
        )  # fmt: skip
        return HTMLResponse(page, 400 if fault else 200)


def intake_routes(runtime: Runtime) -> APIRouter:
    """The routes, for the register of the server."""
    return IntakeRoutes(runtime).router


def _loading(request: Request) -> Visit:
    """The visit, if it is that of a person who belongs to an agency.

    Raises Refused otherwise.
    """
    visit = current_visit(request)
    if visit.scope.kind is not PrincipalKind.PERSON or visit.scope.agency is None:
        raise Refused("handing in files is for persons of an agency")
    return visit


def _check_key(visit: Visit, form_key: str) -> None:
    if not same(form_key, visit.form_key):
        raise Refused("the form is not from this sign-in: open the page again")


async def _form(request: Request) -> tuple[Visit, Form]:
    visit = _loading(request)
    async with request.form(max_files=0, max_fields=300, max_part_size=4096) as given:
        fields = {name: value for name, value in given.items() if isinstance(value, str)}
        released = [value for value in given.getlist("released") if isinstance(value, str)]
    _check_key(visit, fields.get("form_key", ""))
    return visit, Form(fields, released)


def _keep_answers(ticket: Ticket, fields: dict[str, str]) -> None:
    for field, value in fields.items():
        kind, _, name = field.partition(":")
        # a field that was filled already, and says what it said, corrects nothing
        if kind not in ("answer", "role") or not name or value.strip() in ("", ticket.shown.get(name)):
            continue
        if len(ticket.answers) < _MOST_ANSWERS:
            ticket.answers[name[:_LONGEST_ANSWER]] = value.strip()[:_LONGEST_ANSWER]


def _keep_as(ticket: Ticket, form: Form | None) -> str:
    """The name that is offered for the mapping: that of the kept one, else that of the file."""
    if form is not None:
        return form.fields.get("keep", "")
    if ticket.base is not None:
        return ticket.base.name
    stem = ticket.name.split(".")[0].translate(str.maketrans("@/\\", "   "))
    return " ".join("".join(letter for letter in stem if letter.isprintable()).split()).lstrip("-.~")[:60]


def _tiles(visit: Visit) -> str:
    """The address of the ground's tiles, as the explore page asks for them."""
    given = {"layers": "ground,lines", **_ANY_PERIOD, "e": visit.scope.epoch, "view": str(uuid4())}
    return "/tiles/map.bundle?" + urlencode(given, safe=",:") + "&tiles={tiles}"
