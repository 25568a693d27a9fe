"""Every setting of the program, read once from the environment (prefix WATCHFLOOR_)."""

import os
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadInput

DEFAULT_PORT = 8470


def default_home() -> Path:
    """Where state lives unless WATCHFLOOR_HOME says otherwise."""
    data_home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data_home) / "watchfloor"


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _network(text: str) -> str:
    return str(ip_network(text))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if (
        parts.scheme != "https"
        or not parts.hostname
        or parts.path not in {"", "/"}
        or parts.query
        or "@" in parts.netloc
    ):
        raise ValueError("needs the form https://name or https://name:port")
    return f"https://{parts.netloc.lower()}"


type Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """What may be chosen from outside; docs/settings.md is made from these descriptions."""

    model_config = SettingsConfigDict(env_prefix="WATCHFLOOR_", env_ignore_empty=True, extra="ignore", frozen=True)

    home: Folder = Field(
        default_factory=default_home,
        description="Folder of one store: its private cluster, caches and logs. Two homes are two stores.",
    )
    database_url: SecretStr | None = Field(
        None, description="URL of an external PostGIS, for the owner role. Unset: a private cluster under the home."
    )
    kind: StoreKind | None = Field(
        None, description="EXERCISE or OPERATIONAL, for a store that is made now (EXERCISE if unset). It never changes."
    )
    host: str = Field("127.0.0.1", description="Address to listen on. Beyond loopback only with TLS or a proxy.")
    port: int | None = Field(
        None, ge=1, le=65535, description=f"Port to listen on. Unset: {DEFAULT_PORT}, or the next one that is free."
    )
    public_url: Annotated[str, AfterValidator(_origin)] | None = Field(
        None, description="https://name[:port] by which people reach the server; needed beyond loopback."
    )
    trusted_proxy: Annotated[str, AfterValidator(_network)] | None = Field(
        None, description="Address or network of the one proxy that ends TLS in front of the server and keeps the Host."
    )
    tls_cert: Folder | None = Field(None, description="File with the certificate chain, to serve TLS directly.")
    tls_key: Folder | None = Field(None, description="File with the certificate's private key.")
    idle_minutes: int = Field(
        15, ge=1, le=30, description="Minutes without a person's hand after which a sign-in locks."
    )
    session_hours: int = Field(12, ge=1, le=24, description="Hours after which a person signs in again in any case.")
    device_days: int = Field(30, ge=1, le=90, description="Days after which a wall display needs a new link.")
    connections: int = Field(8, ge=2, le=64, description="Database connections of one server process.")
    drawers: int = Field(
        1,
        ge=0,
        le=6,
        description="Processes that draw pictures for the server, each with up to 12 connections; 0: it draws itself.",
    )
    picture_megabytes: int = Field(
        256, ge=16, le=65_536, description="Megabytes of drawn pictures that these share on the disk while they run."
    )
    tracks: str | None = Field(
        None,
        description="Folder or fsspec URL of the derived files of tracks. Unset: HOME/tracks. Private to the server.",
    )
    tracks_minutes: int = Field(
        5, ge=0, le=1440, description="Minutes between builds of derived tracks by the server; 0: only by command."
    )
    dask: str | None = Field(
        None,
        description='Who builds derived tracks: unset, threads; "local", Dask here; else a scheduler whose workers '
        "reach WATCHFLOOR_DATABASE_URL, too.",
    )
    partner_addresses: Folder | None = Field(
        None, description="TOML file of partners' map services that may be asked. Unset: HOME/partners.toml, if there."
    )
    metrics_token: SecretStr | None = Field(
        None, min_length=32, description="Secret that /metrics asks for. Unset: it answers this machine alone."
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least weight of what is written to HOME/log."
    )

    @property
    def is_loopback(self) -> bool:
        """Whether the listening address is this machine's own."""
        return self.host == "localhost" or ip_address(self.host).is_loopback

    @property
    def is_exposed(self) -> bool:
        """Whether people beyond this machine can reach the server, directly or through a proxy."""
        return not self.is_loopback or self.trusted_proxy is not None or self.public_url is not None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.host != "localhost":
            ip_address(self.host)
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("WATCHFLOOR_TLS_CERT and WATCHFLOOR_TLS_KEY go together")
        if self.is_exposed and self.tls_cert is None and self.trusted_proxy is None:
            raise ValueError(
                "beyond loopback the server needs TLS (WATCHFLOOR_TLS_CERT, WATCHFLOOR_TLS_KEY) "
                "or a named proxy that ends it (WATCHFLOOR_TRUSTED_PROXY)"
            )
        if self.is_exposed and self.public_url is None:
            raise ValueError("beyond loopback the server must know its own name: set WATCHFLOOR_PUBLIC_URL=https://...")
        return self


def load_settings(**given: Any) -> Settings:
    """Settings from the environment, with what the command line gives on top (None: not given).

    Raises BadInput, whose text names each setting that is wrong.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise BadInput("; ".join(_sentence(dict(fault)) for fault in error.errors(include_input=False))) from None


def _sentence(fault: dict[str, Any]) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    place = "_".join(str(part) for part in fault["loc"])
    return f"WATCHFLOOR_{place.upper()}: {message}" if place else message
