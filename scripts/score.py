"""make score: what each preset finds of what is planted in the tracks of an exercise world."""

import argparse
from datetime import date

from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.scoring import scene, score
from watchfloor.geo.track_presets import EVENT_PRESETS, events_of

UNTIL = date(2025, 11, 22)


def main() -> None:
    """Print one line a kind and preset."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--scale", type=float, default=1.0)
    options = asked.parse_args()
    stage = scene(Plan(options.seed, options.scale, UNTIL), Places.shipped())
    print(f"seed {options.seed}, scale {options.scale:g}: {len(stage.fixes.craft):,} clean fixes")
    print(f"{'kind':<12}{'preset':<12}{'planted':>8}{'found':>8}{'recall':>8}{'precision':>11}{'overlap':>9}")
    for preset in EVENT_PRESETS:
        for found in events_of(stage.fixes, preset, stage.ports):
            one = score(found, stage.planted)
            numbers = f"{one.planted:>8,}{one.found:>8,}{one.recall:>8.2f}{one.precision:>11.2f}{one.overlap:>9.2f}"
            print(f"{one.kind:<12}{one.preset:<12}{numbers}")


if __name__ == "__main__":
    main()
