"""Step 0002: activations with all that is known of them, and what was proved.

The table of activations is made anew, for no software before this step has read or written it.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
SERVES: Final = "0001"


def upgrade() -> None:
    """Make the table of activations anew, and create that of proofs."""
    op.drop_table("activations")
    _activations()
    _proofs()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _activations() -> None:
    op.create_table(
        "activations",
        _text("activation_id"),
        _text("policy"),
        _text("digest"),
        _text("actor_id"),
        _text("reason"),
        _text("ticket"),
        _text("state"),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        _text("actor_role"),
        _text("actor_kind"),
        _text("caller"),
        _text("origin"),
        _text("pack_id"),
        _text("version"),
        _text("previous_digest"),
        _text("request_id"),
        _text("fingerprint"),
        sa.Column("validate_only", sa.Boolean(), nullable=False),
        sa.Column("allow_unverified", sa.Boolean(), nullable=False),
        _text("settled_by_id"),
        _text("settled_by_role"),
        _text("settled_by_kind"),
        _text("settled_by_caller"),
        _text("settled_reason"),
        _text("findings"),
        sa.Column("texts", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        _text("worker"),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("activation_id", name="pk_activations"),
    )
    op.create_index("ix_activations_policy", "activations", ["policy", "activation_id"])
    only = _only("state IN ('requested', 'checking')")
    op.create_index("ix_activations_waiting", "activations", ["activation_id"], **only)
    only = _only("request_id != ''")
    op.create_index("uq_activations_request", "activations", ["caller", "request_id"], unique=True, **only)


def _proofs() -> None:
    op.create_table(
        "proofs",
        _text("digest"),
        sa.Column("semantics", sa.Integer(), nullable=False, autoincrement=False),
        _text("engines"),
        sa.Column("situations", sa.BigInteger(), nullable=False),
        sa.Column("independently_verified", sa.Boolean(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "semantics", name="pk_proofs"),
    )
