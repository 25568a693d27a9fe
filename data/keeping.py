"""What people keep, through the door: each write under the writer's scope, with its audit row in one transaction.

The audit says which kind of thing was kept, about what and under which label; never its text.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from watchfloor.data.answering import Answering, Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.kept import attachments, dissemination, looks, writing
from watchfloor.data.kept.reading import kept_things
from watchfloor.data.registry import labels
from watchfloor.geo.errors import Refused
from watchfloor.geo.kept import About, Dissemination, Draft, Handed, Kept, KeptKind
from watchfloor.geo.kept_drafts import Sent, attachment_draft
from watchfloor.geo.scope import Label, PrincipalKind


class Keeping(Answering):
    """Keeps things and finds them again."""

    def keepable_labels(self, asker: Asker) -> tuple[Label, ...]:
        """Labels under which the asker may keep something: those that it sees, its own agency's first."""
        scope = self.scope(asker)
        seen = self.single(asker, Asked("page", {"asks": "labels"}, asker.view_id), labels)
        return tuple(sorted(seen, key=lambda label: (label.owner != scope.agency, label.owner, -label.tlp, label.id)))

    def kept(
        self,
        asker: Asker,
        kinds: Collection[KeptKind] = (),
        about: About | None = None,
        *,
        known_at: datetime | None = None,
    ) -> tuple[Kept, ...]:
        """Things of these kinds (none: of any) about that record (None: of any), the newest first."""
        question = {"asks": "kept", "kinds": ",".join(kinds)} | _said(about) | as_known(known_at)
        asked = Asked("page" if about is None else "record", question, asker.view_id)
        return self.single(asker, asked, lambda connection: kept_things(connection, kinds, about, known_at))

    def keep(self, asker: Asker, draft: Draft) -> Kept:
        """Keep a new thing. Raises Refused for a label or record that the asker may not see, BadQuestion."""
        return self.single(asker, self._act(asker, "keep", draft), lambda connection: writing.keep(connection, draft))

    def amend(self, asker: Asker, thing: UUID, version: int, draft: Draft) -> Kept:
        """Put a next version in place of the one seen. Raises BadQuestion if it changed meanwhile, Refused."""
        asked = self._act(asker, "amend", draft, thing)
        return self.single(asker, asked, lambda connection: writing.amend(connection, thing, version, draft))

    def remove(self, asker: Asker, thing: UUID, version: int) -> None:
        """Remove a thing from now on; what it was stays in recorded time. Raises BadQuestion, Refused."""
        self._may_keep(asker)
        asked = Asked("keep", {"act": "remove", "id": str(thing)}, asker.view_id)
        self.single(asker, asked, lambda connection: writing.remove(connection, thing, version))

    def attach(self, asker: Asker, about: About, sent: Sent, label: int) -> Kept:
        """Keep a file about a record. Raises BadQuestion for an empty or too large one, Refused."""
        draft = attachment_draft(sent, label, about)
        asked = self._act(asker, "attach", draft)
        return self.single(asker, asked, lambda connection: writing.keep(connection, draft, sent.content))

    def attachment(self, asker: Asker, thing: UUID) -> tuple[Kept, bytes]:
        """An attachment and its bytes, audited as an export. Raises BadQuestion if there is none to be seen."""
        asked = Asked("export", {"attachment": str(thing)}, asker.view_id)
        return self.single(asker, asked, lambda connection: attachments.attachment(connection, thing))

    def look(self, asker: Asker, about: About) -> datetime | None:
        """Note that the asker looks at a record; when they last did before. Walls and the public look unnoted."""
        if self.scope(asker).kind not in KEEPERS:
            return None
        asked = Asked("keep", {"act": "look"} | _said(about), asker.view_id)
        return self.single(asker, asked, lambda connection: looks.look(connection, about))

    def changes(self, asker: Asker, about: About, since: datetime) -> tuple[tuple[str, int], ...]:
        """What was recorded of a case or an entity after a moment, as nouns in the singular and numbers."""
        asked = Asked("record", _said(about) | {"since": since.isoformat()}, asker.view_id)
        return self.single(asker, asked, lambda connection: looks.changes(connection, about, since))

    def hand_on(self, asker: Asker, handed: Handed) -> Dissemination:
        """Write the record of an export that leaves now, together with its audit row. Raises Refused, BadQuestion.

        An export that is read in the same transaction calls `data.kept.dissemination.hand_on` there itself.
        """
        self._may_keep(asker)
        question = dict(handed.question) | {"form": handed.format, "sha256": handed.sha256.hex(), **handed.counts}
        asked = Asked("export", question, asker.view_id)
        return self.single(asker, asked, lambda connection: dissemination.hand_on(connection, handed))

    def disseminated(self, asker: Asker) -> tuple[Dissemination, ...]:
        """The newest records of exports whose labels the asker sees, all of each."""
        asked = Asked("record", {"asks": "dissemination"}, asker.view_id)
        return self.single(asker, asked, dissemination.disseminated)

    def _act(self, asker: Asker, act: str, draft: Draft, thing: UUID | None = None) -> Asked:
        self._may_keep(asker)
        question = {"act": act, "kind": draft.kind.value, "label": draft.label, "private": draft.is_private}
        of = {} if thing is None else {"id": str(thing)}
        return Asked("keep", question | of | _said(draft.about), asker.view_id)

    def _may_keep(self, asker: Asker) -> None:
        if self.scope(asker).kind not in KEEPERS:
            raise Refused("keeping is for persons: sign in with an account of your own")


KEEPERS = (PrincipalKind.PERSON, PrincipalKind.SERVICE)


def _said(about: About | None) -> dict[str, str]:
    return {} if about is None else {"about": f"{about.kind}:{about.id}"}
