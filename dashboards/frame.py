"""The frame that every page hangs in: band, header, who is here, sign-out, and the page's content below."""

from collections.abc import Mapping
from typing import Any

import panel as pn
from markupsafe import Markup

from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.templates import template


def framed(
    session: PageSession, title: str, content: pn.viewable.Viewable, *, is_full_bleed: bool = False
) -> pn.template.base.BaseTemplate:
    """The whole page.

    is_full_bleed: the content fills what the header leaves and never scrolls, as maps want it; else it
    scrolls, with a margin. Scripts inside the content do not run: the page's policy lets only our own files
    and Bokeh's run, so no CustomJS, jslink or inline handlers.
    """
    return _page(session, title, {"content": content}, is_full_bleed=is_full_bleed, sheet="", words={})


def framed_words(
    session: PageSession, title: str, sheet: str, words: Mapping[str, str], parts: Mapping[str, pn.viewable.Viewable]
) -> pn.template.base.BaseTemplate:
    """A page whose words stand in what the server sends, so that they are seen before any script is read.

    sheet: file name of the template that arranges words, which are markup of ours, and parts, by their names.
    """
    return _page(session, title, parts, is_full_bleed=False, sheet=sheet, words=words)


def _page(
    session: PageSession, title: str, parts: Mapping[str, pn.viewable.Viewable], **values: Any
) -> pn.template.base.BaseTemplate:
    page = pn.Template(template("frame.html"), location=True)
    for name, part in parts.items():
        page.add_panel(name, part)
    for name, value in {**values, "session": session, "page_title": title, "embed": _embedded}.items():
        page.add_variable(name, value)
    return page


def sentence(text: str, *, is_fault: bool = False) -> pn.pane.HTML:
    """One escaped sentence in place of a content: what is wrong, and what to do."""
    kind = "wf-fault" if is_fault else "wf-lead"
    # Panel replaces signs in what it is given, and in Markup that would escape them once more
    text = str(Markup('<p class="{}">{}</p>').format(kind, text))
    return pn.pane.HTML(text, stylesheets=["/assets/page.css"])


def _embedded(root: object) -> Markup:
    elementid = getattr(root, "elementid", None)
    return Markup('<div id="{}" data-root-id="{}" style="display: contents;"></div>').format(
        elementid, getattr(root, "id", "")
    )
