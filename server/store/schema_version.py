"""Brings a database to the schema of this program, whichever program made it.

A database that is there already is the usual case, and asked for its version only: to load the
migrations takes a quarter of the time in which a world that died is back.
"""

from pathlib import Path
from typing import Final

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
    if version(connection) != newest():
        _migrate(connection)


def newest() -> str:
    """Returns the version of this program's schema; the migrations' files are named by theirs."""
    return max(path.name[1:5] for path in (_MIGRATIONS / "versions").glob("v[0-9]*.py"))


def version(connection: Connection) -> str | None:
    """Returns the version of a database's schema, None if it has none yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 -- see the head of this module
    from alembic.config import Config  # noqa: PLC0415 -- as above
    from alembic.util import CommandError  # noqa: PLC0415 -- as above

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
