"""Questions about layers of partners, and the ways in which one is added and removed; each is audited."""

from datetime import datetime
from uuid import UUID

from watchfloor.data.answering import Answering, Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.kept.reading import ABSENT
from watchfloor.data.partner import keeping
from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.questions import feature, layer_shapes, partner_layer, partner_layers
from watchfloor.data.partner.reading import PartnerFile
from watchfloor.data.partner.shelf import PartnerShelf
from watchfloor.data.registry import labels
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.kept import one_line
from watchfloor.geo.partner_layers import PartnerDraft, PartnerFeature, PartnerLayer
from watchfloor.geo.partner_shapes import PartnerShapes
from watchfloor.geo.scope import Label, PrincipalKind


class PartnerAnswering(Answering):
    """Answers about layers that partners gave: reference, which no other question reads.

    partners: their addresses at work, if the operator listed any.
    """

    partners: PartnerShelf | None = None

    def partner_addresses(self, asker: Asker) -> tuple[tuple[PartnerAddress, Label], ...]:
        """Addresses whose label the asker sees, each with it, in the order of the list."""
        if self.partners is None:
            return ()
        seen = self.single(asker, Asked("page", {"asks": "partner addresses"}, asker.view_id), labels)
        pairs = ((address, address.label_of(seen)) for address in self.partners.addresses)
        return tuple((address, label) for address, label in pairs if label is not None)

    def partner_address(self, asker: Asker, code: str) -> PartnerShelf:
        """The shelf, if the asker may see that address now; audited once per view. Raises BadQuestion."""
        found = None if self.partners is None else self.partners.find(code)
        if found is None or self.partners is None:
            raise BadQuestion(ABSENT)
        asked = Asked("view", {"partner address": found.name}, asker.view_id)
        if found.label_of(self.single(asker, asked, labels)) is None:
            raise BadQuestion(ABSENT)
        return self.partners

    def partner_layers(self, asker: Asker, *, known_at: datetime | None = None) -> tuple[PartnerLayer, ...]:
        """Layers of files that the asker sees, the newest first."""
        asked = Asked("page", {"asks": "partner layers"} | as_known(known_at), asker.view_id)
        return self.single(asker, asked, lambda connection: partner_layers(connection, known_at))

    def partner_layer(self, asker: Asker, layer: UUID, *, known_at: datetime | None = None) -> PartnerLayer:
        """One layer. Raises BadQuestion if there is none that the asker sees."""
        asked = Asked("record", {"partner layer": str(layer)} | as_known(known_at), asker.view_id)
        return self.single(asker, asked, lambda connection: partner_layer(connection, layer, known_at))

    def partner_item_at(
        self, asker: Asker, code: str, place: tuple[float, float], reach: float
    ) -> PartnerFeature | None:
        """What lies under a point of an address's features, as they were drawn last; as `partner_feature_at`."""
        items = self.partner_address(asker, code).items_at_hand(code)
        found = None if items is None else items.find(*place, reach)
        if found is not None:
            asked = Asked("hover", {"partner address": code, "feature": found.number}, asker.view_id)
            self.single(asker, asked, lambda _: None)
        return found

    def partner_shapes(
        self, asker: Asker, layer: UUID, *, known_at: datetime | None = None
    ) -> tuple[PartnerLayer, PartnerShapes]:
        """A layer with its shapes, audited once per view; shapes never change, so they are kept. Raises BadQuestion."""
        asked = Asked("view", {"partner layer": str(layer)} | as_known(known_at), asker.view_id)
        # whether it is still there is asked each time: it may have been removed, or a right withdrawn
        found = self.single(asker, asked, lambda connection: partner_layer(connection, layer, known_at))
        shapes = self.kept_single(asker, asked, ("partner shapes", layer), lambda c: layer_shapes(c, layer))
        return found, shapes

    def partner_feature_at(
        self, asker: Asker, layer: UUID, place: tuple[float, float], reach: float, *, known_at: datetime | None = None
    ) -> PartnerFeature | None:
        """What lies under a point of a layer: (longitude, latitude), reach in units of `PartnerShapes`."""
        _, shapes = self.partner_shapes(asker, layer, known_at=known_at)
        index = shapes.find(*place, reach)
        if index is None:
            return None
        number = int(shapes.numbers[index])
        asked = Asked("hover", {"partner layer": str(layer), "feature": number} | as_known(known_at), asker.view_id)
        return self.single(asker, asked, lambda connection: feature(connection, layer, number))

    def add_partner_layer(self, asker: Asker, file: PartnerFile, *, name: str, label: int, colour: str) -> PartnerLayer:
        """Add a file as a layer. Raises Refused for a label that the asker does not see, BadQuestion."""
        self._may_add(asker)
        draft = PartnerDraft(
            name=one_line(name or file.name, "the layer"),
            label=label,
            colour=colour,
            file=one_line(file.name[-200:], "the file"),
            format=file.format,
            sha256=file.sha256,
            size=file.size,
            n=len(file.numbers),
            set_aside=file.set_aside,
            notes=tuple(note[:400] for note in file.notes[:60]),
            box=file.box,
        )
        question = {"act": "add partner layer", "label": label, "sha256": file.sha256.hex(), "features": draft.n}
        asked = Asked("keep", question, asker.view_id)
        return self.single(asker, asked, lambda connection: keeping.add(connection, draft, file))

    def remove_partner_layer(self, asker: Asker, layer: UUID) -> None:
        """Take a layer off every map. Raises Refused unless the asker added it or operates the store, BadQuestion."""
        self._may_add(asker)
        asked = Asked("keep", {"act": "remove partner layer", "id": str(layer)}, asker.view_id)
        self.single(asker, asked, lambda connection: keeping.remove(connection, layer))

    def _may_add(self, asker: Asker) -> None:
        if self.scope(asker).kind not in (PrincipalKind.PERSON, PrincipalKind.SERVICE):
            raise Refused("adding layers is for persons: sign in with an account of your own")
