"""make bench: every benchmark, or those named on the command line."""

import sys

from bench import (
    case_page,
    exports,
    filters,
    finding,
    graph,
    intake,
    intake_formats,
    intake_large,
    known_at,
    live,
    live_pages,
    many_pages,
    pages,
    playback,
    questions,
    selection,
    selection_page,
    track_clicks,
    track_events,
    tracks,
)
from bench.results import Result, write
from bench.stores import cluster

PARTS = {
    "clicks": track_clicks.measure,
    "intake": intake.measure,
    "formats": intake_formats.measure,
    "questions": questions.measure,
    "known_at": known_at.measure,
    "live": live.measure,
    "live_pages": live_pages.measure,
    "many_pages": many_pages.measure,
    "events": track_events.measure,
    "case_page": case_page.measure,
    "exports": exports.measure,
    "filters": filters.measure,
    "finding": finding.measure,
    "graph": graph.measure,
    "pages": pages.measure,
    "playback": playback.measure,
    "selection": selection.measure,
    "selection_page": selection_page.measure,
    "tracks": tracks.measure,
}
# too long for every time
BY_NAME = {"large": intake_large.measure}


def main() -> None:
    """Run and write."""
    wanted = sys.argv[1:] or list(PARTS)
    results: list[Result] = []
    with cluster() as address:
        for name in wanted:
            print(f"measuring {name} …", flush=True)
            results += (PARTS | BY_NAME)[name](address)
    write(results)


if __name__ == "__main__":
    main()
