"""Briefs against SQL and a brute-force oracle: two readers get two briefs, each of what they may see and no more."""

import re
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.app.brief_file import BriefFile, BriefMaker
from watchfloor.app.identity import Visit
from watchfloor.app.tile_painters import Pictures
from watchfloor.dashboards.brief_reading import BriefOrder, order_of, read_brief
from watchfloor.dashboards.state import State
from watchfloor.data.address import Role
from watchfloor.geo.areas import Area
from watchfloor.geo.comparison import period_before
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.kept_drafts import annotation_draft, area_draft
from watchfloor.geo.narrowing import Narrowing
from watchfloor.geo.period import Period
from watchfloor.geo.scope import Right, Tlp
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_reach import Reach, Standing

from .conftest import Served
from .oracle_world import CODES, DAYS, ORIGIN, World, stricter
from .test_alerts import plainest
from .test_exports import form_key

EVER = Period(date(2020, 1, 1), date(2030, 1, 1))
BOX = Area.parse("box:-110,10,-80,40")
PLACES = st.sampled_from([BOX.name, "box:179,-20,-178,50", "disc:-90,30,900000", "box:-180,-90,180,90"])
IN_BOX = (
    "SELECT count(DISTINCT e.id), sum(i.amount) FROM watchfloor.event AS e JOIN watchfloor.seizure_item AS i "
    "ON i.event_id = e.id WHERE e.lon BETWEEN -110 AND -80 AND e.lat BETWEEN 10 AND 40 AND e.label_id = ANY (%s)"
)


def ordered(place: str = BOX.name, **chosen: object) -> BriefOrder:
    selection = Selection.parse(place)
    return BriefOrder(State(**{"period": EVER, "selection": selection, **chosen}), selection)


def maker(world: World, asker: int) -> BriefMaker:
    who = world.askers[asker]
    visit = Visit(who.token, world.repository.scope(who))
    return BriefMaker(world.repository, visit, who, lambda: Pictures(world.repository), is_exercise=True)


def counted(world: World, asker: int, period: Period, place: str, wanted: set[int]) -> tuple[np.ndarray, np.ndarray]:
    """Which facts lie in a place, and which may, by looking at every row."""
    facts = world.facts[0]
    first, last = ((day - ORIGIN.date()).days for day in (period.since, period.until))
    asked = np.array([not wanted or bool(wanted & items.keys()) for items in facts.items])
    asked &= np.isin(facts.spec, sorted(world.sees(asker))) & (facts.day >= first) & (facts.day < last)
    standing = Reach(Selection.parse(place)).standing(facts.lon, facts.lat, facts.uncertainty)
    return asked & (standing == Standing.IN), asked & (standing == Standing.MAY)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_every_number_of_a_brief_is_of_what_the_reader_may_see(world: World, data: st.DataObject) -> None:
    asker, period, place = data.draw(st.integers(0, len(world.who) - 1)), data.draw(DAYS), data.draw(PLACES)
    wanted = data.draw(st.sets(st.sampled_from(sorted(CODES)), max_size=2))
    order = ordered(place, period=period, substances=tuple(sorted(CODES[number] for number in wanted)))
    facts = world.facts[0]

    brief = read_brief(world.repository, world.askers[asker], order)

    inside, may = counted(world, asker, period, place, wanted)
    assert brief.evidence.n == inside.sum()
    taken: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    for i in np.flatnonzero(inside).tolist():
        for number, kilograms in facts.items[i].items():
            if not wanted or number in wanted:
                taken[CODES[number]] += 1
                weights[CODES[number]] += kilograms
    assert {one.name.lower(): (one.n, one.kilograms) for one in brief.parts.substances} == {
        name: (n, weights[name]) for name, n in taken.items()
    }
    assert sum(one.n for one in brief.parts.sources) == brief.parts.n_nameless == inside.sum()
    assert sum(n for _, n in brief.parts.precisions) == inside.sum()
    assert brief.before is not None
    then, then_may = counted(world, asker, period_before(period), place, wanted)
    assert brief.before.held.n == then.sum()
    # what may lie there is counted as far as it leaves the marking as it is
    labels = [label for label, _ in brief.labels]
    free = [spec for spec in world.sees(asker) if not stricter(world.label(spec), labels)]
    assert brief.evidence.n_may == np.isin(facts.spec[may], free).sum()
    assert sum(holder.n_may for holder in brief.evidence.holders) == brief.evidence.n_may
    assert brief.before.held.n_may == np.isin(facts.spec[then_may], free).sum()
    # the marking is of the periods that are compared too, and of nothing that the reader may not see
    specs = Counter(facts.spec[inside].tolist())
    marked = {label.id: n for label, n in brief.labels}
    assert {number: n for number, n in marked.items() if n} == {world.numbers[spec]: n for spec, n in specs.items()}
    assert {world.numbers[spec] for spec in facts.spec[then].tolist()} <= marked.keys()
    assert marked.keys() <= {world.numbers[spec] for spec in world.sees(asker)}


