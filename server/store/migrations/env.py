"""Run by alembic for each command: uses the connection that `schema_version` hands it."""

from alembic import context

from server.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
