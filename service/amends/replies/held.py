"""What a decision and its situation bear: the promises, amounts and identifiers that a reply is held against."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Guardrail
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation

_FEWEST_CHARACTERS: Final = 4
"""Shorter identifiers stand in texts by chance."""


@dataclass(frozen=True, slots=True)
class Held:
    """`released` are ids of actions that were approved or done since; `situation` None: it is not known any more.

    `decision_id` is empty for a decision that is only shown.
    """

    actions: tuple[Action, ...]
    guardrails: tuple[Guardrail, ...]
    situation: Situation | None = None
    decision_id: str = ""
    released: frozenset[str] = frozenset()

    def may_promise(self, action: Action) -> bool:
        """Whether the customer may be told that they get it."""
        if action.already_given or action.action_id in self.released:
            return True
        return action.may_grant_now and not action.approval_needed and not action.unsettled and not action.on_hold

    def why_open(self, action: Action) -> str:
        """Why it may not be promised yet."""
        if action.on_hold:
            return f"it is on hold for {', '.join(hold.team for hold in action.on_hold)}"
        if action.unsettled:
            facts = dict.fromkeys(fact for entry in action.unsettled for fact in entry.facts)
            return f"it is unsettled while this is not known: {', '.join(facts) or action.unsettled[0].why}"
        return f"{action.authority_role} has to approve it"

    def holds(self, kinds: Iterable[ActionKind]) -> bool:
        """Whether an action of one of these kinds is still to be done."""
        wanted = frozenset(kinds)
        return any(action.kind in wanted and not action.already_given for action in self.actions)

    def amounts(self) -> frozenset[Money]:
        """All that a reply may name: of the situation, of what may be promised or was given, and what that comes to."""
        free = [action for action in self.actions if self.may_promise(action)]
        promised = [money for action in free for money in (action.amount, action.granted_amount) if money is not None]
        given = [action.granted_amount for action in self.actions if action.granted_amount is not None]
        return frozenset((*promised, *given, *_sums(promised), *self._of_the_situation()))

    def open_amounts(self) -> dict[Money, Action]:
        """Those of actions that may not be promised yet."""
        waiting = [action for action in self.actions if not self.may_promise(action)]
        return {action.amount: action for action in waiting if action.amount is not None}

    def identifiers(self) -> frozenset[str]:
        """Ours, of this case: what a customer has never seen."""
        found = {self.decision_id, *(action.action_id for action in self.actions)}
        known = self.situation
        if known is not None:
            found |= {known.customer_id, known.account_id, known.incident_id}
            found |= {one.action_id for one in known.granted or ()}
            found -= {known.subject.order_id, known.subject.item_id, known.case_id}
        return frozenset(ident for ident in found if _tells(ident))

    def references(self) -> frozenset[str]:
        """What a customer may have been told, and must not take for their own: the name of the case."""
        known = self.situation
        if known is None or known.case_id in {known.subject.order_id, known.subject.item_id}:
            return frozenset()
        return frozenset({known.case_id}) if _tells(known.case_id) else frozenset()

    def _of_the_situation(self) -> Iterator[Money]:
        if self.situation is None:
            return
        yield from (value for value in self.situation.facts.values() if isinstance(value, Money))
        granted: tuple[Granted, ...] = self.situation.granted or ()
        yield from (one.amount for one in granted if one.amount is not None)


def _tells(ident: str) -> bool:
    """Long enough, and not a word that anybody may write."""
    return len(ident) >= _FEWEST_CHARACTERS and not ident.isalpha()


def _sums(amounts: Iterable[Money]) -> Iterator[Money]:
    totals: dict[str, int] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor_units
    return (Money(currency, units) for currency, units in totals.items())