def test_two_readers_get_two_briefs_whose_counts_are_those_of_the_store(world: World) -> None:
    told = []
    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        for asker in (0, 3):
            made = maker(world, asker).make(ordered())
            seen = [world.numbers[spec] for spec in sorted(world.sees(asker))]
            rows = owner.execute(IN_BOX, [seen]).fetchone()
            assert rows is not None
            assert f"<b>{rows[0]:,}</b> seizures lie there" in made.body
            assert f"<b>{rows[1]:,.0f} kg</b> taken" in made.body
            told.append((rows[0], made.handling.marking, made.handling.content_sha256))
    assert len(set(told)) == 2
    assert told[0][0] < told[1][0]


def test_as_known_before_anything_was_loaded_a_brief_tells_nothing(world: World) -> None:
    making = maker(world, 3)
    made = making.make(ordered(known_at=datetime(2000, 1, 1, tzinfo=UTC)))
    assert "<b>0</b> seizures lie there" in made.body
    assert "as known at 2000-01-01 00:00Z" in made.body
    assert made.handling.labels == ()
    with pytest.raises(BadQuestion, match="nothing"):
        making.hand_on(made)


# ------------------------------------------------------------ kept areas
def test_a_kept_area_is_briefed_with_its_notes_and_marking_and_for_who_may_see_it(world: World) -> None:
    who, stranger = world.askers[3], world.askers[5]
    label = max(world.repository.keepable_labels(who), key=lambda one: one.tlp)
    area = world.repository.keep(who, area_draft("Gulf <b>watch</b>", BOX, label.id))
    world.repository.keep(who, annotation_draft("Lorries <i>at night</i>", -95.0, 30.0, plainest(world)))
    world.repository.keep(who, annotation_draft("Far away", 20.0, 30.0, plainest(world)))

    order = order_of(world.repository, who, State(period=Period(date(2029, 1, 1), date(2029, 2, 1))), str(area.id))
    made = maker(world, 3).make(order)

    assert "Gulf &lt;b&gt;watch&lt;/b&gt;" in made.body
    assert "Lorries &lt;i&gt;at night&lt;/i&gt;" in made.body
    assert "Far away" not in made.body
    assert label in {one for one, _ in made.handling.labels}
    # selected on the map it is the same area, and its name goes to nobody to whom its label does not
    selected = State(selection=Selection.of(BOX))
    assert order_of(world.repository, who, selected, "").area == area
    assert order_of(world.repository, who, selected, "", "nobody").area is None
    if label.id not in {one.id for one in world.repository.keepable_labels(stranger)}:
        with pytest.raises(BadQuestion, match="no such kept area"):
            order_of(world.repository, stranger, State(), str(area.id))


def test_a_private_area_is_briefed_for_its_author_alone(world: World) -> None:
    who = world.askers[3]
    area = world.repository.keep(who, area_draft("Mine", BOX, plainest(world), is_private=True))
    assert order_of(world.repository, who, State(), str(area.id)).place == Selection.of(BOX)
    with pytest.raises(BadQuestion, match="for its author alone"):
        order_of(world.repository, who, State(), str(area.id), "C")
    with pytest.raises(BadQuestion, match="no such kept area"):
        order_of(world.repository, world.askers[4], State(), str(area.id))


