"""The ports of the application: what it needs from outside, in its own words. Layers above implement them."""

from amends.application.ports.clock import Clock, NewId
from amends.application.ports.codecs import CompareDecisions, DecisionCodec, OutcomeCodec, ReplyCodec
from amends.application.ports.customer_ledger import CustomerLedger, LedgerState, SetAside
from amends.application.ports.decision_log import (
    Appended,
    DecisionLog,
    Duplicate,
    Outdated,
    PackStore,
    Refused,
    Stored,
    SupersededBefore,
)
from amends.application.ports.engines import Engine, Matcher, Prover, ReadingMatcher
from amends.application.ports.forgetting import CustomerEraser, OldDecisions
from amends.application.ports.lists import DecisionList, RuleStatisticsLog
from amends.application.ports.outcome_log import (
    CaseMemory,
    CaseOfCaller,
    ObligationLog,
    OutcomeLog,
    OutcomesChanged,
    Recorded,
    RecordedBefore,
    RecordedOutcome,
)

__all__ = [
    "Appended",
    "CaseMemory",
    "CaseOfCaller",
    "Clock",
    "CompareDecisions",
    "CustomerEraser",
    "CustomerLedger",
    "DecisionCodec",
    "DecisionList",
    "DecisionLog",
    "Duplicate",
    "Engine",
    "LedgerState",
    "Matcher",
    "NewId",
    "ObligationLog",
    "OldDecisions",
    "OutcomeCodec",
    "OutcomeLog",
    "OutcomesChanged",
    "Outdated",
    "PackStore",
    "Prover",
    "ReadingMatcher",
    "Recorded",
    "RecordedBefore",
    "RecordedOutcome",
    "Refused",
    "ReplyCodec",
    "RuleStatisticsLog",
    "SetAside",
    "Stored",
    "SupersededBefore",
]
