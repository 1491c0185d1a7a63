"""What may go wrong with a call, as types: decoded from the status and its `google.rpc` details, nothing guessed.

Every error knows the code, the reason of the contract's `ErrorReason`, and the request id by which the server's log
finds the call. A reason that this version does not know falls back to the type of its status code.
"""
# ruff: noqa: N818  # an `except InvalidSituation` reads as what happened; the common base carries the suffix

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, cast

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

_DETAILS_KEY: Final = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One thing wrong with a request: the path of the field, and what was expected there."""

    field: str
    description: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An error's content. `reason` is a name of `ErrorReason` without its prefix; empty where the server gave none."""

    code: grpc.StatusCode
    message: str
    request_id: str
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[FieldViolation, ...] = ()
    retry_after: float | None = None
    """Seconds after which the same call may be answered, where the server says so."""


class AmendsError(Exception):
    """Base of every error that a call may raise, and the error itself where no narrower type fits."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure

    @property
    def code(self) -> grpc.StatusCode:
        """The status code of the call."""
        return self.failure.code

    @property
    def reason(self) -> str:
        """The name of the contract's `ErrorReason`, without its prefix; empty where the server gave none."""
        return self.failure.reason

    @property
    def message(self) -> str:
        """What happened, in words."""
        return self.failure.message

    @property
    def request_id(self) -> str:
        """The id of the request, as it stands in the server's log."""
        return self.failure.request_id

    def __str__(self) -> str:
        """The message and the request id; a violation a line."""
        lines = [f"{self._headline()} (request {self.request_id})"]
        lines += [f"  {violation.field}: {violation.description}" for violation in self.failure.violations]
        return "\n".join(lines)

    def _headline(self) -> str:
        """The message without the violation that it quotes: that stands below, in full."""
        first = self.failure.violations[0].field if self.failure.violations else ""
        count, quoted, _ = self.message.partition(f": {first}: ")
        return count.removesuffix(", the first") if first and quoted else self.message


class InvalidRequest(AmendsError):
    """The request breaks a rule of its form. Sending it again unchanged fails again."""

    @property
    def violations(self) -> tuple[FieldViolation, ...]:
        """Everything that is wrong with it, at once."""
        return self.failure.violations


class InvalidSituation(InvalidRequest):
    """The situation breaks a rule of its form or of the pack's vocabulary."""


class UnknownRole(InvalidRequest):
    """The pack that decides does not know the actor's role."""


class BatchTooLarge(InvalidRequest):
    """The batch has more items than the server accepts."""


class RequestTooLarge(AmendsError):
    """The request is larger than the server accepts."""


class TooManyChecks(AmendsError):
    """The server checks as many rule packs as it checks at once; a moment later it may check this one."""


class CheckTooCostly(AmendsError):
    """Checking these files takes more time or memory than the server gives to a check."""


class NotFound(AmendsError):
    """The request names something that the server does not have."""


class UnknownPolicy(NotFound):
    """No pack is active under that policy name."""


class UnknownRulePack(NotFound):
    """No pack of that id is loaded."""


class UnknownDecision(NotFound):
    """No decision of that id is recorded."""


class UnknownAction(NotFound):
    """The decision has no action or obligation of that id."""


class RequestIdReused(AmendsError):
    """A request of that id was answered before, and asked for something else: every request needs an id of its own."""


class NotRecording(AmendsError):
    """The server records nothing, so it has nothing to tell of the past."""


class CannotSupersede(AmendsError):
    """The decision is of another case, or another one (`superseded_by`) has taken its place already."""

    @property
    def superseded_by(self) -> str:
        """The decision that has taken its place; empty where none has."""
        return self.failure.metadata.get("superseded_by", "")


class UnknownActivation(NotFound):
    """There is no activation of that id."""


class CannotChangeActivation(AmendsError):
    """The activation is in a state in which this cannot be done to it, or may not be by who asks."""


class CannotActivate(AmendsError):
    """That server has no database to keep rule packs in: it decides by those in its folder."""


class NotAuthenticated(AmendsError):
    """The service does not know who calls: no token, key or certificate that counts."""


class PermissionDenied(AmendsError):
    """Who calls may not do this, or not with this policy."""


class TooManyCalls(AmendsError):
    """Who calls, or the service, has had enough calls for now; `failure.retry_after` are the seconds to wait."""


class NotImplementedYet(AmendsError):
    """The contract knows it, that server does not do it yet."""


class InternalError(AmendsError):
    """Something went wrong in the server that should not; it has logged it under the request id."""


class ServiceAway(AmendsError):
    """No answer came: the service cannot be reached, cannot decide, or is too slow. The case is still undecided."""


class Unavailable(ServiceAway):
    """The service cannot be reached, or says that it does not decide now."""


class LogUnavailable(Unavailable):
    """The server cannot reach its decision log, so it answers nothing. Clients repeat a call by themselves until then
    if it carries a request id, within its deadline.
    """


class DeadlineExceeded(ServiceAway):
    """No answer came before the deadline."""


