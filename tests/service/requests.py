"""Requests of these tests, and what a refusal says."""

from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2
from google.type.money_pb2 import Money

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import situation_pb2


def late(days: int = 4, *, case_id: str = "case-1", policy: str = "") -> service_pb2.DecideRequest:
    """We delivered late, the fee was 9.90: the shop gives it back and says sorry from the third day on."""
    return service_pb2.DecideRequest(
        policy=policy,
        situation=situation_pb2.Situation(
            case_id=case_id,
            fault=situation_pb2.FAULT_COMPANY,
            amount_paid=Money(currency_code="USD", units=100),
            amount_refunded=Money(currency_code="USD"),
            shipping_fee=Money(currency_code="USD", units=9, nanos=900_000_000),
            facts={"delay_days": situation_pb2.FactValue(integer=days)},
        ),
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error says: its code, its reason, its violations as field -> description, and its sentence."""

    code: str
    reason: str
    violations: dict[str, str]
    message: str


def refusal(error: grpc.RpcError) -> Refusal:
    """Read the status out of the trailers, as any client library would."""
    call: Any = error
    details = dict(call.trailing_metadata())["grpc-status-details-bin"]
    read = refusal_of(status_pb2.Status.FromString(details))
    assert (read.code, read.message) == (call.code().name, call.details())
    return read


def refusal_of(status: status_pb2.Status) -> Refusal:
    """As `refusal`, of a batch item's status."""
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:  # each unpacks only into its own kind
        detail.Unpack(info)
        detail.Unpack(bad)
    codes = {code.value[0]: code.name for code in grpc.StatusCode}
    violations = {violation.field: violation.description for violation in bad.field_violations}
    return Refusal(codes[status.code], info.reason, violations, status.message)
