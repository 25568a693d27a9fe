"""A few mutated files of every format: what `make fuzz` does for minutes, done for seconds."""

from pathlib import Path
from random import Random

import pytest

from watchfloor.data.ingest.catalogue import FEATURES, FORMATS

from ..fuzzing.container_mutations import mutated
from ..fuzzing.reading import configured, read_case
from ..fuzzing.seeds import SEEDS, Seed

CASES = 8
# each of these starts a process of its own
CASES_READ_APART = 1
READ_HERE = [one for one in SEEDS if one.form not in FEATURES]


def cases(form: str) -> list[Seed]:
    """The sound files of a format, then mutations of them, always the same."""
    chance, sound = Random(f"smoke/{form}"), [one for one in SEEDS if one.form == form]
    made = [chance.choice(sound) for _ in range(CASES_READ_APART if form in FEATURES else CASES)]
    return [*sound, *(one.of(mutated(one.content, one.name, chance)) for one in made)]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_mutated_files_are_read_or_refused_and_never_fall_over(tmp_path: Path, form: str) -> None:
    for number, case in enumerate(cases(form)):
        (folder := tmp_path / f"{number}").mkdir()
        (folder / case.name).write_bytes(case.content)
        read = read_case(*configured(form, case.mapping), folder / case.name)
        assert read.rows >= read.rejects


@pytest.mark.parametrize("case", READ_HERE, ids=lambda one: f"{one.form}-{one.name}")
def test_the_files_that_mutations_begin_from_are_sound(tmp_path: Path, case: Seed) -> None:
    (tmp_path / case.name).write_bytes(case.content)
    read = read_case(*configured(case.form, case.mapping), tmp_path / case.name)
    assert (read.refusal, read.rejects) == (None, 0)
    assert read.rows > 0


def test_the_same_seed_makes_the_same_files() -> None:
    assert cases("stix") == cases("stix")
