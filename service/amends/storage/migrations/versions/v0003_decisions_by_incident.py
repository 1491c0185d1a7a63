"""Step 0003: decisions are found by their incident: what is promised to all in it looks for another one to go over to.

Only an index, alone in its step: on PostgreSQL it is made while others write.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
SERVES: Final = "0001"

_INDEX: Final = "ix_decisions_incident"
_COLUMNS: Final = ["incident_id", "decision_id"]


def upgrade() -> None:
    """Create the index."""
    only = sa.text("incident_id != ''")
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(_INDEX, "decisions", _COLUMNS, sqlite_where=only)
        return
    with op.get_context().autocommit_block():
        # One that was broken off left an index behind that nobody uses.
        op.drop_index(_INDEX, "decisions", if_exists=True, postgresql_concurrently=True)
        op.create_index(_INDEX, "decisions", _COLUMNS, postgresql_where=only, postgresql_concurrently=True)
