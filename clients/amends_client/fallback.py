"""What to do while the service is away: care, and nothing else.

A fallback is no decision. It promises no money, names no time and no fault, has no id, and nobody recorded it: decide
the case once the service is back.
"""

from dataclasses import dataclass

from amends_client.errors import ServiceAway
from amends_client.messages import (
    Action,
    Apology,
    AskPerspective,
    AssignOwner,
    Guardrail,
    Justice,
    Phase,
    Scope,
    SetExpectations,
    Situation,
)


@dataclass(frozen=True, slots=True)
class Fallback:
    """Care actions in the order of saying, and what may not be said. `cause` tells why there is no decision."""

    cause: ServiceAway
    actions: tuple[Action, ...]
    guardrails: tuple[Guardrail, ...]

    @property
    def request_id(self) -> str:
        """The id of the request that was not answered."""
        return self.cause.request_id


def fallback(situation: Situation, cause: ServiceAway, *, owner_team: str = "") -> Fallback:
    """The care that needs no facts. `owner_team` takes the case; empty: whoever answers the customer names an owner."""
    cares = (
        Action(
            apology=Apology(literal=True),
            phase=Phase.PHASE_CARE,
            justices=[Justice.JUSTICE_INTERACTIONAL],
            reason_for_agent="Say the words; they cost nothing and need no decision.",
            reason_for_customer="I am sorry about what happened.",
        ),
        Action(
            ask_perspective=AskPerspective(),
            phase=Phase.PHASE_CARE,
            justices=[Justice.JUSTICE_INTERACTIONAL],
            reason_for_agent="Hear the customer out before anything is explained.",
            reason_for_customer="Please tell me how it was for you.",
        ),
        Action(
            set_expectations=SetExpectations(next="We come back to you; you need not ask again."),
            phase=Phase.PHASE_CARE,
            justices=[Justice.JUSTICE_PROCEDURAL],
            reason_for_agent="Say what comes next, without a time: what to offer is not decided yet.",
            reason_for_customer="I cannot see yet what we can do. We come back to you; you need not ask again.",
        ),
        Action(
            assign_owner=AssignOwner(to=owner_team),
            phase=Phase.PHASE_CARE,
            justices=[Justice.JUSTICE_PROCEDURAL],
            reason_for_agent="Give the case a named owner, who has it decided once the service answers again.",
        ),
    )
    for care in cares:
        care.scope = Scope.SCOPE_CASE
        care.may_grant_now = True
        if situation.HasField("subject"):
            care.subject.CopyFrom(situation.subject)
    return Fallback(cause, cares, _guardrails())


def _guardrails() -> tuple[Guardrail, ...]:
    return (
        Guardrail(
            guardrail_id="fallback-no-money",
            never="an amount, a refund, a gesture, or that there will be one",
            instead="that we look at what we can do, and come back",
        ),
        Guardrail(
            guardrail_id="fallback-no-time",
            never="a time by which it will be solved or decided",
            instead="who has the case now",
        ),
        Guardrail(
            guardrail_id="fallback-no-blame",
            never="whose fault it was, or that we are liable",
            instead="that we are sorry about what happened",
        ),
    )
