"""Errors into `google.rpc.Status`: the code, one sentence, and details that a program can read.

It names codes by number and knows nothing of gRPC, which is the server's. What nobody foresaw says nothing but the id
under which the server has logged it.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, assert_never

from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from amends.application.activation_errors import (
    CannotActivateError,
    CannotChangeActivationError,
    UnknownActivationError,
    UnknownDigestError,
)
from amends.application.check_rule_pack import CheckTooCostlyError, TooManyChecksError
from amends.application.engine_errors import EngineFailedError
from amends.application.log_errors import (
    CannotSupersedeError,
    LogUnavailableError,
    NotRecordingError,
    RequestIdReusedError,
    UnknownActionError,
    UnknownDecisionError,
    UnreadableDecisionError,
)
from amends.domain.errors import (
    DeadlinePassedError,
    FieldViolation,
    InvalidSituationError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitedError,
    StoppingError,
    UnauthenticatedError,
    UnknownPackError,
    UnknownPolicyError,
)
from amends.domain.facts import NANOS_PER_SECOND
from amends.v1 import error_reason_pb2
from amends.v1.error_reason_pb2 import ErrorReason
from amends.wire.errors import BatchTooLargeError, InvalidPageTokenError, RequestTooLargeError
from amends.wire.violations import shown

DOMAIN: Final = "amends"

_PREFIX: Final = "ERROR_REASON_"
_MESSAGE_CHARACTERS: Final = 300
_METADATA_CHARACTERS: Final = 300
_TRAILER_BYTES: Final = 3_800
"""What violations may take of the trailers: clients refuse more than 8 KiB of them, binary ones travel as base64, and
the message stands there twice, once percent-encoded."""
_ENTRY_BYTES: Final = 8
_CallError: TypeAlias = (
    UnauthenticatedError
    | PermissionDeniedError
    | RateLimitedError
    | OverloadedError
    | StoppingError
    | DeadlinePassedError
    | InvalidPageTokenError
)
_ActivationError: TypeAlias = (
    CannotActivateError | CannotChangeActivationError | UnknownActivationError | UnknownDigestError
)
_LogError: TypeAlias = (
    CannotSupersedeError
    | LogUnavailableError
    | NotRecordingError
    | RequestIdReusedError
    | UnknownActionError
    | UnknownDecisionError
)


def status_of(
    error: Exception, *, request_id: str = "", trace_id: str = "", in_trailer: bool = True
) -> status_pb2.Status:
    """The status of any error. `in_trailer`: of a call itself, and held to the size that gRPC gives it."""
    status = _of(error, request_id, in_trailer=in_trailer)
    identify(status, request_id=request_id, trace_id=trace_id)
    return status


def identify(status: status_pb2.Status, *, request_id: str, trace_id: str = "") -> None:
    """Have a status tell by what its call is found in the log; empty: that is not known."""
    if request_id:
        trace = f"trace_id={trace_id}" if trace_id else ""
        info = error_details_pb2.RequestInfo(request_id=request_id[:_METADATA_CHARACTERS], serving_data=trace)
        status.details.add().Pack(info, deterministic=True)


def _of(  # noqa: PLR0911 -- one a family of errors
    error: Exception, request_id: str, *, in_trailer: bool
) -> status_pb2.Status:
    match error:
        case InvalidSituationError():
            return _invalid(error.violations, in_trailer=in_trailer)
        case UnknownPolicyError() | UnknownPackError():
            return _not_found(error)
        case RequestTooLargeError() | BatchTooLargeError() | TooManyChecksError() | CheckTooCostlyError():
            return _beyond_a_limit(error)
        case (
            CannotSupersedeError()
            | LogUnavailableError()
            | NotRecordingError()
            | RequestIdReusedError()
            | UnknownActionError()
            | UnknownDecisionError()
        ):
            return _of_the_log(error)
        case (
            UnauthenticatedError()
            | PermissionDeniedError()
            | RateLimitedError()
            | OverloadedError()
            | StoppingError()
            | DeadlinePassedError()
            | InvalidPageTokenError()
        ):
            return _of_the_call(error)
        case CannotActivateError() | CannotChangeActivationError() | UnknownActivationError() | UnknownDigestError():
            return _of_activations(error)
        case _:
            return _accident(error, request_id)


def _accident(error: Exception, request_id: str) -> status_pb2.Status:
    """The server has logged what it was; the caller gets the id under which."""
    logged = {"request_id": request_id} if request_id else {}
    if isinstance(error, EngineFailedError):
        return _status(
            code_pb2.UNAVAILABLE,
            error_reason_pb2.ERROR_REASON_ENGINE_FAILED,
            f"the engine {error.name} broke down, so nothing was decided; the same call may be answered now",
            metadata={"engine": error.name} | logged,
        )
    if isinstance(error, UnreadableDecisionError):
        return _status(
            code_pb2.INTERNAL,
            error_reason_pb2.ERROR_REASON_INTERNAL,
            f"what is recorded of the decision {error.decision_id} cannot be read; the server has logged why",
            metadata={"decision_id": error.decision_id} | logged,
        )
    return _status(
        code_pb2.INTERNAL,
        error_reason_pb2.ERROR_REASON_INTERNAL,
        "an unexpected error; the server has logged it" + (f" as {shown(request_id)}" if request_id else ""),
        metadata=logged,
    )


def _of_the_log(error: _LogError) -> status_pb2.Status:
    match error:
        case LogUnavailableError():
            # Why is for the operator, who finds it in the log: it may name hosts and files.
            message = "the decision log cannot be reached, so nothing is answered; the same call may be in a moment"
            reason = error_reason_pb2.ERROR_REASON_LOG_UNAVAILABLE
            return _status(code_pb2.UNAVAILABLE, reason, message, _retry_after(error.retry_after))
        case NotRecordingError():
            return _status(code_pb2.FAILED_PRECONDITION, error_reason_pb2.ERROR_REASON_NOT_RECORDING, str(error))
        case RequestIdReusedError():
            reason, metadata = error_reason_pb2.ERROR_REASON_REQUEST_ID_REUSED, {"request_id": error.request_id}
            return _status(code_pb2.ALREADY_EXISTS, reason, str(error), metadata=metadata)
        case UnknownDecisionError():
            reason, metadata = error_reason_pb2.ERROR_REASON_UNKNOWN_DECISION, {"decision_id": error.decision_id}
            return _status(code_pb2.NOT_FOUND, reason, str(error), metadata=metadata)
        case UnknownActionError():
            reason = error_reason_pb2.ERROR_REASON_UNKNOWN_ACTION
            metadata = {"decision_id": error.decision_id, f"{error.what}_id": error.about}
            return _status(code_pb2.NOT_FOUND, reason, str(error), metadata=metadata)
        case CannotSupersedeError():
            reason = error_reason_pb2.ERROR_REASON_CANNOT_SUPERSEDE
            metadata = {"decision_id": error.decision_id} | ({"superseded_by": error.by} if error.by else {})
            return _status(code_pb2.FAILED_PRECONDITION, reason, str(error), metadata=metadata)
        case _:
            assert_never(error)


def _of_the_call(error: _CallError) -> status_pb2.Status:
    match error:
        case UnauthenticatedError():
            return _status(code_pb2.UNAUTHENTICATED, error_reason_pb2.ERROR_REASON_UNAUTHENTICATED, str(error))
        case PermissionDeniedError():
            reason, metadata = error_reason_pb2.ERROR_REASON_PERMISSION_DENIED, {"permission": error.permission}
            metadata |= {"policy": error.policy} if error.policy else {}
            return _status(code_pb2.PERMISSION_DENIED, reason, str(error), metadata=metadata)
        case RateLimitedError() | OverloadedError() | StoppingError():
            return _for_now(error)
        case DeadlinePassedError():
            return _status(code_pb2.DEADLINE_EXCEEDED, error_reason_pb2.ERROR_REASON_DEADLINE_EXCEEDED, str(error))
        case InvalidPageTokenError():
            return _status(code_pb2.INVALID_ARGUMENT, error_reason_pb2.ERROR_REASON_INVALID_PAGE_TOKEN, str(error))
        case _:
            assert_never(error)


def _of_activations(error: _ActivationError) -> status_pb2.Status:
    match error:
        case CannotActivateError():
            return _status(code_pb2.FAILED_PRECONDITION, error_reason_pb2.ERROR_REASON_CANNOT_ACTIVATE, str(error))
        case CannotChangeActivationError():
            reason = error_reason_pb2.ERROR_REASON_CANNOT_CHANGE_ACTIVATION
            metadata = {"activation_id": error.activation_id, "state": error.state.value}
            return _status(code_pb2.FAILED_PRECONDITION, reason, str(error), metadata=metadata)
        case UnknownActivationError():
            reason = error_reason_pb2.ERROR_REASON_UNKNOWN_ACTIVATION
            return _status(
                code_pb2.NOT_FOUND, reason, str(error), metadata={"activation_id": shown(error.activation_id)}
            )
        case UnknownDigestError():
            reason = error_reason_pb2.ERROR_REASON_UNKNOWN_RULE_PACK
            return _status(code_pb2.NOT_FOUND, reason, str(error), metadata={"digest": error.digest})
        case _:
            assert_never(error)


def _for_now(error: RateLimitedError | OverloadedError | StoppingError) -> status_pb2.Status:
    """What may be answered in a moment."""
    code: int = code_pb2.RESOURCE_EXHAUSTED
    match error:
        case RateLimitedError():
            reason = error_reason_pb2.ERROR_REASON_RATE_LIMITED
        case OverloadedError():
            reason = error_reason_pb2.ERROR_REASON_OVERLOADED
        case StoppingError():
            code, reason = code_pb2.UNAVAILABLE, error_reason_pb2.ERROR_REASON_STOPPING
        case _:
            assert_never(error)
    return _status(code, reason, str(error), _retry_after(error.retry_after))


def _retry_after(seconds: float) -> Message:
    whole, nanos = divmod(round(seconds * NANOS_PER_SECOND), NANOS_PER_SECOND)
    wait: Message = error_details_pb2.RetryInfo(retry_delay=Duration(seconds=whole, nanos=nanos))
    return wait


def _beyond_a_limit(
    error: RequestTooLargeError | BatchTooLargeError | TooManyChecksError | CheckTooCostlyError,
) -> status_pb2.Status:
    code: int = code_pb2.RESOURCE_EXHAUSTED
    match error:
        case RequestTooLargeError():
            reason = error_reason_pb2.ERROR_REASON_REQUEST_TOO_LARGE
            figures = {"bytes": error.size, "limit": error.limit}
        case BatchTooLargeError():
            code, reason = code_pb2.INVALID_ARGUMENT, error_reason_pb2.ERROR_REASON_BATCH_TOO_LARGE
            figures = {"items": error.items, "limit": error.limit}
        case TooManyChecksError():
            reason = error_reason_pb2.ERROR_REASON_TOO_MANY_CHECKS
            figures = {"limit": error.at_once}
        case CheckTooCostlyError():
            reason = error_reason_pb2.ERROR_REASON_CHECK_TOO_COSTLY
            figures = {"seconds": error.seconds, "mebibytes": error.mebibytes}
        case _:
            assert_never(error)
    return _status(code, reason, str(error), metadata={name: str(figure) for name, figure in figures.items()})


def _not_found(error: UnknownPolicyError | UnknownPackError) -> status_pb2.Status:
    known = ", ".join(error.known)
    if not known:
        # Nothing is loaded at all: the caller named nothing wrong, and another server may well know it.
        return _status(
            code_pb2.UNAVAILABLE,
            error_reason_pb2.ERROR_REASON_NO_RULE_PACK,
            "no rule pack is loaded, so nothing can be decided",
        )
    if isinstance(error, UnknownPolicyError):
        return _status(
            code_pb2.NOT_FOUND,
            error_reason_pb2.ERROR_REASON_UNKNOWN_POLICY,
            f"there is no policy {shown(error.policy)}; known policies: {known}",
            metadata={"policy": error.policy, "known": known},
        )
    return _status(
        code_pb2.NOT_FOUND,
        error_reason_pb2.ERROR_REASON_UNKNOWN_RULE_PACK,
        f"there is no rule pack {shown(error.pack_id)}; loaded packs: {known}",
        metadata={"rule_pack": error.pack_id, "known": known},
    )


def _invalid(violations: tuple[FieldViolation, ...], *, in_trailer: bool) -> status_pb2.Status:
    first = violations[0]
    count = "1 violation" if len(violations) == 1 else f"{len(violations)} violations, the first"
    return _status(
        code_pb2.INVALID_ARGUMENT,
        _reason_of(violations),
        ": ".join(part for part in (count, first.field, first.description) if part),
        _bad_request(violations, limit=_TRAILER_BYTES if in_trailer else None),
        metadata={"violations": str(len(violations))},
    )


def _reason_of(violations: tuple[FieldViolation, ...]) -> ErrorReason.ValueType:
    fields = [violation.field for violation in violations]
    if all(field == "situation" or field.startswith("situation.") for field in fields):
        return error_reason_pb2.ERROR_REASON_INVALID_SITUATION
    if fields == ["actor.role"]:
        return error_reason_pb2.ERROR_REASON_UNKNOWN_ROLE
    return error_reason_pb2.ERROR_REASON_INVALID_REQUEST


def _bad_request(violations: tuple[FieldViolation, ...], *, limit: int | None) -> Message:
    message: Any = error_details_pb2.BadRequest()
    size = 0
    for index, violation in enumerate(violations):
        text = f"{violation.description}; {violation.hint}" if violation.hint else violation.description
        size += len(violation.field.encode()) + len(text.encode()) + _ENTRY_BYTES
        if limit is not None and size > limit:
            rest = len(violations) - index
            message.field_violations.add(field="", description=f"and {rest} more that do not fit; mend these first")
            break
        message.field_violations.add(field=violation.field, description=text)
    return message  # type: ignore[no-any-return]  # error_details_pb2 comes without types


def _status(
    code: int,
    reason: ErrorReason.ValueType,
    message: str,
    *details: Message,
    metadata: Mapping[str, str] | None = None,
) -> status_pb2.Status:
    info = error_details_pb2.ErrorInfo(
        reason=ErrorReason.Name(reason).removeprefix(_PREFIX),
        domain=DOMAIN,
        metadata={key: value[:_METADATA_CHARACTERS] for key, value in (metadata or {}).items()},
    )
    status = status_pb2.Status(code=code, message=_cut(message))
    for detail in (info, *details):
        packed = Packed()
        packed.Pack(detail, deterministic=True)
        status.details.append(packed)
    return status


def _cut(message: str) -> str:
    return message if len(message) <= _MESSAGE_CHARACTERS else message[:_MESSAGE_CHARACTERS] + "…"
