"""The frame that every page hangs in: band, header, who is here, sign-out, and the page's content below."""

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
    page = pn.Template(template("frame.html"), location=True)
    page.add_panel("content", content)
    page.add_variable("session", session)
    page.add_variable("page_title", title)
    page.add_variable("is_full_bleed", is_full_bleed)
    page.add_variable("embed", _embedded)
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
