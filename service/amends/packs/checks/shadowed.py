"""A rule that never adds anything: wherever it applies, an earlier one applies too and asks for all that it asks for.

Conditions are compared pair by pair, each by its alternatives: what is found is certain, and not everything is found.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind, AmountUse, Combine
from amends.packs.checks.law import Law
from amends.packs.conditions import Condition, paths
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.implied import Alternative, Implications
from amends.packs.model import Forbid, Hit, Pack, Proposal, Rule
from amends.packs.normal_form import TooManyConjunctsError, normal_form

LAW: Final = Law(
    name="shadowed",
    severity=Severity.WARNING,
    says="A rule, a row or a case adds something to those that stand before it.",
    bad="""\
rules:
  - id: any-delay
    title: Any delay
    when: {facts.days_late: {at_least: 1}}
    then: [{apology: {literal: true}}]
  - id: long-delay
    title: A long delay
    when: {facts.days_late: {at_least: 7}}
    then: [{apology: {literal: true}}]
""",
    good="""\
rules:
  - id: any-delay
    title: Any delay
    when: {facts.days_late: {at_least: 1}}
    then: [{apology: {literal: true}}]
  - id: long-delay
    title: A long delay
    when: {facts.days_late: {at_least: 7}}
    then: [{proactive_contact: {}}]
    because: {agent: Call before they do., customer: We are calling you about your parcel.}
""",
)

_MOST_ALTERNATIVES: Final = 64
"""A condition of more alternatives is not compared: the work is that of one condition's times the other's."""
_MOST_COMPARISONS: Final = 1_000_000
"""Alternatives compared in all; past it the check stops and says so."""
_REQUESTED: Final = "requested"


def check(pack: Pack) -> Iterator[Diagnostic]:
    """Rules, the rows of a table, and the cases of a derived fact."""
    comparer = _Comparer(Implications(pack.vocabulary))
    yield from _shadowed_cases(pack, comparer)
    yield from _shadowed_rules(pack, comparer)


def _shadowed_cases(pack: Pack, comparer: "_Comparer") -> Iterator[Diagnostic]:
    for derive in pack.derives:
        if derive.hit is not Hit.FIRST:
            continue
        for number, case in enumerate(derive.cases):
            before = [
                other for other, one in enumerate(derive.cases[:number]) if comparer.contains(one.when, case.when)
            ]
            if before:
                message = (
                    f"case {number + 1} of {derive.path} never decides: case {before[0] + 1} holds wherever it does"
                )
                yield LAW.broken(case.position, message, derive.path, hint="take it out, or put it first")


def _shadowed_rules(pack: Pack, comparer: "_Comparer") -> Iterator[Diagnostic]:
    earlier: dict[str, list[Rule]] = {}
    for rule in pack.rules:
        # All that a rule asks for has to be asked by the other, so a look at those that ask for one of it will do.
        keys = _keys(rule, pack)
        key = keys[0] if keys else ""
        shadow = next((one for one in earlier.get(key, ()) if _hides(one, rule, pack, comparer)), None)
        if comparer.is_exhausted:
            message = f"not all rules were compared: past {rule.rule_id} it would take too long"
            yield LAW.broken(
                rule.position, message, rule.rule_id, hint="conditions with fewer alternatives compare faster"
            )
            return
        if shadow is not None:
            message = f"rule {rule.rule_id} adds nothing: {shadow.rule_id} applies wherever it does"
            hint = f"it asks for no more than {shadow.rule_id} ({shadow.position}) does; take it out, or ask for more"
            yield LAW.broken(rule.position, message, rule.rule_id, shadow.rule_id, hint=hint)
        for key in dict.fromkeys(keys):
            earlier.setdefault(key, []).append(rule)


def _keys(rule: Rule, pack: Pack) -> list[str]:
    """What is worth comparing: rows of one table with each other, all else by what it asks for."""
    if rule.row is not None and rule.row.hit is Hit.FIRST:
        return [f"table {rule.row.table}"]
    return [*(_key(one, pack) for one in rule.then), *(f"forbid {one.kind}" for one in rule.forbids)]


def _key(proposal: Proposal, pack: Pack) -> str:
    """What two proposals share of which one may take the other's place."""
    return proposal.kind if _one_stands(proposal.kind, pack) else repr(proposal)


