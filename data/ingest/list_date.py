"""The date of a list that does not hold its own: given with the command, or standing in the file's name."""

import re
from dataclasses import replace
from datetime import date, datetime

from watchfloor.data.ingest.format import Format, Options
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile, BadQuestion

_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
DATED = frozenset({"ofac-sdn"})


def with_list_date(form: Format, options: Options, as_of: datetime | None) -> tuple[Format, Options]:
    """The format, and the options with the list's day. Raises BadQuestion for a format with dates of its own."""
    if as_of is None:
        return form, options
    if form.name not in DATED:
        raise BadQuestion(f"the format {form.name} has dates of its own: --as-of is for {', '.join(sorted(DATED))}")
    return form, replace(options, values={**options.values, "as_of": as_of.date()})


def list_date(opened: Opened, options: Options) -> date:
    """The day as of which the list stands.

    Raises BadFile if it is neither given nor in the file's name: what is on a list is worth nothing without the day.
    """
    given = options.values.get("as_of")
    if isinstance(given, date):
        return given
    if found := _IN_NAME.search(opened.name):
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            pass
    raise BadFile(f"{opened.name}: does not say of which day the list is: give it with --as-of YYYY-MM-DD")