_BY_REASON: Final[Mapping[str, type[AmendsError]]] = MappingProxyType(
    {
        "INVALID_SITUATION": InvalidSituation,
        "INVALID_REQUEST": InvalidRequest,
        "INVALID_PAGE_TOKEN": InvalidRequest,
        "UNKNOWN_ROLE": UnknownRole,
        "BATCH_TOO_LARGE": BatchTooLarge,
        "REQUEST_TOO_LARGE": RequestTooLarge,
        "UNKNOWN_POLICY": UnknownPolicy,
        "UNKNOWN_RULE_PACK": UnknownRulePack,
        "NO_RULE_PACK": Unavailable,
        "ENGINE_FAILED": Unavailable,
        "NOT_IMPLEMENTED": NotImplementedYet,
        "INTERNAL": InternalError,
        "TOO_MANY_CHECKS": TooManyChecks,
        "CHECK_TOO_COSTLY": CheckTooCostly,
        "UNKNOWN_DECISION": UnknownDecision,
        "UNKNOWN_ACTION": UnknownAction,
        "REQUEST_ID_REUSED": RequestIdReused,
        "NOT_RECORDING": NotRecording,
        "CANNOT_SUPERSEDE": CannotSupersede,
        "LOG_UNAVAILABLE": LogUnavailable,
        "UNKNOWN_ACTIVATION": UnknownActivation,
        "CANNOT_CHANGE_ACTIVATION": CannotChangeActivation,
        "CANNOT_ACTIVATE": CannotActivate,
        "UNAUTHENTICATED": NotAuthenticated,
        "PERMISSION_DENIED": PermissionDenied,
        "RATE_LIMITED": TooManyCalls,
        "OVERLOADED": TooManyCalls,
        "DEADLINE_EXCEEDED": DeadlineExceeded,
        "STOPPING": Unavailable,
    },
)
_BY_CODE: Final[Mapping[grpc.StatusCode, type[AmendsError]]] = MappingProxyType(
    {
        grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
        grpc.StatusCode.NOT_FOUND: NotFound,
        grpc.StatusCode.UNIMPLEMENTED: NotImplementedYet,
        grpc.StatusCode.INTERNAL: InternalError,
        grpc.StatusCode.UNAVAILABLE: Unavailable,
        grpc.StatusCode.UNAUTHENTICATED: NotAuthenticated,
        grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
        grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    },
)
_CODE_BY_NUMBER: Final = MappingProxyType({code.value[0]: code for code in grpc.StatusCode})


def error_from_call(
    code: grpc.StatusCode,
    details: str | None,
    *,
    trailing_metadata: Iterable[tuple[str, str | bytes]],
    request_id: str,
    no_answer: str,
) -> AmendsError:
    """The error of a call that ended with `code`. `no_answer`: whom a call that came too late asked, and how long."""
    message = details or code.value[1]
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        message = no_answer  # gRPC says no more than the code does
    packed = next((value for key, value in trailing_metadata if key == _DETAILS_KEY), b"")
    try:
        status = _status(packed)
        return _error(code, message, status=status, request_id=_logged_as(status) or request_id)
    except DecodeError:  # a proxy's mangled details must not hide what is known
        return _error(code, message, status=_status(b""), request_id=request_id)


def error_of(error: grpc.RpcError, request_id: str, *, no_answer: str) -> AmendsError:
    """The error of a call that gRPC has ended, of either client."""
    # the stubs give trailing metadata a shape that it does not have: it is pairs
    trailing = cast("Iterable[tuple[str, str | bytes]]", error.trailing_metadata())
    return error_from_call(
        error.code(), error.details(), trailing_metadata=trailing, request_id=request_id, no_answer=no_answer
    )


def error_from_status(status: status_pb2.Status, *, request_id: str) -> AmendsError:
    """The error of one item of a batch."""
    code = _CODE_BY_NUMBER.get(status.code, grpc.StatusCode.UNKNOWN)
    return _error(code, status.message, status=status, request_id=request_id)


def _status(packed: str | bytes) -> status_pb2.Status:
    return status_pb2.Status.FromString(packed if isinstance(packed, bytes) else b"")


def _logged_as(status: status_pb2.Status) -> str:
    """The id by which the server's log knows the call: another than was sent, where that could not be taken over."""
    found = error_details_pb2.RequestInfo()
    for detail in status.details:
        detail.Unpack(found)
    return str(found.request_id)


def _error(code: grpc.StatusCode, message: str, *, status: status_pb2.Status, request_id: str) -> AmendsError:
    info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad_request)
        detail.Unpack(retry)
    failure = Failure(
        code,
        message,
        request_id,
        reason=info.reason,
        metadata=dict(info.metadata),
        violations=tuple(FieldViolation(found.field, found.description) for found in bad_request.field_violations),
        retry_after=retry.retry_delay.ToMilliseconds() / 1000 if retry.HasField("retry_delay") else None,
    )
    known = _BY_REASON.get(info.reason) or _BY_CODE.get(code, AmendsError)
    return known(failure)
