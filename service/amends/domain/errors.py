"""The errors a caller can cause or meet, as values of the domain; `wire` gives them their gRPC form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One thing wrong with a request: where, what was expected, and how to mend it (empty: nothing to suggest)."""

    field: str
    description: str
    hint: str = ""


class AmendsError(Exception):
    """Base of the errors that are answers, not accidents."""


class InvalidSituationError(AmendsError):
    """The request breaks at least one rule of its form; all violations at once."""

    def __init__(self, violations: tuple[FieldViolation, ...]) -> None:
        super().__init__("; ".join(f"{violation.field}: {violation.description}" for violation in violations))
        self.violations = violations


class UnknownPolicyError(AmendsError):
    """No active pack under that policy name."""

    def __init__(self, policy: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no policy {policy!r}; known policies: {', '.join(known) or 'none'}")
        self.policy = policy
        self.known = known


class UnknownPackError(AmendsError):
    """No loaded pack of that id."""

    def __init__(self, pack_id: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no rule pack {pack_id!r}; loaded packs: {', '.join(known) or 'none'}")
        self.pack_id = pack_id
        self.known = known


class UnauthenticatedError(AmendsError):
    """It is not known who calls; `reason` says what is missing or wrong, and quotes nothing secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"it is not known who calls: {reason}")
        self.reason = reason


class PermissionDeniedError(AmendsError):
    """Who calls may not do this with that policy (empty: with any)."""

    def __init__(self, identity: str, *, permission: str, policy: str = "") -> None:
        place = f" with the policy {policy!r}" if policy else ""
        super().__init__(f"{identity!r} may not {permission}{place}")
        self.identity = identity
        self.permission = permission
        self.policy = policy


class RateLimitedError(AmendsError):
    """Who calls has used up their calls for now; `retry_after` in seconds."""

    def __init__(self, identity: str, *, per_second: float, retry_after: float) -> None:
        super().__init__(f"{identity!r} may call {per_second:g} times a second, and has done so")
        self.identity = identity
        self.per_second = per_second
        self.retry_after = retry_after


class OverloadedError(AmendsError):
    """As many calls are in flight as the server takes; `retry_after` in seconds."""

    def __init__(self, in_flight: int, *, retry_after: float) -> None:
        super().__init__(f"{in_flight} calls are in flight, as many as this server takes; nothing was done")
        self.in_flight = in_flight
        self.retry_after = retry_after


class StoppingError(AmendsError):
    """The server stops, and a stream ends before its caller has ended it; `retry_after` in seconds."""

    def __init__(self, *, retry_after: float) -> None:
        super().__init__("the server is stopping: what was not answered may be sent again")
        self.retry_after = retry_after


class DeadlinePassedError(AmendsError):
    """The caller's deadline passed before the work was done."""

    def __init__(self) -> None:
        super().__init__("the deadline of this call passed before its work was done")
