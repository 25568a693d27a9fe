"""The brake on guessing passwords."""

from watchfloor.app.attempts import FORGET_S, REMEMBERED, Attempts


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_few_mistakes_cost_nothing() -> None:
    attempts = Attempts(now=Clock())
    for _ in range(4):
        attempts.failed("ada", "192.0.2.1")

    assert attempts.wait_s("ada", "192.0.2.1") == 0


def test_each_further_mistake_doubles_the_wait() -> None:
    attempts = Attempts(now=Clock())
    for _ in range(5):
        attempts.failed("ada", "192.0.2.1")
    first = attempts.wait_s("ada", "192.0.2.1")
    attempts.failed("ada", "192.0.2.1")

    assert attempts.wait_s("ada", "192.0.2.1") == 2 * first


def test_a_stranger_s_mistakes_do_not_keep_the_person_out() -> None:
    attempts = Attempts(now=Clock())
    for _ in range(19):
        attempts.failed("ada", "198.51.100.9")

    assert attempts.wait_s("ada", "192.0.2.1") == 0


def test_an_address_that_goes_through_a_list_of_names_must_wait() -> None:
    attempts = Attempts(now=Clock())
    for n in range(20):
        attempts.failed(f"name{n}", "198.51.100.9")

    assert attempts.wait_s("ada", "198.51.100.9") > 0


def test_mistakes_are_forgotten_after_a_quarter_of_an_hour() -> None:
    clock = Clock()
    attempts = Attempts(now=clock)
    for _ in range(9):
        attempts.failed("ada", "192.0.2.1")
    clock.now += FORGET_S

    assert attempts.wait_s("ada", "192.0.2.1") == 0


def test_the_right_password_ends_the_count() -> None:
    attempts = Attempts(now=Clock())
    for _ in range(5):
        attempts.failed("ada", "192.0.2.1")
    attempts.succeeded("ada", "192.0.2.1")

    assert attempts.wait_s("ada", "192.0.2.1") == 0


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    attempts = Attempts(now=Clock())
    for n in range(REMEMBERED + 500):
        attempts.failed(f"name{n}", f"2001:db8::{n:x}")

    assert len(attempts._records) <= REMEMBERED
