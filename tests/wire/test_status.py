"""Errors become statuses that a program can act on, and what nobody foresaw says nothing of itself."""

from typing import Final
from urllib.parse import quote

import pytest
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from amends.application.engine_errors import EngineFailedError
from amends.application.log_errors import UnreadableDecisionError
from amends.domain.errors import (
    FieldViolation,
    InvalidSituationError,
    UnknownPackError,
    UnknownPolicyError,
)
from amends.wire.errors import BatchTooLargeError, InvalidPageTokenError, RequestTooLargeError
from amends.wire.status import status_of

SITUATION: Final = FieldViolation("situation.case_id", "is required")
ROLE: Final = FieldViolation("actor.role", "'x' is not a role", "did you mean 'y'?")


def unpack(status: status_pb2.Status, into: Message) -> None:
    (packed,) = [one for one in status.details if one.Is(into.DESCRIPTOR)]
    packed.Unpack(into)


def info(status: status_pb2.Status) -> tuple[int, str, dict[str, str]]:
    message = error_details_pb2.ErrorInfo()
    unpack(status, message)
    assert message.domain == "amends"
    return status.code, message.reason, dict(message.metadata)


def listed(status: status_pb2.Status) -> list[tuple[str, str]]:
    message = error_details_pb2.BadRequest()
    unpack(status, message)
    return [(one.field, one.description) for one in message.field_violations]


@pytest.mark.parametrize(
    ("violations", "reason"),
    [
        ((SITUATION,), "INVALID_SITUATION"),
        ((FieldViolation("situation", "is required"),), "INVALID_SITUATION"),
        ((ROLE,), "UNKNOWN_ROLE"),
        ((SITUATION, ROLE), "INVALID_REQUEST"),
        ((FieldViolation("request_id", "is long"),), "INVALID_REQUEST"),
        ((FieldViolation("", "the bytes are no message"),), "INVALID_REQUEST"),
    ],
)
def test_violations_are_listed_with_their_reason(violations: tuple[FieldViolation, ...], reason: str) -> None:
    """Every violation is in the details, with its hint; the reason says whether the situation alone was wrong."""
    status = status_of(InvalidSituationError(violations))

    assert info(status) == (code_pb2.INVALID_ARGUMENT, reason, {"violations": str(len(violations))})
    assert listed(status) == [
        (one.field, f"{one.description}; {one.hint}" if one.hint else one.description) for one in violations
    ]
    assert status.message.startswith(f"{len(violations)} violation")
    assert status.message.endswith(f": {violations[0].description}")
    assert ": : " not in status.message


def test_violations_of_a_call_fit_where_grpc_puts_them() -> None:
    """A trailer too large loses the whole answer: a call's list ends with how many are left, an item's is whole."""
    error = InvalidSituationError(tuple(FieldViolation(f"situation.f{n}", "é" * 90) for n in range(300)))

    call = status_of(error, request_id="r" * 128, trace_id="7" * 32)
    item = status_of(error, in_trailer=False)

    assert len(call.SerializeToString()) * 4 / 3 + len(quote(call.message)) < 8_000
    assert len(listed(item)) == 300
    shown = listed(call)
    assert shown[:-1] == listed(item)[: len(shown) - 1]
    assert shown[-1] == ("", f"and {300 - len(shown) + 1} more that do not fit; mend these first")
    assert info(call)[2] == {"violations": "300"}


def test_a_status_tells_by_what_its_call_is_found() -> None:
    """The id under which the log has it, and the trace where there is one; nothing where neither is known."""
    found = error_details_pb2.RequestInfo()

    unpack(status_of(InvalidPageTokenError(), request_id="r-1", trace_id="7" * 32), found)

    assert (found.request_id, found.serving_data) == ("r-1", "trace_id=" + "7" * 32)
    unpack(status_of(InvalidPageTokenError(), request_id="r-2"), found)
    assert (found.request_id, found.serving_data) == ("r-2", "")
    assert len(status_of(InvalidPageTokenError()).details) == 1


@pytest.mark.parametrize(
    ("error", "code", "reason", "metadata", "message"),
    [
        (
            UnknownPolicyError("brand-y", ("brand-x", "default")),
            code_pb2.NOT_FOUND,
            "UNKNOWN_POLICY",
            {"policy": "brand-y", "known": "brand-x, default"},
            "there is no policy 'brand-y'; known policies: brand-x, default",
        ),
        (
            UnknownPackError("shop", ("airline",)),
            code_pb2.NOT_FOUND,
            "UNKNOWN_RULE_PACK",
            {"rule_pack": "shop", "known": "airline"},
            "there is no rule pack 'shop'; loaded packs: airline",
        ),
        (
            UnknownPolicyError("default", ()),
            code_pb2.UNAVAILABLE,
            "NO_RULE_PACK",
            {},
            "no rule pack is loaded, so nothing can be decided",
        ),
        (
            BatchTooLargeError(1_001, 1_000),
            code_pb2.INVALID_ARGUMENT,
            "BATCH_TOO_LARGE",
            {"items": "1001", "limit": "1000"},
            "the batch has 1001 items; at most 1000 are accepted",
        ),
        (
            RequestTooLargeError(9_000, 8_192),
            code_pb2.RESOURCE_EXHAUSTED,
            "REQUEST_TOO_LARGE",
            {"bytes": "9000", "limit": "8192"},
            "the request has 9000 bytes; at most 8192 are accepted",
        ),
        (
            InvalidPageTokenError(),
            code_pb2.INVALID_ARGUMENT,
            "INVALID_PAGE_TOKEN",
            {},
            "the page token is not one that this service gave for this request; begin again with an empty one",
        ),
        (
            EngineFailedError("durable", "error code: 303", count=2),
            code_pb2.UNAVAILABLE,
            "ENGINE_FAILED",
            {"engine": "durable"},
            "the engine durable broke down, so nothing was decided; the same call may be answered now",
        ),
        (
            UnreadableDecisionError("0190", "not a Situation: 'secret'"),
            code_pb2.INTERNAL,
            "INTERNAL",
            {"decision_id": "0190"},
            "what is recorded of the decision 0190 cannot be read; the server has logged why",
        ),
    ],
)
def test_each_error_has_its_code_reason_and_words(
    error: Exception,
    code: int,
    reason: str,
    metadata: dict[str, str],
    message: str,
) -> None:
    """A caller can tell the errors apart by reason, and a person by the sentence."""
    status = status_of(error)

    assert info(status) == (code, reason, metadata)
    assert status.message == message


def test_an_unexpected_error_says_nothing_but_the_request_id() -> None:
    """What the server did not foresee may quote a situation: the caller gets the id to ask about, and no more."""
    status = status_of(KeyError("customer 4711"), request_id="r-1")

    assert info(status) == (code_pb2.INTERNAL, "INTERNAL", {"request_id": "r-1"})
    assert status.message == "an unexpected error; the server has logged it as 'r-1'"
    assert b"4711" not in status.SerializeToString()
    assert info(status_of(ValueError())) == (code_pb2.INTERNAL, "INTERNAL", {})


def test_a_name_of_the_callers_is_cut() -> None:
    """What a caller wrote comes back short, whatever its length."""
    status = status_of(UnknownPolicyError("x" * 10_000, tuple(f"policy-{n}" for n in range(999))))

    assert len(status.SerializeToString()) < 1_500
