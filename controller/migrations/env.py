"""Owns how Alembic runs here: on the connection that the store hands over, never by itself."""

from alembic import context

from controller.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
