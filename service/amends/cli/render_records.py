"""What was recorded of a decision, and what is promised, as lines for a person: from the contract's messages."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from amends.cli.action_words import member_words
from amends.cli.page import clean, hanging, moment, money, text
from amends_client.messages import (
    ObligationKind,
    ObligationState,
    OutcomeKind,
    RecordOutcomeResponse,
    TrackedObligation,
)


def recorded(response: RecordOutcomeResponse) -> Iterator[str]:
    """What was done, what should be known of it, and the promises that it settled or made."""
    outcome = response.outcome
    amount = f" {money(outcome.amount)}" if outcome.HasField("amount") else ""
    about = outcome.action_id or f"obligation {outcome.obligation_id}"
    yield clean(f"recorded: {member_words(OutcomeKind, outcome.kind)}{amount}, {about}, as {outcome.outcome_id}")
    yield from (clean(f"  note: {remark}") for remark in response.remarks)
    yield from (f"  {_what(tracked)}, {_about(tracked)}" for tracked in response.obligations)


def promised(found: Iterable[TrackedObligation]) -> RenderableType:
    """Each with what it is of below it: side by side they would not fit a terminal."""
    return Group(*(part for one in found for part in (text(_what(one)), hanging(Text(), text(_about(one), "dim")))))


def _what(tracked: TrackedObligation) -> str:
    obligation = tracked.obligation
    broken = ", by somebody else than promised" if tracked.same_person_broken else ""
    state = member_words(ObligationState, tracked.state)
    return clean(f"{moment(obligation.due_time)}  {member_words(ObligationKind, obligation.kind)}: {state}{broken}")


def _about(tracked: TrackedObligation) -> str:
    owner = ", ".join(dict.fromkeys(name for name in (tracked.obligation.owner, tracked.team) if name))
    said = (
        owner.replace("_", " "),
        f"incident {tracked.incident_id}" if tracked.incident_id else f"case {tracked.case_id}",
        f"policy {tracked.policy}",
        f"decision {tracked.decision_id}",
        f"obligation {tracked.obligation_id}",
    )
    return clean(", ".join(words for words in said if words))
