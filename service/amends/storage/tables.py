"""The tables, as the newest migration leaves them; a test holds the two equal.

Moments are nanoseconds since 1970-01-01T00:00Z and amounts minor units, both in 64 bits. Text that was not said is
empty, never null, so that equal is equal on every database. Ids are UUIDs of version 7 in text: their order is the
order of time, so that pages and periods need no index of their own.
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata: Final = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"},
)


def _text(name: str, *, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, primary_key=primary_key)


def _moment(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


decisions: Final = Table(
    "decisions",
    metadata,
    _text("decision_id", primary_key=True),
    _moment("decided_at"),
    _text("caller"),
    _text("request_id"),
    _text("policy"),
    _text("pack_id"),
    _text("pack_version"),
    _text("pack_digest"),
    Column("semantics", Integer, nullable=False),
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
    _moment("observe_time"),
    _text("outcome"),
    _text("supersedes"),
    # JSON; what `domain.record.Supplied` holds.
    _text("supplied"),
    # Ids with a space between them, in deciding order.
    _text("rule_ids"),
    Column("situation", LargeBinary, nullable=False),
    Column("decision", LargeBinary, nullable=False),
    _moment("erased_at", nullable=True),
)
Index(
    "uq_decisions_request",
    decisions.c.caller,
    decisions.c.request_id,
    unique=True,
    sqlite_where=decisions.c.request_id != "",
    postgresql_where=decisions.c.request_id != "",
)
Index(
    "uq_decisions_supersedes",
    decisions.c.supersedes,
    unique=True,
    sqlite_where=decisions.c.supersedes != "",
    postgresql_where=decisions.c.supersedes != "",
)
Index("ix_decisions_case", decisions.c.case_id, decisions.c.decision_id)
Index(
    "ix_decisions_customer",
    decisions.c.customer_id,
    decisions.c.decision_id,
    sqlite_where=decisions.c.customer_id != "",
    postgresql_where=decisions.c.customer_id != "",
)
Index(
    "ix_decisions_incident",
    decisions.c.incident_id,
    decisions.c.decision_id,
    sqlite_where=decisions.c.incident_id != "",
    postgresql_where=decisions.c.incident_id != "",
)

applied_rules: Final = Table(
    "applied_rules",
    metadata,
    # By decision: rows come in the order of time, so that a group of decisions writes a page or two and not one a rule.
    # By rule would serve who lists the decisions of one rule, and cost every decision a third of what it costs to keep.
    _text("decision_id", primary_key=True),
    _text("rule_id", primary_key=True),
    # The key is the whole row: a second copy of it would double what every decision writes.
    sqlite_with_rowid=False,
)

obligations: Final = Table(
    "obligations",
    metadata,
    _text("obligation_id", primary_key=True),
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
    _moment("due"),
    _text("state"),
    _moment("settled_at", nullable=True),
    _text("settled_by_id"),
    _text("settled_by_role"),
    _text("settled_by_kind"),
    Column("same_person_broken", Boolean, nullable=False),
    _text("follows"),
)
Index("ix_obligations_due", obligations.c.state, obligations.c.due, obligations.c.obligation_id)
Index("ix_obligations_case", obligations.c.case_id)
Index("ix_obligations_decision", obligations.c.decision_id)

outcomes: Final = Table(
    "outcomes",
    metadata,
    _text("outcome_id", primary_key=True),
    _text("decision_id"),
    _text("action_id"),
    _text("obligation_id"),
    _text("kind"),
    _text("actor_id"),
    _text("actor_role"),
    _text("actor_kind"),
    _moment("time"),
    _moment("recorded_at"),
    Column("amount", BigInteger, nullable=True),
    _text("currency"),
    _text("external_reference"),
    _text("reason"),
    Column("granted", LargeBinary, nullable=False),
    _text("caller"),
    _text("request_id"),
    _text("policy"),
    _text("case_id"),
    _text("customer_id"),
    _text("action_kind"),
    # Ids with a space between them.
    _text("rule_ids"),
    # Of an action that is for everybody in an incident.
    _text("incident_id"),
)
Index(
    "uq_outcomes_request",
    outcomes.c.caller,
    outcomes.c.request_id,
    unique=True,
    sqlite_where=outcomes.c.request_id != "",
    postgresql_where=outcomes.c.request_id != "",
)
Index("ix_outcomes_decision", outcomes.c.decision_id, outcomes.c.outcome_id)
Index("ix_outcomes_case", outcomes.c.case_id, outcomes.c.outcome_id)
Index("ix_outcomes_customer", outcomes.c.customer_id, outcomes.c.outcome_id)
Index(
    "ix_outcomes_incident",
    outcomes.c.incident_id,
    outcomes.c.outcome_id,
    sqlite_where=outcomes.c.incident_id != "",
    postgresql_where=outcomes.c.incident_id != "",
)

reservations: Final = Table(
    "reservations",
    metadata,
    _text("decision_id", primary_key=True),
    _text("action_id", primary_key=True),
    _text("customer_id"),
    _text("case_id"),
    _text("action_kind"),
    Column("amount", BigInteger, nullable=False),
    _text("currency"),
    _moment("expires"),
    # `open`, `committed` or `released`.
    _text("state"),
)
Index("ix_reservations_customer", reservations.c.customer_id, reservations.c.state)

ledgers: Final = Table(
    "ledgers",
    metadata,
    _text("customer_id", primary_key=True),
    Column("version", BigInteger, nullable=False),
)

packs: Final = Table(
    "packs",
    metadata,
    _text("digest", primary_key=True),
    _text("pack_id"),
    _text("version"),
    # The texts of its files and of what it extends, from which it is loaded again.
    Column("files", LargeBinary, nullable=False),
    _moment("stored_at"),
)

activations: Final = Table(
    "activations",
    metadata,
    _text("activation_id", primary_key=True),
    _text("policy"),
    _text("digest"),
    _text("actor_id"),
    _text("reason"),
    _text("ticket"),
    _text("state"),
    _moment("requested_at"),
    _moment("settled_at", nullable=True),
    _text("actor_role"),
    _text("actor_kind"),
    _text("caller"),
    _text("origin"),
    _text("pack_id"),
    _text("version"),
    _text("previous_digest"),
    _text("request_id"),
    _text("fingerprint"),
    Column("validate_only", Boolean, nullable=False),
    Column("allow_unverified", Boolean, nullable=False),
    _text("settled_by_id"),
    _text("settled_by_role"),
    _text("settled_by_kind"),
    _text("settled_by_caller"),
    _text("settled_reason"),
    # JSON; what `application.activation.Findings` holds.
    _text("findings"),
    # The texts to be checked, tests included, packed as those of `packs`; gone once it is settled.
    Column("texts", LargeBinary, nullable=True),
    # Its number among those of its policy: the clocks of two machines may differ by more than lies between two.
    Column("place", BigInteger, nullable=False),
    # Who checks it, and until when that is believed.
    _text("worker"),
    _moment("leased_until"),
    Column("tries", Integer, nullable=False),
)
Index("ix_activations_policy", activations.c.policy, activations.c.activation_id)
Index(
    "ix_activations_waiting",
    activations.c.activation_id,
    sqlite_where=activations.c.state.in_(["requested", "checking"]),
    postgresql_where=activations.c.state.in_(["requested", "checking"]),
)
Index(
    "uq_activations_request",
    activations.c.caller,
    activations.c.request_id,
    unique=True,
    sqlite_where=activations.c.request_id != "",
    postgresql_where=activations.c.request_id != "",
)

policies: Final = Table(
    "policies",
    metadata,
    _text("policy", primary_key=True),
    _text("digest"),
    _text("activation_id"),
    _moment("changed_at"),
)

proofs: Final = Table(
    "proofs",
    metadata,
    _text("digest", primary_key=True),
    Column("semantics", Integer, nullable=False, primary_key=True, autoincrement=False),
    # Names with a space between them.
    _text("engines"),
    Column("situations", BigInteger, nullable=False),
    Column("independently_verified", Boolean, nullable=False),
    _moment("proved_at"),
)

erasures: Final = Table(
    "erasures",
    metadata,
    _text("erasure_id", primary_key=True),
    # A salted hash: who was erased must not be readable, but be found again when a backup is restored.
    _text("customer_hash"),
    _text("salt"),
    _moment("erased_at"),
    # JSON: how many rows of which table.
    _text("receipt"),
)

schema_steps: Final = Table(
    "schema_steps",
    metadata,
    _text("revision", primary_key=True),
    # The oldest revision whose software may use a database with this step.
    _text("serves"),
    _moment("applied_at"),
)
