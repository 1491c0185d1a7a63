"""Step 0001: the decision log, the packs by which decisions were made, and what is known of the schema itself."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
SERVES: Final = "0001"


def upgrade() -> None:
    """Create every table."""
    _decisions()
    _applied_rules()
    _obligations()
    _outcomes()
    _reservations()
    _ledgers()
    _packs()
    _activations()
    _policies()
    _erasures()
    _schema_steps()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _decisions() -> None:
    op.create_table(
        "decisions",
        _text("decision_id"),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        _text("caller"),
        _text("request_id"),
        _text("policy"),
        _text("pack_id"),
        _text("pack_version"),
        _text("pack_digest"),
        sa.Column("semantics", sa.Integer(), nullable=False),
        _text("software_version"),
        _text("actor_id"),
        _text("actor_role"),
        _text("actor_kind"),
        _text("case_id"),
        _text("order_id"),
        _text("item_id"),
        _text("incident_id"),
        _text("customer_id"),
        _text("account_id"),
        sa.Column("observe_time", sa.BigInteger(), nullable=False),
        _text("outcome"),
        _text("supersedes"),
        _text("supplied"),
        _text("rule_ids"),
        sa.Column("situation", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_case", "decisions", ["case_id", "decision_id"])
    only = _only("customer_id != ''")
    op.create_index("ix_decisions_customer", "decisions", ["customer_id", "decision_id"], **only)
    only = _only("request_id != ''")
    op.create_index("uq_decisions_request", "decisions", ["caller", "request_id"], unique=True, **only)
    only = _only("supersedes != ''")
    op.create_index("uq_decisions_supersedes", "decisions", ["supersedes"], unique=True, **only)


def _applied_rules() -> None:
    op.create_table(
        "applied_rules",
        _text("decision_id"),
        _text("rule_id"),
        sa.PrimaryKeyConstraint("decision_id", "rule_id", name="pk_applied_rules"),
        sqlite_with_rowid=False,
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        _text("obligation_id"),
        _text("kind"),
        _text("action_id"),
        _text("decision_id"),
        _text("policy"),
        _text("case_id"),
        _text("order_id"),
        _text("item_id"),
        _text("incident_id"),
        _text("owner"),
        _text("team"),
        sa.Column("due", sa.BigInteger(), nullable=False),
        _text("state"),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        _text("settled_by_id"),
        _text("settled_by_role"),
        _text("settled_by_kind"),
        sa.Column("same_person_broken", sa.Boolean(), nullable=False),
        _text("follows"),
        sa.PrimaryKeyConstraint("obligation_id", name="pk_obligations"),
    )
    op.create_index("ix_obligations_case", "obligations", ["case_id"])
    op.create_index("ix_obligations_decision", "obligations", ["decision_id"])
    op.create_index("ix_obligations_due", "obligations", ["state", "due", "obligation_id"])


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        _text("outcome_id"),
        _text("decision_id"),
        _text("action_id"),
        _text("obligation_id"),
        _text("kind"),
        _text("actor_id"),
        _text("actor_role"),
        _text("actor_kind"),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        _text("currency"),
        _text("external_reference"),
        _text("reason"),
        sa.Column("granted", sa.LargeBinary(), nullable=False),
        _text("caller"),
        _text("request_id"),
        _text("policy"),
        _text("case_id"),
        _text("customer_id"),
        _text("action_kind"),
        _text("rule_ids"),
        _text("incident_id"),
        sa.PrimaryKeyConstraint("outcome_id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_case", "outcomes", ["case_id", "outcome_id"])
    op.create_index("ix_outcomes_customer", "outcomes", ["customer_id", "outcome_id"])
    op.create_index("ix_outcomes_decision", "outcomes", ["decision_id", "outcome_id"])
    only = _only("incident_id != ''")
    op.create_index("ix_outcomes_incident", "outcomes", ["incident_id", "outcome_id"], **only)
    only = _only("request_id != ''")
    op.create_index("uq_outcomes_request", "outcomes", ["caller", "request_id"], unique=True, **only)


def _reservations() -> None:
    op.create_table(
        "reservations",
        _text("decision_id"),
        _text("action_id"),
        _text("customer_id"),
        _text("case_id"),
        _text("action_kind"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        _text("currency"),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        _text("state"),
        sa.PrimaryKeyConstraint("decision_id", "action_id", name="pk_reservations"),
    )
    op.create_index("ix_reservations_customer", "reservations", ["customer_id", "state"])


def _ledgers() -> None:
    op.create_table(
        "ledgers",
        _text("customer_id"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_ledgers"),
    )


def _packs() -> None:
    op.create_table(
        "packs",
        _text("digest"),
        _text("pack_id"),
        _text("version"),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_packs"),
    )


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
        sa.PrimaryKeyConstraint("activation_id", name="pk_activations"),
    )
    op.create_index("ix_activations_policy", "activations", ["policy", "activation_id"])


def _policies() -> None:
    op.create_table(
        "policies",
        _text("policy"),
        _text("digest"),
        _text("activation_id"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("policy", name="pk_policies"),
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        _text("erasure_id"),
        _text("customer_hash"),
        _text("salt"),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        _text("receipt"),
        sa.PrimaryKeyConstraint("erasure_id", name="pk_erasures"),
    )


def _schema_steps() -> None:
    op.create_table(
        "schema_steps",
        _text("revision"),
        _text("serves"),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_schema_steps"),
    )
