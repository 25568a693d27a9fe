"""Every error that Watchfloor raises on purpose.

WatchfloorError
├── BadInput            a file, a row or an argument from outside is not usable
│   ├── BadFile         the file as a whole: nothing of it was loaded
│   └── BadQuestion     a question that cannot be asked (order, range, name)
├── Refused             the asker may not do this kind of thing
│   ├── NotSignedIn     no valid sign-in stands behind the request
│   └── StaleScope      the asker's rights changed since the page was opened
├── TooManyRows         the question matches more rows than may leave the store
├── Busy                too much of this kind is under way: ask again in a moment
├── StoreUnavailable    the database cannot be reached or started
│   └── StoreMismatch   the store is of another version or kind
├── PartnerFault        a partner's server gave no answer, or not one of use
└── MissingTool         a program or a package that the machine should have
"""


class WatchfloorError(Exception):
    """Base of all; its text is fit to be shown to the person who asked."""


class BadInput(WatchfloorError):
    """What came from outside is not usable; the text says where and what to do."""


class BadFile(BadInput):
    """The file as a whole is not what it claims to be: nothing of it was loaded."""


class BadQuestion(BadInput):
    """The question cannot be asked as it stands."""


class Refused(WatchfloorError):
    """The asker may not do this kind of thing; never a hint that rows exist."""


class NotSignedIn(Refused):
    """No valid sign-in stands behind the request."""


class StaleScope(Refused):
    """The asker's rights changed since the page was opened; open it again."""


class TooManyRows(WatchfloorError):
    """The question matches more rows than may leave the store."""

    def __init__(self, matched: int, limit: int) -> None:
        super().__init__(f"{matched:,} rows match, at most {limit:,} may be shown: narrow the place or the period")
        self.matched = matched
        self.limit = limit


class Busy(WatchfloorError):
    """Too much of this kind is under way; what was asked for has not begun."""


class StoreUnavailable(WatchfloorError):
    """The database cannot be reached or started; the text says what to do."""


class StoreMismatch(StoreUnavailable):
    """The store is of another version or kind than this program serves."""


class PartnerFault(WatchfloorError):
    """A partner's server gave no answer, or not one of use. is_cut: nothing came at all, as when a link is cut."""

    def __init__(self, said: str, *, is_cut: bool) -> None:
        super().__init__(said)
        self.is_cut = is_cut


class MissingTool(WatchfloorError):
    """A program or package is missing on this machine; the text says how to get it."""
