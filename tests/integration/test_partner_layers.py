"""Layers of partners: added under a label that one sees, shown to who sees it, removed by who added them."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.partner.reading import PartnerFile, read_partner_file
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadFile, BadQuestion, Refused
from watchfloor.geo.partner_shapes import UNITS
from watchfloor.geo.scope import PrincipalKind, Right, Tlp

BEGIN = "SELECT * FROM watchfloor.begin_scope(%s, 'keep', '{}', gen_random_uuid())"
REACH = UNITS / 360 * 0.01
HOSTILE = "<img src=x onerror=alert(1)>=cmd|' /C calc'!A0\u202e';DROP TABLE kept;--"


def feature(name: str, kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


FEATURES = [
    feature(HOSTILE, "Point", [-94.8, 29.3]),
    feature("bow tie", "Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]),
    feature("nowhere", "Point", [1, 200]),
    feature("across", "LineString", [[179, 0], [-179, 0]]),
    feature("ring", "Polygon", [[[10, 0], [20, 0], [20, 10], [10, 0]], [[17, 1], [19, 1], [19, 3], [17, 1]]]),
]


def written(path: Path, features: list[dict[str, Any]] = FEATURES) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@dataclass(frozen=True, slots=True)
class Desk:
    """A store with ana and abe of A and bob of B; a label of A alone and one of A for B; a file that was read."""

    store: Any
    repository: Repository
    ana: Asker
    abe: Asker
    bob: Asker
    wall: Asker
    operator: Asker
    own: int
    shared: int
    file: PartnerFile

    def add(self, label: int, name: str = "Zones") -> Any:
        return self.repository.add_partner_layer(self.ana, self.file, name=name, label=label, colour="orange")

    def seen(self, asker: Asker) -> list[str]:
        return [layer.name for layer in self.repository.partner_layers(asker)]


@pytest.fixture
def desk(store, people, tmp_path: Path) -> Iterator[Desk]:
    people.label(PUBLIC)
    own = people.label(LabelSpec("A", Tlp.AMBER_STRICT))
    shared = people.label(LabelSpec("A", Tlp.AMBER, releasable_to=frozenset({"B"})))
    tokens = [people.account("ana", "A"), people.account("abe", "A"), people.account("bob", "B")]
    tokens.append(people.account("wall", "A", kind=PrincipalKind.WALL))
    tokens.append(people.account("olga", "A", (Right.OPERATE, "true")))
    with Repository(store) as repository:
        askers = [Asker(token, uuid.uuid4()) for token in tokens]
        yield Desk(store, repository, *askers, own, shared, read_partner_file(written(tmp_path / "zones.geojson")))


def test_a_file_becomes_a_layer_that_tells_where_it_comes_from_and_what_was_set_aside(desk: Desk) -> None:
    layer = desk.add(desk.own)

    assert (layer.name, layer.file, layer.author, layer.n, layer.set_aside) == ("Zones", "zones.geojson", "ana", 3, 2)
    assert layer.sha256 == desk.file.sha256
    assert [note.split(":")[0] for note in layer.notes] == ["feature 2", "feature 3"]
    assert "Self-intersection" in layer.notes[0]


def test_who_added_a_layer_is_told_as_a_person_of_an_agency_to_who_sees_it(desk: Desk) -> None:
    desk.add(desk.shared, "Shared")
    own = desk.add(desk.own)

    (layer,) = desk.repository.partner_layers(desk.bob)
    assert layer.keeper is not None
    assert (layer.keeper.agency, layer.keeper.name) == ("A", "Ana")
    with psycopg.connect(desk.store.conninfo(Role.APP)) as connection:
        connection.execute(BEGIN, [desk.bob.token])
        assert connection.execute("SELECT * FROM watchfloor.kept_by(%s)", [[own.id]]).fetchall() == []


def test_who_does_not_see_the_label_sees_nothing_of_the_layer(desk: Desk) -> None:
    layer = desk.add(desk.own)
    desk.add(desk.shared, "Shared")

    assert (desk.seen(desk.abe), desk.seen(desk.bob)) == (["Shared", "Zones"], ["Shared"])
    for ask in (desk.repository.partner_layer, desk.repository.partner_shapes):
        with pytest.raises(BadQuestion, match="not yours to see"):
            ask(desk.bob, layer.id)
    with pytest.raises(BadQuestion, match="not yours to see"):
        desk.repository.partner_feature_at(desk.bob, layer.id, (-94.8, 29.3), REACH)


def test_a_feature_is_found_where_it_is_and_told_as_text(desk: Desk) -> None:
    layer = desk.add(desk.own)

    def at(lon: float, lat: float) -> str | None:
        found = desk.repository.partner_feature_at(desk.ana, layer.id, (lon, lat), REACH)
        return None if found is None else found.title

    assert at(-94.8, 29.3) == HOSTILE
    assert [at(179.99, 0.0), at(-179.99, 0.0), at(15.0, 2.0), at(18.5, 1.8), at(60.0, 60.0)] == [
        "across", "across", "ring", None, None,
    ]  # fmt: skip


def test_only_who_added_a_layer_or_operates_the_store_removes_it(desk: Desk) -> None:
    first, second = desk.add(desk.own), desk.add(desk.own)

    with pytest.raises(Refused, match="only ana"):
        desk.repository.remove_partner_layer(desk.abe, first.id)
    desk.repository.remove_partner_layer(desk.ana, first.id)
    desk.repository.remove_partner_layer(desk.operator, second.id)

    assert desk.seen(desk.ana) == []
    assert [layer.name for layer in desk.repository.partner_layers(desk.ana, known_at=second.at)] == ["Zones", "Zones"]


def test_walls_add_nothing_and_nobody_adds_under_a_label_unseen(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.repository.add_partner_layer(desk.wall, desk.file, name="x", label=desk.own, colour="sky")
    with pytest.raises(Refused):
        desk.repository.add_partner_layer(desk.bob, desk.file, name="x", label=desk.own, colour="sky")
    with pytest.raises(BadQuestion, match="colour"):
        desk.repository.add_partner_layer(desk.ana, desk.file, name="x", label=desk.own, colour="url(x)")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO watchfloor.partner_layer (id, name, colour, file, format, sha256, size, n, set_aside, notes, box, "
        "label_id, author) VALUES (gen_random_uuid(), 'n', 'sky', 'f', 'geojson', sha256('x'), 1, 1, 0, '[]', "
        "'{0,0,1,1}', %(own)s, 'abe')",
        "INSERT INTO watchfloor.partner_feature (layer_id, number, geom, properties, label_id) "
        "VALUES (%(layer)s, 99, ST_GeomFromText('POINT(0 0)', 4326), '{}', %(own)s)",
        "UPDATE watchfloor.partner_layer SET name = 'mine'",
        "DELETE FROM watchfloor.partner_feature",
    ],
)
def test_no_statement_forges_an_author_or_adds_to_a_layer_that_stands(desk: Desk, statement: str) -> None:
    layer = desk.add(desk.own)
    with psycopg.connect(desk.store.conninfo(Role.APP)) as login:
        login.execute(BEGIN, [desk.ana.token])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute(statement.encode(), {"own": desk.own, "layer": layer.id})
        login.rollback()


def test_adding_and_removing_stand_in_the_audit_without_the_text(desk: Desk) -> None:
    desk.repository.remove_partner_layer(desk.ana, desk.add(desk.own).id)

    with psycopg.connect(desk.store.conninfo(Role.OWNER)) as owner:
        told = owner.execute("SELECT question FROM sealed.audit WHERE action = 'keep' ORDER BY id").fetchall()
    assert [row[0]["act"] for row in told] == ["add partner layer", "remove partner layer"]
    assert "Zones" not in json.dumps([row[0] for row in told])


def test_shapes_come_back_as_they_were_drawn(desk: Desk) -> None:
    _, shapes = desk.repository.partner_shapes(desk.ana, desk.add(desk.own).id)

    assert shapes.numbers.tolist() == [1, 4, 5]
    assert np.diff(shapes.starts).tolist() == [1, 2, 4, 4]


def test_a_file_without_a_good_feature_is_refused_with_its_first_reason(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"no feature that can be drawn: feature 1: .*Self-intersection"):
        read_partner_file(written(tmp_path / "bad.geojson", FEATURES[1:2]))
