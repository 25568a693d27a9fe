"""The HTML around the pages: every value is escaped unless a template says that it is our own markup."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

_SCRIPT = re.compile(r"<script(?=[\s>])")


def template(name: str) -> Template:
    """A template of this package by its file name."""
    return _environment().get_template(name)


def rendered(name: str, **values: Any) -> str:
    """The page that this template makes of these values."""
    return template(name).render(**values)


def with_nonce(markup: str, nonce: str) -> Markup:
    """Our own script tags, each with the nonce under which the browser may run it."""
    return Markup(_SCRIPT.sub(f'<script nonce="{Markup.escape(nonce)}"', markup))  # noqa: S704 - no value from outside


def asset(name: str) -> str:
    """Text of a file of this package."""
    return files("watchfloor.dashboards").joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(asset),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["with_nonce"] = with_nonce
    return environment
