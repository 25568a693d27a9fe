"""A draft is published: the mapping is kept if it has a name, and the run begins; in a thread of its own."""

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from watchfloor.app.administration import ACTION
from watchfloor.app.identity import Visit
from watchfloor.app.intake_drafts import Drafts
from watchfloor.app.intake_tickets import Ticket, Tickets
from watchfloor.app.loading_rights import PUBLIC_OWNER
from watchfloor.app.runtime import Runtime
from watchfloor.data.door import Asked
from watchfloor.data.registry import LabelSpec, labels
from watchfloor.geo.errors import WatchfloorError

if TYPE_CHECKING:
    from watchfloor.data.ingest.mapping_draft import Begun
    from watchfloor.data.ingest.mapping_text import MappingText

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants published: under which label, and by which name its mapping shall be kept, if by any."""

    label: LabelSpec
    keep: str
    visit: Visit


class Publishing:
    """The runs of the page's files."""

    def __init__(self, runtime: Runtime, tickets: Tickets, drafts: Drafts) -> None:
        self._runtime = runtime
        self._tickets = tickets
        self._drafts = drafts

    def begin(self, ticket: Ticket, wanted: Wanted) -> None:
        """Begin the run of a ticket, once: on the event loop, where nobody comes between."""
        if ticket.is_running or ticket.report or ticket.fault:
            return
        ticket.is_running = True
        threading.Thread(target=self._run, args=(ticket, wanted), name="intake", daemon=True).start()

    def _run(self, ticket: Ticket, wanted: Wanted) -> None:
        try:
            with self._drafts.alone():
                self._publish(ticket, wanted)
        except WatchfloorError as error:
            ticket.fault = str(error)
        except Exception as error:
            log.error("intake failed", exc_info=error)
            if ticket.report is None:
                ticket.fault = "The run failed for a reason that is in the log; nothing was published"
        finally:
            ticket.is_running = False
            self._tickets.drop_file(ticket)

    def _publish(self, ticket: Ticket, wanted: Wanted) -> None:
        from watchfloor.data.ingest.catalogue import configured_format  # noqa: PLC0415
        from watchfloor.data.ingest.pipeline import Order, ingest  # noqa: PLC0415

        self._note_act(ticket, wanted)

        def told(step: Any) -> None:
            ticket.step = step

        form, options = configured_format(ticket.form, self._text(ticket, wanted, self._drafts.begun(ticket)))
        order = Order(form, wanted.label, wanted.visit.scope.principal, options)
        report = ingest(self._runtime.address, order, [ticket.path], told)
        # what is published is told so, whatever fails from here on
        ticket.report = report
        self._note_label(ticket, wanted, report.run)

    def _note_act(self, ticket: Ticket, wanted: Wanted) -> None:
        """Write the audit row that `watchfloor ingest` writes, before anything is done."""
        from watchfloor.data.ingest.written_label import write_label  # noqa: PLC0415

        act = {"act": "ingest", "format": ticket.form, "label": write_label(wanted.label), "files": [ticket.name]}
        act |= {"keep": wanted.keep} if wanted.keep else {}
        with self._runtime.door.open(wanted.visit.token, Asked(ACTION, act)):
            pass

    def _text(self, ticket: Ticket, wanted: Wanted, begun: "Begun") -> "MappingText":
        """The mapping as the run takes it: the version that was kept of it, or the draft itself."""
        from watchfloor.data.ingest.mapping_text import MappingText  # noqa: PLC0415
        from watchfloor.data.mappings_save import NewMapping, save_mapping  # noqa: PLC0415

        if ticket.base is not None and begun.toml == ticket.base.toml and wanted.keep in ("", ticket.base.name):
            ticket.kept = ticket.base
        elif wanted.keep:
            scope = wanted.visit.scope
            header = tuple(begun.draft.sample.columns)
            label = wanted.label
            if label.owner == PUBLIC_OWNER:
                # what all may see is still somebody's to change
                label = replace(label, owner=scope.agency or PUBLIC_OWNER)
            new = NewMapping(wanted.keep, begun.toml, label, scope.principal, header)
            ticket.kept = save_mapping(self._runtime.address, new).kept
        return ticket.kept.text if ticket.kept else MappingText("drafted on the intake page", begun.toml)

    def _note_label(self, ticket: Ticket, wanted: Wanted, run: int) -> None:
        """Under which label it stands, in words, and whether who published it sees it."""
        import psycopg  # noqa: PLC0415

        from watchfloor.data.address import Role  # noqa: PLC0415

        with psycopg.connect(self._runtime.address.conninfo(Role.INTAKE)) as connection:
            row = connection.execute("SELECT label_id FROM watchfloor.run WHERE id = %s", [run]).fetchone()
            titles = {label.id: label.title for label in labels(connection)}
        assert row is not None
        ticket.label = titles[row[0]]
        ticket.is_own_to_see = row[0] in self._runtime.door.peek(wanted.visit.token).labels
