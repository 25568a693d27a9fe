"""What a drawing process is told when it starts: one line of JSON, from the server that it draws for."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from watchfloor.app.settings import Settings
from watchfloor.data.address import Role
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import Refused

# what a drawing process has no use for, it is not told
_KEPT_BACK = {"database_url", "metrics_token", "drawers"}


@dataclass(frozen=True, slots=True)
class DrawingOrder:
    """Where to listen, what store to ask, where pictures are shared.

    conninfo: of the login role that asks under a scope, and of no other. secret: of the shared pictures, in hexadecimal
    digits. hands: how many pictures may be drawn at once.
    """

    socket: str
    port: int
    kind: str
    conninfo: str
    pictures: str
    secret: str
    hands: int
    settings: dict[str, Any]

    @classmethod
    def parse(cls, line: str) -> Self:
        """The order that a line says."""
        return cls(**json.loads(line))

    def line(self) -> str:
        """The order as a line."""
        return json.dumps(asdict(self)) + "\n"

    @property
    def store_kind(self) -> StoreKind:
        """Kind of the store."""
        return StoreKind(self.kind)

    @property
    def chosen(self) -> Settings:
        """The server's settings."""
        return Settings(**self.settings)

    @property
    def address(self) -> "AskingAddress":
        """The store."""
        return AskingAddress(self.conninfo)


@dataclass(frozen=True, slots=True)
class AskingAddress:
    """A store as one may ask it who has no other business there."""

    asking: str

    def conninfo(self, role: str) -> str:
        """Connection string of the role that asks. Raises Refused for any other."""
        if role != Role.APP:
            raise Refused(f"a drawing process does not sign in as {role}")
        return self.asking


def told(settings: Settings) -> dict[str, Any]:
    """Settings as they are told to a drawing process."""
    return settings.model_dump(mode="json", exclude=_KEPT_BACK, exclude_none=True)


def fits(path: Path) -> bool:
    """Whether a socket can have this path: 107 bytes on Linux, 103 on macOS."""
    return len(str(path).encode()) <= 103
