"""Days and moments on a command line: a wrong one is named, with its option and how to write it."""

from datetime import UTC, date, datetime

import pytest

from watchfloor.app.commands.ask import ask
from watchfloor.app.commands.moments import day, moment
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.query import Layer

HOSTILE = "<b>yesterday"


def test_a_day_and_a_moment_are_read() -> None:
    assert day("2026-11-22", "--until") == date(2026, 11, 22)
    assert moment("2026-11-22T06:00", "--until") == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert moment(None, "--until") is None


@pytest.mark.parametrize("read", [day, moment])
def test_what_is_no_day_is_named_with_its_option(read) -> None:
    with pytest.raises(BadQuestion, match=f"--until '{HOSTILE}' is no day"):
        read(HOSTILE, "--until")


@pytest.mark.parametrize("given", [{"since": HOSTILE}, {"until": HOSTILE}, {"known_at": HOSTILE}])
def test_a_question_of_no_day_is_a_bad_question(given: dict[str, str]) -> None:
    with pytest.raises(BadQuestion, match=HOSTILE):
        ask(Layer.SEIZURES, **given)
