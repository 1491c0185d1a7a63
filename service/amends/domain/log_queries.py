"""What may be asked of the log: filters, positions in a list, and what comes back beside the entries themselves.

A filter's empty texts and None ask for nothing; `policies` are those that who asks may see (None: all). Moments are
nanoseconds since 1970-01-01T00:00Z.
"""

from typing import NamedTuple

from amends.domain.decision import Outcome
from amends.domain.money import Money
from amends.domain.record import ObligationState
from amends.domain.situation import Subject


class DecisionFilter(NamedTuple):
    """Which decisions: those for which everything holds that is said. `since` is included, `until` is not."""

    case_id: str = ""
    customer_id: str = ""
    policy: str = ""
    outcome: Outcome | None = None
    rule_id: str = ""
    since: int | None = None
    until: int | None = None
    policies: frozenset[str] | None = None


class DecisionInShort(NamedTuple):
    """A decision as a list shows it: what it is of, not what it says. As `DecisionEntry` has it."""

    decision_id: str
    decided_at: int
    policy: str
    pack_id: str
    pack_version: str
    pack_digest: str
    outcome: Outcome
    case_id: str
    subject: Subject
    customer_id: str
    supersedes: str
    superseded_by: str
    rule_ids: tuple[str, ...]
    erased_at: int | None


class ObligationFilter(NamedTuple):
    """Which obligations; `due_before` is not included. `states` are those that hold at the moment of asking."""

    states: frozenset[ObligationState] = frozenset({ObligationState.OPEN, ObligationState.MISSED})
    due_before: int | None = None
    owner: str = ""
    team: str = ""
    incident_id: str = ""
    case_id: str = ""
    policy: str = ""
    policies: frozenset[str] | None = None


class ObligationPlace(NamedTuple):
    """Where an obligation stands in the order of a list: by due time, then by id."""

    due: int
    obligation_id: str


class RuleFilter(NamedTuple):
    """Which statistics: of these rules (none: of all that applied), for each period between two moments that follow."""

    policy: str
    rule_ids: tuple[str, ...]
    boundaries: tuple[int, ...]
    policies: frozenset[str] | None = None


class RuleCounts(NamedTuple):
    """What became of what one rule asked for, in the decisions of the period that begins at `period_start`."""

    rule_id: str
    period_start: int
    applied: int
    offered: int
    accepted: int
    declined: int
    executed: int
    overridden: int
    paid: tuple[Money, ...]
