"""Questions about layers of partners, and the ways in which one is added and removed; each is audited."""

from datetime import datetime
from uuid import UUID

from watchfloor.data.answering import Answering, Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.partner import keeping
from watchfloor.data.partner.questions import feature, layer_shapes, partner_layer, partner_layers
from watchfloor.data.partner.reading import PartnerFile
from watchfloor.geo.errors import Refused
from watchfloor.geo.kept import one_line
from watchfloor.geo.partner_layers import PartnerDraft, PartnerFeature, PartnerLayer
from watchfloor.geo.partner_shapes import PartnerShapes
from watchfloor.geo.scope import PrincipalKind


class PartnerAnswering(Answering):
    """Answers about layers that partners gave: reference, which no other question reads."""

    def partner_layers(self, asker: Asker, *, known_at: datetime | None = None) -> tuple[PartnerLayer, ...]:
        """Layers of files that the asker sees, the newest first."""
        asked = Asked("page", {"asks": "partner layers"} | as_known(known_at), asker.view_id)
        return self.single(asker, asked, lambda connection: partner_layers(connection, known_at))

    def partner_layer(self, asker: Asker, layer: UUID, *, known_at: datetime | None = None) -> PartnerLayer:
        """One layer. Raises BadQuestion if there is none that the asker sees."""
        asked = Asked("record", {"partner layer": str(layer)} | as_known(known_at), asker.view_id)
        return self.single(asker, asked, lambda connection: partner_layer(connection, layer, known_at))

    def partner_shapes(
        self, asker: Asker, layer: UUID, *, known_at: datetime | None = None
    ) -> tuple[PartnerLayer, PartnerShapes]:
        """A layer with its shapes, audited once per view; shapes never change, so they are kept. Raises BadQuestion."""
        asked = Asked("view", {"partner layer": str(layer)} | as_known(known_at), asker.view_id)
        # whether it is still there is asked each time: it may have been removed, or a right withdrawn
        found = self.single(asker, asked, lambda connection: partner_layer(connection, layer, known_at))

        def read() -> PartnerShapes:
            return self.single(asker, asked, lambda connection: layer_shapes(connection, layer))

        return found, self._cache.get(self.scope(asker).key, ("partner shapes", layer), read)

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
