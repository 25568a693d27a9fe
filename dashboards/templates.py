"""The HTML around the pages: every value is escaped unless a template says that it is our own markup."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from watchfloor.geo.record_facts import said

# what Bokeh and Panel bring along for tables, charts and formulas, and no page of ours shows: it takes a second to read
_UNUSED = re.compile(
    r"<(?:script|link)\b[^>]*"
    r'(?:src|href)="[^"]*(?:/bundled/echarts/|/bundled/datatabulator/|/bokeh-(?:gl|mathjax|tables)\.)[^"]*"[^>]*>(?:</script>)?\s*'
)
_IMPORTED = re.compile(r'"(?:\./|/assets/)?([a-z][a-z_]*\.js)"')
_TELEPHONE = re.compile(r"(\+\d[\d \-().]{5,}\d)")
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


def unbroken(text: str) -> Markup:
    """A text whose telephone numbers are not broken at the end of a line."""
    kept = Markup('<span class="wf-unbroken">{}</span>')
    parts = _TELEPHONE.split(text)
    return Markup("").join(kept.format(part) if at % 2 else part for at, part in enumerate(parts))


def lean(markup: str) -> str:
    """Tags of scripts and styles, without those that no page needs."""
    return _UNUSED.sub("", markup)


@lru_cache
def modules(*names: str) -> tuple[str, ...]:
    """These scripts of ours and all that they import, each once."""
    found = dict.fromkeys(names)
    for name in (left := list(names)):
        new = [one for one in _IMPORTED.findall(asset(name)) if one not in found]
        found |= dict.fromkeys(new)
        left += new
    return tuple(found)


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
    environment.filters["lean"] = lean
    environment.filters["unbroken"] = unbroken
    environment.filters["said"] = said
    environment.globals["modules"] = modules
    return environment
