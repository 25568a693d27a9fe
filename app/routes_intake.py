"""The intake page: a file is handed in, its draft is looked at and corrected, and published; outside of Panel."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import structlog
from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from watchfloor.app.identity import Visit, current_visit, same
from watchfloor.app.intake_tickets import MOST_BYTES, Ticket, Tickets, received
from watchfloor.app.loading_rights import check_may_load
from watchfloor.app.runtime import Runtime
from watchfloor.dashboards.intake import MOST_POINTS, TARGETS, drawing_of, roles_of, shown
from watchfloor.dashboards.templates import rendered
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadInput, Refused, WatchfloorError
from watchfloor.geo.scope import PrincipalKind

if TYPE_CHECKING:
    from watchfloor.data.ingest.suggest import Draft
    from watchfloor.data.registry import LabelSpec

log = structlog.get_logger(__name__)

type FormKey = Annotated[str, Header(alias="x-form-key", max_length=100)]
_LONGEST_ANSWER = 300
_MARKINGS = ("RED", "AMBER+STRICT", "AMBER", "GREEN")


class IntakeRoutes:
    """The routes of the page, for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tickets = Tickets(runtime.settings.home)
        self._tickets.clear()
        # a draft or a run takes memory: one at a time
        self._one_at_a_time = threading.Lock()
        self.router = APIRouter(prefix="/intake")
        add = self.router.add_api_route
        add("", self.start, methods=["GET"])
        add("/file", self.take, methods=["POST"])
        add("/{key}", self.look, methods=["GET"])
        add("/{key}/answers", self.answer, methods=["POST"])
        add("/{key}/publish", self.publish, methods=["POST"])

    def start(self, request: Request) -> Response:
        """The page that takes a file."""
        return self._page("intake_start.html", _loading(request), most_mb=MOST_BYTES >> 20)

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

    def look(self, request: Request, key: str) -> Response:
        """The draft of a file; while it is published, and after that, what became of it."""
        visit = _loading(request)
        ticket = self._tickets.of(key, visit.seal)
        if ticket.is_running or ticket.report or ticket.fault:
            return self._page(
                "intake_run.html", visit, fault=ticket.fault, is_running=ticket.is_running,
                file_name=ticket.name, step=ticket.step, report=ticket.report,
            )  # fmt: skip
        try:
            return self._drafted(ticket, visit)
        except BadInput as error:
            # an answer that fits nothing is taken back; a file that fits nothing goes
            if not ticket.answers:
                self._tickets.close(ticket)
                return self._page("intake_start.html", visit, fault=str(error), most_mb=MOST_BYTES >> 20)
            ticket.answers.clear()
            return self._drafted(ticket, visit, fault=f"{error}. The answers were taken back")

    async def answer(self, request: Request, key: str) -> Response:
        """Keep what a person has said of the columns."""
        visit, said = await _form(request)
        ticket = self._tickets.of(key, visit.seal)
        for field, value in said.items():
            kind, _, name = field.partition(":")
            if kind in ("answer", "role") and name and value.strip():
                ticket.answers[name[:_LONGEST_ANSWER]] = value.strip()[:_LONGEST_ANSWER]
        return RedirectResponse(f"/intake/{ticket.key}", 303)

    async def publish(self, request: Request, key: str) -> Response:
        """Begin the run, under a label that the account may load."""
        from watchfloor.data.ingest.written_label import parse_label  # noqa: PLC0415

        visit, said = await _form(request)
        ticket = self._tickets.of(key, visit.seal)
        label = parse_label(said.get("label", ""))
        check_may_load(visit.scope, label)
        if not ticket.is_running and ticket.report is None:
            ticket.is_running = True
            await run_in_threadpool(self._begin, ticket, label, visit.scope.principal)
        return RedirectResponse(f"/intake/{ticket.key}", 303)

    def _begin(self, ticket: Ticket, label: "LabelSpec", principal: str) -> None:
        threading.Thread(target=self._run, args=(ticket, label, principal), name="intake", daemon=True).start()

    def _run(self, ticket: Ticket, label: "LabelSpec", principal: str) -> None:
        from watchfloor.data.ingest.catalogue import configured_format  # noqa: PLC0415
        from watchfloor.data.ingest.pipeline import Order, ingest  # noqa: PLC0415

        def told(step: Any) -> None:
            ticket.step = step

        try:
            with self._one_at_a_time:
                path = ticket.folder / "mapping.toml"
                path.write_text(self._draft(ticket).toml, encoding="utf-8")
                form, options = configured_format(ticket.form, path)
                order = Order(form, label, principal, options)
                ticket.report = ingest(self._runtime.address, order, [ticket.path], told)
        except WatchfloorError as error:
            ticket.fault = str(error)
        except Exception as error:
            log.error("intake failed", exc_info=error)
            ticket.fault = "The run failed for a reason that is in the log; nothing was published"
        finally:
            ticket.is_running = False
            self._tickets.drop_file(ticket)

    def _draft(self, ticket: Ticket) -> "Draft":
        from watchfloor.data.ingest.suggest import suggest  # noqa: PLC0415 - takes a while to import

        return suggest(ticket.path, ticket.form, ticket.answers)

    def _drafted(self, ticket: Ticket, visit: Visit, fault: str = "") -> Response:
        with self._one_at_a_time:
            draft = self._draft(ticket)
        records = draft.records
        columns = [c for c in records.columns if records[c].null_count() < records.height and c not in _UNSHOWN]
        reasons = draft.rejects.group_by("column", "reason").len().sort("len", descending=True).head(10).rows()
        return self._page(
            "intake_draft.html", visit, fault=fault, key=ticket.key, file_name=ticket.name, draft=draft,
            drawing=drawing_of(list(_points(draft)), _gazetteer()), roles=roles_of(draft.mapping), targets=TARGETS,
            columns=columns, rows=[[shown(cell) for cell in row] for row in records.select(columns).head(10).rows()],
            reasons=reasons, labels=_labels(visit),
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


_UNSHOWN = frozenset({"line", "key", "geom_wkb", "time_precision", "place_precision"})


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


async def _form(request: Request) -> tuple[Visit, dict[str, str]]:
    visit = _loading(request)
    async with request.form(max_files=0, max_fields=200, max_part_size=4096) as form:
        said = {name: value for name, value in form.items() if isinstance(value, str)}
    _check_key(visit, said.get("form_key", ""))
    return visit, said


def _labels(visit: Visit) -> list[str]:
    return [*(f"{visit.scope.agency}/{marking}" for marking in _MARKINGS), "public"]


def _points(draft: "Draft") -> Iterator[tuple[float, float]]:
    if {"lon", "lat"} <= set(draft.records.columns):
        yield from draft.records.select("lon", "lat").drop_nulls().head(MOST_POINTS).iter_rows()


def _gazetteer() -> list[tuple[float, float, str]]:
    from watchfloor.data.gazetteer import entries  # noqa: PLC0415

    places = (e for e in entries() if e.kind in ("city", "port"))
    return [(e.lon, e.lat, e.name) for e in places if e.lon is not None and e.lat is not None]
