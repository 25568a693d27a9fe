"""Numbered migrations, run on a store that has not seen them."""

from importlib.resources import files

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.pool import NullPool

from watchfloor.data.address import Address, Role


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(files("watchfloor.data.migrations")))
    config.set_main_option("path_separator", "os")
    return config


def migrate(address: Address) -> None:
    """Run the numbered migrations that this store has not seen."""
    # no pool: when a migration fails, its connection is closed with it
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(address.conninfo(Role.OWNER)), poolclass=NullPool
    )
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
