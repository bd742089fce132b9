"""Brings a database to the schema of this program, whichever program made it."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from world.errors import ConfigurationError

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
# Any number, the same in every process: only one at a time migrates a PostgreSQL database.
_MIGRATION_LOCK: Final = 7_305_219_604


def upgrade_to_head(connection: Connection) -> None:
    """Runs the migrations that this database lacks, in the connection's transaction.

    Raises:
      ConfigurationError: if a newer Metaclinic made the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigurationError(
            "database: a newer Metaclinic made it; run that version or a later one"
        ) from error
