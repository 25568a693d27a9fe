"""Where this store's list of partners' addresses stands, and where their pictures are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from watchfloor.app.settings import Settings
from watchfloor.geo.errors import BadInput

if TYPE_CHECKING:
    from watchfloor.data.partner.addresses import PartnerAddress
    from watchfloor.data.partner.shelf import PartnerShelf


def addresses_file(settings: Settings) -> Path:
    """The operator's list, whether it is there or not."""
    return settings.partner_addresses or settings.home / "partners.toml"


def listed_addresses(settings: Settings) -> "tuple[PartnerAddress, ...]":
    """The list; empty if none is named and none lies in the home. Raises BadInput."""
    path = addresses_file(settings)
    if not path.exists():
        if settings.partner_addresses is not None:
            raise BadInput(f"WATCHFLOOR_PARTNER_ADDRESSES names {path.name}, which is not there")
        return ()
    from watchfloor.data.partner.addresses import read_addresses  # noqa: PLC0415 - most stores have none

    return read_addresses(path)


@contextmanager
def partner_shelf(settings: Settings) -> "Iterator[PartnerShelf | None]":
    """The addresses at work, None if there are none. Raises BadInput."""
    addresses = listed_addresses(settings)
    if not addresses:
        yield None
        return
    from watchfloor.data.partner.shelf import PartnerShelf  # noqa: PLC0415

    shelf = PartnerShelf(addresses, settings.home / "partners")
    try:
        yield shelf
    finally:
        shelf.close()
