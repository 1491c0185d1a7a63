"""Resolve: the entry to resolution. Remembers plans (bounded), so that most decisions are only filled."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from amends.domain.decision import Decision, RuleTrace
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.packs.amounts import amount_paths
from amends.packs.model import Pack
from amends.resolution.bound import refunds_told
from amends.resolution.counted import said_paths
from amends.resolution.fill import fill
from amends.resolution.matches import Matches
from amends.resolution.plan import Plan, build_plan
from amends.resolution.settle import Settled, settle
from amends.resolution.words import Times

PLANS_KEPT: Final = 1024
"""Plans remembered a pack; about 20 kB each. Past it the least recently used one is forgotten."""


class Resolved(NamedTuple):
    """A decision and the plan it was filled from; the plan is hashed by identity and keys planned messages.

    `fired` is the plan's trace where the decision's is told in full; None where they are the same. `settled` is what it
    shares with other decisions of its plan, beside identifiers and times; None where it shares nothing.
    """

    decision: Decision
    plan: Plan
    fired: tuple[RuleTrace, ...] | None = None
    settled: Settled | None = None


class _Known(NamedTuple):
    """A plan, and where it is steady what it comes to for the acting roles."""

    plan: Plan
    settled: dict[int, Settled]


class Resolver:
    """Turns matches into decisions for one pack. Not shared between threads."""

    __slots__ = ("_currency_paths", "_pack", "_plans", "_roles", "_times", "_value_paths")

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._roles = {role.role: index for index, role in enumerate(pack.authority)}
        self._times = Times(pack.timezone)
        self._plans: OrderedDict[Hashable, _Known] = OrderedDict()
        self._value_paths = tuple(sorted(set(said_paths(pack))))
        self._currency_paths = tuple(sorted({"amount_affected", "amount_paid", *_amount_paths(pack)}))

    def resolve(self, matches: Matches, situation: Situation, *, role: str) -> Resolved:
        """The decision that the matches come to; `role` is a role of the pack's authority."""
        plan, settled, shared = self._settled(matches, situation, role)
        filled = fill(settled, plan, self._pack, situation, times=self._times)
        return Resolved(filled, plan, None, settled if shared else None)

    def settle(self, matches: Matches, situation: Situation, *, role: str) -> tuple[Plan, Settled]:
        """The same but for identifiers and times: what every situation that counts and looks alike comes to."""
        plan, settled, _ = self._settled(matches, situation, role)
        return plan, settled

    def _settled(self, matches: Matches, situation: Situation, role: str) -> tuple[Plan, Settled, bool]:
        pack, acting = self._pack, self._roles[role]
        plan, settled_for = self._known(matches, situation)
        if not plan.steady or situation.granted:
            return plan, settle(plan, pack, situation, acting=acting), False
        known = settled_for.get(acting)
        if known is None:
            known = settled_for[acting] = settle(plan, pack, situation, acting=acting)
        return plan, known, True

    def _known(self, matches: Matches, situation: Situation) -> _Known:
        if matches.witness is None:
            return _Known(build_plan(self._pack, matches, situation), {})
        key = self._key(matches, situation)
        known = self._plans.get(key)
        if known is None:
            known = self._plans[key] = _Known(build_plan(self._pack, matches, situation), {})
            if len(self._plans) > PLANS_KEPT:
                self._plans.popitem(last=False)
        else:
            self._plans.move_to_end(key)
        return known

    def _key(self, matches: Matches, situation: Situation) -> Hashable:
        """Everything a plan reads. Two situations of one key have equal plans; `build_plan` may read nothing else.

        The match answers every condition of the pack: guardrails', requirements' and tables' too. Whether a rule is
        undetermined says too little: which of its missing facts still count depends on the values of its known ones.
        The engine's witness tells those apart.
        """
        facts = situation.facts
        return (
            matches.true,
            matches.may,
            matches.witness,
            frozenset(facts),
            # Which facts are present is known: what is present is enough.
            tuple([_currency(facts[path]) for path in self._currency_paths if path in facts]),
            tuple([_told(facts[path]) for path in self._value_paths if path in facts]),
            refunds_told(situation),
            situation.unobtainable,
            situation.locale,
        )


def _currency(value: Value) -> str:
    return value.currency if isinstance(value, Money) else ""


def _told(value: Value) -> Value:
    """A value as it is told: 1.0 and 1.00 are equal, and an action says the one that the caller said."""
    return str(value) if isinstance(value, Decimal) else value


def _amount_paths(pack: Pack) -> Iterator[str]:
    for rule in pack.rules:
        for proposal in rule.then:
            if proposal.amount is not None:
                yield from amount_paths(proposal.amount)
    for limit in pack.limits:
        yield from amount_paths(limit.at_most)
        if limit.minus:
            yield limit.minus
