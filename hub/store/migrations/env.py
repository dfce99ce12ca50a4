"""Alembic's entrance: runs the steps on the connection that `hub.store.migrate` hands it."""

from alembic import context

from hub.store import tables as hub_tables
from sp_registry import tables as registry_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[hub_tables.metadata, registry_tables.metadata],
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
