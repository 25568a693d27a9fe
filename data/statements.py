"""SQL of data/sql by name, read once."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> bytes:
    """Text of one file of data/sql, named without its suffix, as psycopg takes it."""
    return files("watchfloor.data.sql").joinpath(f"{name}.sql").read_bytes()
