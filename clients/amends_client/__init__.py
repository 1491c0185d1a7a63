"""The client of Amends: ask what to do for a customer who was let down.

Owns the road to the service and the words for it; it decides nothing and imports nothing of the service but the
contract `amends.v1`.
"""

from google.type.money_pb2 import Money

from amends_client._requests import BatchOptions, DecideOptions
from amends_client.aio import AsyncAmendsClient
from amends_client.client import AmendsClient
from amends_client.errors import (
    AmendsError,
    BatchTooLarge,
    CannotSupersede,
    CheckTooCostly,
    DeadlineExceeded,
    FieldViolation,
    InternalError,
    InvalidRequest,
    InvalidSituation,
    LogUnavailable,
    NotFound,
    NotImplementedYet,
    NotRecording,
    RequestIdReused,
    RequestTooLarge,
    ServiceAway,
    TooManyChecks,
    Unavailable,
    UnknownAction,
    UnknownDecision,
    UnknownPolicy,
    UnknownRole,
    UnknownRulePack,
)
from amends_client.fallback import Fallback
from amends_client.messages import (
    Action,
    Actor,
    ActorKind,
    CheckRulePackResponse,
    DecideRequest,
    DecideResponse,
    Decision,
    Diagnostic,
    DiagnosticSeverity,
    Explain,
    Outcome,
    RulePack,
    Situation,
)
from amends_client.pack_files import pack_files
from amends_client.reading import has_amount_left, kind_of, may_do_now
from amends_client.situation import situation
from amends_client.values import fact_value, money, money_text

__all__ = [
    "Action",
    "Actor",
    "ActorKind",
    "AmendsClient",
    "AmendsError",
    "AsyncAmendsClient",
    "BatchOptions",
    "BatchTooLarge",
    "CannotSupersede",
    "CheckRulePackResponse",
    "CheckTooCostly",
    "DeadlineExceeded",
    "DecideOptions",
    "DecideRequest",
    "DecideResponse",
    "Decision",
    "Diagnostic",
    "DiagnosticSeverity",
    "Explain",
    "Fallback",
    "FieldViolation",
    "InternalError",
    "InvalidRequest",
    "InvalidSituation",
    "LogUnavailable",
    "Money",
    "NotFound",
    "NotImplementedYet",
    "NotRecording",
    "Outcome",
    "RequestIdReused",
    "RequestTooLarge",
    "RulePack",
    "ServiceAway",
    "Situation",
    "TooManyChecks",
    "Unavailable",
    "UnknownAction",
    "UnknownDecision",
    "UnknownPolicy",
    "UnknownRole",
    "UnknownRulePack",
    "fact_value",
    "has_amount_left",
    "kind_of",
    "may_do_now",
    "money",
    "money_text",
    "pack_files",
    "situation",
]
