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
