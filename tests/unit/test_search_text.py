"""How search folds texts, reads what was typed, knows misspelt words, and marks what matched."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.search_box import SearchBox, shown, zoom_for
from watchfloor.dashboards.state import State
from watchfloor.data.folding import folded, folded_from, plain_code
from watchfloor.data.questions.sought import read_sought, read_spots
from watchfloor.data.questions.sought_like import distance, has_words_like, pieces_of, sound
from watchfloor.geo.finds import Find, FindGroup, FindOf, Piece, marked
from watchfloor.geo.spot import Spot, SpotKind


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Сергей Щукин", "sergey shchukin"),
        ("Γιώργος Παπάς", "giorgos papas"),
        ("محمد", "mhmd"),
        ("习近平", "xi jin ping"),
        ("Łódź", "lodz"),
        ("e\u0301tude", "etude"),
        ("O'Brien-Smith", "obrien smith"),
        ("O’Brien", "obrien"),
        ("\uff15\uff15\uff15", "555"),
        ("<b>%_\\'; DROP", "b drop"),
        ("\x00\u202e😀", ""),
        ("a" * 1_000_000, "a" * 200),
    ],
)
def test_a_text_is_folded_to_small_latin_letters(text: str, plain: str) -> None:
    assert folded(text) == plain
    assert folded_from(text)[0] == plain.replace(" ", "")


def test_numbers_are_compared_without_separators_and_without_what_eyes_confuse() -> None:
    assert plain_code("7-AO I5") == plain_code("7a015") == "7a015"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("555-01 23", ("5550123",)),
        ("+1 (210) 555-0199", ("12105550199", "2105550199")),
        ("0049 30 1234567", ("0049301234567", "49301234567")),
        ("0171 234 567", ("0171234567", "171234567")),
        ("7ABC", ("7abc",)),
        ("juan perez", ()),
        ("ab", ()),
        ("9" * 41, ()),
    ],
)
def test_fragments_of_numbers_are_read_in_any_writing(text: str, codes: tuple[str, ...]) -> None:
    assert read_sought(text).codes == codes


@pytest.mark.parametrize("text", ["CA 7ABC", "7abc ca"])
def test_the_state_of_a_plate_may_be_named(text: str) -> None:
    sought = read_sought(text)
    assert (sought.area, sought.codes[0]) == ("us-ca", "7abc")


def test_the_kind_of_a_number_may_be_named() -> None:
    assert read_sought("IMO 9074729").schemes == ("imo",)
    assert read_sought("IMO 9074729").codes == ("9074729",)
    assert read_sought("imo").schemes == ()


@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [
        ("38.5, -98.25", -98.25, 38.5),
        ("38,5; -98,25", -98.25, 38.5),
        ("38.5N 98.25W", -98.25, 38.5),
        ("-98.25 38.5", 38.5, -98.25),
        ("120.5 10", 120.5, 10.0),
        ("40°42'30\"N 74°0'30\"W", -74.008333, 40.708333),
        ("14S NH 87790 06280", -98.000091, 37.999944),
        ("14SNH87790628", -98.000039, 37.999984),
        ("18T 585628 4511322", -73.985705, 40.748396),
    ],
)
def test_coordinates_are_read_in_every_writing(text: str, lon: float, lat: float) -> None:
    spots = read_spots(text)
    if text.startswith("-98"):
        # latitude comes first: 98 degrees are none, so the other order is meant
        lon, lat = -98.25, 38.5
    assert [(round(spot.lon, 6), round(spot.lat, 6)) for spot in spots] == [(lon, lat)]


@pytest.mark.parametrize("text", ["", "houston", "555-0123", "95, 200", "NEW 12", "7ABC", "1" * 1_000_000, "%s, %s"])
def test_what_is_no_place_is_read_as_none(text: str) -> None:
    assert read_spots(text) == ()


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("smith", "smith", 0), ("smtih", "smith", 1), ("smih", "smith", 1), ("smyth", "smith", 1), ("smith", "jones", 3)],
)
def test_words_are_apart_by_letters_and_swaps(one: str, other: str, apart: int) -> None:
    assert distance(one, other, 2) == apart


@pytest.mark.parametrize("pair", [("mohammed", "muhammad"), ("sergei", "sergey"), ("oleksandr", "alexander"),
                                  ("gonzales", "gonzalez")])  # fmt: skip
def test_words_that_sound_alike_have_one_sound(pair: tuple[str, str]) -> None:
    assert sound(pair[0]) == sound(pair[1])


def test_words_are_found_in_any_order_and_the_nearer_is_better() -> None:
    exact = has_words_like(["perez", "juan"], ["juan", "perez"])
    typo = has_words_like(["peres", "juan"], ["juan", "perez"])
    assert exact is not None
    assert typo is not None
    assert 1.0 == exact > typo > 0.5
    assert has_words_like(["perez", "maria"], ["juan", "perez"]) is None


def test_what_matched_is_marked_in_the_text_as_it_is_written() -> None:
    assert pieces_of("(210) 555-0199", (), ("5550199",)) == (Piece("(210) "), Piece("555-0199", is_match=True))
    assert pieces_of("Łódź Trading", ("lodz",), ()) == (Piece("Łódź", is_match=True), Piece(" Trading"))
    assert pieces_of("<b>Test</b>", ("test",), ()) == (Piece("<b>"), Piece("Test", is_match=True), Piece("</b>"))
    assert marked("abc", []) == (Piece("abc"),)


def test_pins_are_numbered_in_the_order_of_the_list() -> None:
    finds = tuple(
        Find(FindGroup.PLACES, FindOf.PLACE, str(n), f"Place {n}", "town", "name", (Piece("x"),), "", 50.0, lon, lat)
        for n, (lon, lat) in enumerate([(None, None), (1.0, 2.0), (3.0, 4.0)])
    )
    assert [row["pin"] for row in shown(finds)] == [0, 2, 3]


def test_a_row_tells_it_from_its_namesakes_and_how_many_there_are() -> None:
    find = Find(FindGroup.IDENTIFIERS, FindOf.CRAFT, "1", "x", "phone", "", (Piece("x"),), "", 50.0, beside="<b>",
                n_in_group=101, is_at_least=True)  # fmt: skip
    (row,) = shown((find,))
    assert (row["beside"], row["in_group"], row["at_least"]) == ("<b>", 101, True)


def test_choosing_a_port_switches_its_layer_on_and_opens_its_evidence() -> None:
    state = State(layers={"hexagons": 55}, measure="pedestrians")
    flown: list[tuple[float, ...]] = []
    pins: list[object] = []
    map_view = SimpleNamespace(fly_to=lambda *to: flown.append(to), set_pins=pins.append)
    desk = SimpleNamespace(state=state)
    port = Find(
        FindGroup.PLACES, FindOf.PLACE, "42", "Otay Mesa", "crossing", "name", (Piece("x"),), "", 90.0, -116.9, 32.5,
        measures=("trucks", "trains"),
    )  # fmt: skip
    box = SearchBox(desk, map_view)  # type: ignore[arg-type]
    box._choose(port)
    assert flown
    assert flown[0][:2] == (-116.9, 32.5)
    assert list(state.layers) == ["hexagons", "ports"]
    assert (state.measure, state.mark) == ("trucks", Mark("ports", Spot(SpotKind.PLACE, "42")))
    box._choose(replace(port, id="7", measures=()))
    assert state.mark == Mark("ports", Spot(SpotKind.PLACE, "42"))


def test_a_wide_place_is_looked_at_from_farther_away() -> None:
    assert zoom_for(0.0, 300_000.0) < zoom_for(0.0, 9_000.0) < zoom_for(0.0, 20.0)
    assert zoom_for(90.0, None) >= 4.0