def _hides(one: Rule, other: Rule, pack: Pack, comparer: "_Comparer") -> bool:
    """Whether `other`, which comes later, changes nothing beside `one`. The cheap questions come first."""
    if one.row is not None and other.row is not None and other.row.hit is Hit.FIRST:
        # Of the rows of one table only the first that holds applies, whatever it asks for.
        return one.row.number < other.row.number and comparer.contains(one.when, other.when)
    if _REQUESTED in paths(other.when) and _REQUESTED not in paths(one.when):
        return False  # whoever tests a request answers it
    return _asks_no_more(one, other, pack) and comparer.contains(one.when, other.when)


def _asks_no_more(one: Rule, other: Rule, pack: Pack) -> bool:
    if other.hold is not None and other.hold != one.hold:
        return False
    if not all(any(_forbids(ban, later) for ban in one.forbids) for later in other.forbids):
        return False
    return all(any(_takes_the_place(first, later, pack) for first in one.then) for later in other.then)


def _forbids(ban: Forbid, later: Forbid) -> bool:
    if ban.kind is not later.kind:
        return False
    return not ban.goodwill_kinds or (
        bool(later.goodwill_kinds) and set(later.goodwill_kinds) <= set(ban.goodwill_kinds)
    )


def _takes_the_place(first: Proposal, later: Proposal, pack: Pack) -> bool:
    """Equal proposals become one; of a kind of which the first is taken, a later one never is."""
    if first.kind is not later.kind:
        return False
    if first == later:
        return pack.combine.get(first.kind, KINDS[first.kind].combine) is not Combine.SUM
    return (
        _one_stands(first.kind, pack)
        and (first.scope, first.retention) == (later.scope, later.retention)
        and set(later.meets) <= set(first.meets)
        and (later.expires, later.review_in) in {(None, None), (first.expires, first.review_in)}
    )


def _one_stands(kind: ActionKind, pack: Pack) -> bool:
    """Whether the first proposal of the kind is taken, whatever the others say. Of two referrals, the honest one is."""
    spec = KINDS[kind]
    without_money = spec.amount is AmountUse.NONE and kind is not ActionKind.REFERRAL
    return without_money and pack.combine.get(kind, spec.combine) is Combine.FIRST


class _Comparer:
    """Compares conditions by their normal forms, each made once, and counts what it compares."""

    __slots__ = ("_forms", "_implications", "_left")

    def __init__(self, implications: Implications) -> None:
        self._implications = implications
        # By identity: the pack keeps its conditions, and to hash a tree takes longer than to compare it.
        self._forms: dict[int, tuple[Alternative, ...]] = {}
        self._left = _MOST_COMPARISONS

    @property
    def is_exhausted(self) -> bool:
        return self._left <= 0

    def contains(self, wide: Condition, narrow: Condition) -> bool:
        """Whether `wide` holds wherever `narrow` does; False also where that is not seen."""
        if self.is_exhausted:
            return False
        wides, narrows = self._form(wide), self._form(narrow)
        if not narrows:
            return False
        self._left -= 1
        return all(self._is_within(one, wides) for one in narrows)

    def _is_within(self, narrow: Alternative, wides: Sequence[Alternative]) -> bool:
        self._left -= len(wides)
        return any(self._implications.implies(narrow, wide) for wide in wides)

    def _form(self, condition: Condition) -> tuple[Alternative, ...]:
        """The alternatives that can hold; none where they are too many to compare."""
        form = self._forms.get(id(condition))
        if form is None:
            try:
                written = normal_form(condition, limit=_MOST_ALTERNATIVES)
            except TooManyConjunctsError:
                written = ()
            possible = (one for one in written if not self._implications.contradiction(one))
            form = self._forms[id(condition)] = tuple(self._implications.alternative(one) for one in possible)
        return form
