"""Runs migrations on the connection that `sel_backend.storage.migrate` hands over."""

from alembic import context

from sel_backend.storage.schema import ALL_TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=ALL_TABLES,
    # SQLite cannot alter most things in place: Alembic copies the table instead.
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
