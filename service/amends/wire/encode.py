"""Decisions into the contract's bytes, spliced: what a plan fixes is serialised once, what this case adds each time.

What is kept holds nothing of a case. A part of the decision that is not the very value it was kept for is written
anew, so that the bytes never depend on what was encoded before. Safe within one thread, as an event loop is.
"""

from typing import Final

from amends.application.decide import Decided
from amends.resolution.plan import Plan
from amends.resolution.resolve import Resolved
from amends.v1.decision_service_pb2 import DecideResponse
from amends.wire.encode_planned import PlannedParts
from amends.wire.encode_values import moment_part
from amends.wire.splice import delimited, delimited_text, serialised, tag

_DECISION_ID: Final = tag(DecideResponse.DESCRIPTOR, "decision_id")
_DECIDED_AT: Final = tag(DecideResponse.DESCRIPTOR, "decided_at")
_RECORDED: Final = serialised(DecideResponse(recorded=True))
_SOFTWARE_VERSION: Final = tag(DecideResponse.DESCRIPTOR, "software_version")
_POLICY: Final = tag(DecideResponse.DESCRIPTOR, "policy")
_DECISION: Final = tag(DecideResponse.DESCRIPTOR, "decision")
_KEPT: Final = 2_048
"""Plans whose parts are kept: some kilobytes each."""


class Encoder:
    """Encodes decisions, deterministically. `kept` bounds how many plans' parts are kept; 0 keeps none and gives the
    same bytes.
    """

    __slots__ = ("_kept", "_planned", "_software_version")

    def __init__(self, *, software_version: str, kept: int = _KEPT) -> None:
        self._software_version = software_version
        self._kept = kept
        self._planned: dict[Plan, PlannedParts] = {}

    def response(self, decided: Decided, *, policy: str) -> bytes:
        """A DecideResponse: the decision, as far as it was to be explained, in its envelope."""
        return self.enveloped(
            self.decision(decided.resolved),
            decision_id=decided.decision_id,
            decided_at=decided.decided_at,
            recorded=decided.recorded,
            policy=policy,
            software_version=self._software_version,
        )

    def enveloped(  # noqa: PLR0913  # the fields of the envelope, by name
        self,
        decision: bytes,
        *,
        decision_id: str,
        decided_at: int,
        recorded: bool,
        policy: str,
        software_version: str,
    ) -> bytes:
        """A DecideResponse around a decision that is encoded already, by whichever software decided."""
        return b"".join(
            (
                delimited_text(_DECISION_ID, decision_id),
                delimited(_DECIDED_AT, moment_part(decided_at)),
                _RECORDED if recorded else b"",
                delimited_text(_SOFTWARE_VERSION, software_version),
                delimited_text(_POLICY, policy),
                delimited(_DECISION, decision),
            )
        )

    def decision(self, resolved: Resolved) -> bytes:
        """A Decision, as far as it was to be explained."""
        if resolved.fired is None:
            return self.fired(resolved)
        planned = self._planned_parts(resolved)
        return planned.spliced(resolved.decision, planned.full_trace(resolved.decision))

    def fired(self, resolved: Resolved) -> bytes:
        """A Decision at `explain: fired`, whatever was asked for: the bytes that the same input gives anywhere."""
        decision, planned = resolved.decision, self._planned_parts(resolved)
        if resolved.settled is not None:
            return planned.settled(decision, resolved.settled)
        rules = decision.rules if resolved.fired is None else resolved.fired
        return planned.spliced(decision, planned.trace(rules, decision.adjustments))

    def _planned_parts(self, resolved: Resolved) -> PlannedParts:
        planned = self._planned.get(resolved.plan)
        if planned is None:
            planned = PlannedParts(resolved.plan, resolved.decision)
            if self._kept:
                if len(self._planned) >= self._kept:
                    del self._planned[next(iter(self._planned))]
                self._planned[resolved.plan] = planned
        return planned
