"""Compiles what the program imports, once: where Python may not write byte code by itself, each start would.

Run by scripts/setup.sh with PYTHONDONTWRITEBYTECODE unset. A start reads two thousand modules; compiling them takes
longer than all the rest of it.
"""

from importlib import import_module

MODULES = (
    "watchfloor.app.serving",
    "watchfloor.app.server",
    "watchfloor.app.asking",
    "watchfloor.data.exercise.load",
    "watchfloor.data.ingest.catalogue",
    "sklearn.neighbors",
)


def main() -> None:
    """Import them, and draw what loads the rest."""
    for name in MODULES:
        import_module(name)
    from watchfloor.app.tiles import warm_up  # noqa: PLC0415
    from watchfloor.layers.basemap import Basemap  # noqa: PLC0415

    Basemap.load()
    warm_up()


if __name__ == "__main__":
    main()
