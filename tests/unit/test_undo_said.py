"""What an undo tells a person: numbers and words that go together."""

from watchfloor.data.ingest.undo import Undone


def test_one_of_a_kind_is_not_told_as_many() -> None:
    said = Undone(5, 6, closed=1, restored=1, positions=1, places=1, released=1, exchanged=1).lines()
    assert said[0] == (
        "Run 5 is taken back by run 6: 1 version ended, 1 version holds instead; 1 position, 1 place, 0 craft went."
    )
    assert said[1].startswith("1 person of it stays in the released overdose counts")
    assert said[2] == "1 position that a later run gave otherwise holds in the stead of its own."


def test_none_and_many_are_told_as_many() -> None:
    said = Undone(5, 6, closed=1_200, positions=2, released=3, exchanged=4).lines()
    assert "1,200 versions ended, 0 versions hold instead; 2 positions, 0 places" in said[0]
    assert said[1].startswith("3 persons of it stay in the released overdose counts")
    assert said[2].startswith("4 positions that later runs gave otherwise hold in")