# ------------------------------------------------------------ handing on
def test_a_brief_that_leaves_is_written_down_with_its_labels_and_hash(world: World) -> None:
    making = maker(world, 3)
    made: BriefFile = making.make(ordered())
    name, content = making.hand_on(made)

    (record,) = world.repository.disseminated(world.askers[3])
    assert (record.handed.name, record.handed.size) == (name, len(content))
    assert record.handed.marking == made.handling.marking
    assert record.handed.labels == tuple(sorted(label.id for label, _ in made.handling.labels))
    assert record.handed.question["content_sha256"] == made.handling.content_sha256
    assert content.decode().count(made.handling.marking.replace("+", "+")) >= 2
    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        rows = owner.execute("SELECT question FROM sealed.audit WHERE action = 'export' ORDER BY id").fetchall()
    assert [row[0]["form"] for row in rows] == ["brief", "html"], "when it was made, and when it left"


def test_a_label_that_forbids_it_keeps_a_brief_from_another_agency(world: World) -> None:
    order = ordered()
    with pytest.raises(Refused, match="may not be given to C"):
        maker(world, 3).make(BriefOrder(order.state, order.place, None, "C"))


def test_under_a_filter_of_labels_a_brief_may_go_with_what_is_released_alone(world: World) -> None:
    who = world.askers[3]
    green = [label for label in world.repository.keepable_labels(who) if label.tlp is Tlp.GREEN]
    strict = max(world.repository.keepable_labels(who), key=lambda one: one.tlp)
    world.repository.keep(who, annotation_draft("Not for C", -95.0, 30.0, strict.id))
    world.repository.keep(who, annotation_draft("For all to read", -95.0, 30.0, green[0].id))
    order = ordered(only=Narrowing(labels=tuple(label.id for label in green)))

    making = maker(world, 3)
    made = making.make(BriefOrder(order.state, order.place, None, "C"))
    making.hand_on(made)

    assert {label.tlp for label, _ in made.handling.labels} == {Tlp.GREEN}
    assert "For all to read" in made.body
    assert "Not for C" not in made.html()
    (record,) = world.repository.disseminated(who)
    assert record.handed.given_to == "C"


def test_a_right_withdrawn_between_keeps_the_brief_from_leaving(world: World) -> None:
    making = maker(world, 3)
    made = making.make(ordered())
    world.hold(3, [(Right.TIER, "0")])
    with pytest.raises(Refused, match="your rights have changed"):
        making.hand_on(made)
    assert world.repository.disseminated(world.askers[0]) == ()


# ------------------------------------------------------------ over HTTP
ASKED = {"since": "2020-01-01", "until": "2030-01-01", "selection": BOX.name}


def test_the_page_is_for_who_is_signed_in_and_the_file_wants_the_forms_key(server: Served) -> None:
    with server.client(accept="application/json") as nobody:
        assert nobody.get("/brief", params=ASKED).status_code == 401
        assert nobody.post("/brief/file", data=ASKED).status_code == 401
    with server.signed_in("ada") as client:
        page = client.get("/brief", params=ASKED)
        assert page.status_code == 200
        assert len(re.findall('<p class="marking"', page.text)) == 2
        assert client.post("/brief/file", data=ASKED).status_code == 403
        assert client.post("/brief/file", data=ASKED | {"form_key": "x" * 32}).status_code == 403


@pytest.mark.parametrize(
    "spoilt",
    [{"selection": "<script>"}, {"selection": ""}, {"kept": "../../etc"}, {"kept": "0" * 5000}, {"since": "x"},
     {"given_to": "'; DROP"}, {"fact": "reported"}, {"known_at": "2999-01-01T00:00Z"}],
)  # fmt: skip
def test_a_hostile_brief_is_refused_in_a_sentence(server: Served, spoilt: dict[str, str]) -> None:
    with server.signed_in("ada", accept="application/json") as client:
        sent = ASKED | spoilt | {"form_key": form_key(client)}
        answer = client.post("/brief/file", data=sent)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]
