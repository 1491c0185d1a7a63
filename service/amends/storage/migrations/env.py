"""Alembic's entry: runs the steps on the connection that `storage.migrate` hands over, and notes each of them."""

import time
from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script
from sqlalchemy import Connection, insert

from amends.storage.tables import metadata, schema_steps


def note_step(
    ctx: MigrationContext,
    step: MigrationInfo,
    heads: Collection[Any],  # noqa: ARG001  # alembic gives all four by name
    run_args: Mapping[str, Any],  # noqa: ARG001  # as above
) -> None:
    """For software that does not know the step: whether it may use what the step left behind."""
    script = step.up_revision
    assert isinstance(script, Script)
    assert ctx.connection is not None
    values = {"revision": script.revision, "serves": script.module.SERVES, "applied_at": time.time_ns()}
    ctx.connection.execute(insert(schema_steps).values(values))


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transaction_per_migration=True,
    on_version_apply=note_step,
)
with context.begin_transaction():
    context.run_migrations()
