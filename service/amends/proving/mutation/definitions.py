"""Changes of definitions: a rule, a derived fact, a limit, a requirement, a guardrail, the authority, a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from amends.domain.facts import FactType
from amends.packs.literals import Conventions
from amends.packs.model import Pack
from amends.packs.outline import Definition, Section
from amends.packs.read_calendars import OPEN_SPAN
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode
from amends.proving.mutation.actions import ActionChanges
from amends.proving.mutation.amounts import AmountChanges
from amends.proving.mutation.change import (
    Change,
    Operator,
    dropped_values,
    keyed_changes,
    listed_changes,
    scalar_like,
    shown,
    taken_out,
)
from amends.proving.mutation.conditions import ConditionChanges
from amends.proving.mutation.units import moved_by_type, moved_time_of_day

_AUTHORITY: Final = "authority"
_UNLIMITED: Final = "unlimited"
_ENDS: Final = ("from", "until")


@dataclass(frozen=True, slots=True)
class DefinitionChanges:
    """The changes of the definitions of one pack, by its vocabulary and by the conventions of whoever wrote them."""

    pack: Pack
    conventions: Conventions

    def of(self, section: Section, definition: Definition) -> Iterator[Change]:  # noqa: C901  # one case a section
        """Every change of one definition; none of what only names things (facts, teams, tiers, contact reasons)."""
        node = definition.node
        match section:
            case Section.RULES:
                yield self._gone(definition, Operator.RULE, "the rule", "a test that expects what the rule does")
                yield from keyed_changes(_mapping(node), self._of_rule)
            case Section.DERIVES:
                yield from keyed_changes(_mapping(node), lambda key, value: self._of_derive(definition, key, value))
            case Section.LIMITS:
                yield self._gone(definition, Operator.LIMIT, "the limit", "a test in which the limit cuts")
                yield from keyed_changes(_mapping(node), self._of_limit)
            case Section.REQUIRES:
                advice = "a test in which it takes an action away"
                yield self._gone(definition, Operator.REQUIREMENT, "the requirement", advice)
                yield from keyed_changes(_mapping(node), self._of_requirement)
            case Section.GUARDRAILS:
                yield self._gone(
                    definition, Operator.GUARDRAIL, "the guardrail", "a test that expects it: `guardrails`"
                )
                yield from keyed_changes(_mapping(node), self._of_guardrail)
            case Section.CALENDARS:
                yield from keyed_changes(_mapping(node), self._of_calendar)
            case Section.COMBINE:
                advice = f"a test in which several {definition.ident} come together"
                yield self._gone(definition, Operator.COMBINATION, f"`{shown(node)}` of {definition.ident}", advice)
            case Section.SETTINGS:
                if definition.ident == _AUTHORITY:
                    yield from listed_changes(node, self._of_role)
            case Section.FACTS | Section.CONTACT_REASONS | Section.TEAMS | Section.ACTIONS:
                return
            case _:
                assert_never(section)

    def _gone(self, definition: Definition, operator: Operator, what: str, advice: str) -> Change:
        return taken_out(definition.position, operator, what=what, advice=advice)

    def _conditions(self, holder: str) -> ConditionChanges:
        return ConditionChanges(self.pack.vocabulary, self.conventions.currency, holder)

    def _of_rule(self, key: str, value: Node) -> Iterator[Change]:
        match key:
            case "when":
                yield from self._conditions("the rule").of(value)
            case "effective":
                yield from keyed_changes(_mapping(value), self._of_effective)
            case "then":
                yield from listed_changes(value, ActionChanges(self.pack, self.conventions.currency).of)
            case "forbid":
                yield from self._of_forbid(value)
            case "hold":
                advice = "a test that expects an action `on_hold`"
                yield taken_out(value.position, Operator.HOLD, what="the hold", advice=advice)
                yield from keyed_changes(_mapping(value), self._of_hold)
            case _:
                return

    def _of_effective(self, key: str, value: Node) -> Iterator[Change]:
        if key not in _ENDS or not isinstance(value, ScalarNode):
            return
        advice = f"a test just before {value.text} and one at it"
        yield taken_out(value.position, Operator.BOUND, what=f"`{key}: {value.text}` of `effective`", advice=advice)
        yield from _moved(value, FactType.DATE, what=f"`{key}` of `effective`", advice=advice)

    def _of_forbid(self, value: Node) -> Iterator[Change]:
        def gone(item: Node) -> Iterator[Change]:
            if isinstance(item, MapNode):
                yield from keyed_changes(item, lambda _, kinds: self._of_kinds(kinds))
            said = shown(item)
            advice = f"a test in which another rule asks for {said} and this one takes it away: `never`, `overruled`"
            yield taken_out(item.position, Operator.FORBID, what=f"the forbid of {said}", advice=advice)

        yield from gone(value) if isinstance(value, MapNode) else listed_changes(value, gone)

    def _of_kinds(self, kinds: Node) -> Iterator[Change]:
        yield from dropped_values(
            kinds,
            Operator.FORBID,
            what=f"the forbid of {shown(kinds)}",
            advice=lambda word: f"a test in which another rule asks for {word} and this one takes it away",
        )

    def _of_hold(self, key: str, value: Node) -> Iterator[Change]:
        advice = "a test in which it stands and is expected `on_hold` for its team"
        if key == "kinds":
            yield from dropped_values(value, Operator.HOLD, what="the hold", advice=lambda word: f"{advice}: {word}")
        elif key == "for" and isinstance(value, ScalarNode):
            other = next((team for team in self.pack.teams if team != value.text), None)
            if other is not None:
                words = f"the hold for {value.text} becomes one for {other}"
                yield Change(value.position, Operator.HOLD, words, advice, scalar_like(value, other))

    def _of_derive(self, definition: Definition, key: str, value: Node) -> Iterator[Change]:
        if key == "cases":
            yield from listed_changes(value, lambda case: self._of_case(definition, case))

    def _of_case(self, definition: Definition, case: Node) -> Iterator[Change]:
        fact = definition.ident
        said = case.get("value") if isinstance(case, MapNode) else None
        if not isinstance(case, MapNode) or said is None:
            return
        advice = f"a test in which this case makes {fact} {shown(said)}, that expects what follows from it"
        # What is left where no other case holds is given another value: without it, a fact that is not open has none.
        if case.get("when") is not None:
            what = f"the case `{shown(said)}` of {fact}"
            yield taken_out(case.position, Operator.CASE, what=what, advice=advice)
        yield from keyed_changes(
            case,
            lambda key, value: (
                self._conditions("the case").of(value)
                if key == "when"
                else self.other_values(fact, value, advice=advice)
            ),
        )

    def other_values(self, fact: str, value: Node, *, advice: str) -> Iterator[Change]:
        """The value that a fact is given, as another that it might have had."""
        spec = self.pack.vocabulary.get(fact)
        if spec is None or not isinstance(value, ScalarNode):
            return
        what = f"the value {value.text} of {fact}"
        if spec.type in {FactType.ENUM, FactType.BOOLEAN}:
            words = spec.values if spec.type is FactType.ENUM else ("true", "false")
            other = next((word for word in words if word != value.text), None)
            if other is not None:
                node = scalar_like(value, other)
                yield Change(value.position, Operator.CASE, f"{what} becomes {other}", advice, node)
        else:
            yield from _moved(
                value, spec.type, what=what, advice=advice, currency=self.conventions.currency, operator=Operator.CASE
            )

    def _of_limit(self, key: str, value: Node) -> Iterator[Change]:
        advice = "a test in which the limit cuts, that expects what is left to the minor unit"
        match key:
            case "of":
                yield from dropped_values(value, Operator.LIMIT, what="the kinds of the limit", advice=lambda _: advice)
            case "at_most":
                yield from AmountChanges("the limit", self.conventions.currency, Operator.LIMIT).of(value)
            case "minus":
                what = f"`minus: {shown(value)}`"
                yield taken_out(value.position, Operator.LIMIT, what=what, advice=f"{advice}; with {what} above zero")
            case _:
                return

    def _of_requirement(self, key: str, value: Node) -> Iterator[Change]:
        if key == "when":
            yield from self._conditions("the requirement").of(value)
        elif key == "one_of":
            yield from dropped_values(
                value,
                Operator.REQUIREMENT,
                what="the companions",
                advice=lambda word: f"a test in which {word} alone satisfies the requirement",
            )

    def _of_guardrail(self, key: str, value: Node) -> Iterator[Change]:
        if key == "unless":
            yield from self._conditions("the guardrail").of(value)

    def _of_role(self, role: Node) -> Iterator[Change]:
        named = role.get("role") if isinstance(role, MapNode) else None
        if isinstance(role, MapNode) and named is not None:
            yield from keyed_changes(role, lambda kind, value: self._of_band(shown(named), kind, value))

    def _of_band(self, role: str, kind: str, value: Node) -> Iterator[Change]:
        if kind == "role":
            return
        what = f"what {role} may grant of {kind}"
        advice = f"a test with {kind} of exactly that and one with a minor unit more, that expect their `authority`"
        if shown(value) == _UNLIMITED:
            advice = f"a test with {kind} beyond every other band, that expects `approval_needed`"
        yield taken_out(value.position, Operator.BAND, what=f"`{shown(value)}`, {what},", advice=advice)
        for change in AmountChanges(what, self.conventions.currency, Operator.BAND).of(value):
            yield Change(change.position, change.operator, change.words, advice, change.node)

    def _of_calendar(self, key: str, value: Node) -> Iterator[Change]:
        if key == "closed":
            yield from dropped_values(
                value,
                Operator.CALENDAR,
                what="the closed days",
                advice=lambda day: f"a test with something that falls due across {day}",
            )
        elif key == "hours":
            yield from keyed_changes(_mapping(value), self._of_hours)

    def _of_hours(self, days: str, value: Node) -> Iterator[Change]:
        if isinstance(value, ListNode):
            yield from listed_changes(value, lambda span: self._of_hours(days, span))
            return
        found = OPEN_SPAN.fullmatch(value.text) if isinstance(value, ScalarNode) else None
        if found is None or not isinstance(value, ScalarNode):
            return
        start, _, end = value.text.partition("-")
        texts = (
            *(f"{one}-{end}" for one in moved_time_of_day(start)),
            *(f"{start}-{one}" for one in moved_time_of_day(end)),
        )
        advice = f"a test with something that falls due at the edge of {days} {value.text}"
        for text in texts:
            words = f"the hours {value.text} of {days} become {text}"
            yield Change(value.position, Operator.CALENDAR, words, advice, scalar_like(value, text))


def _mapping(node: Node) -> MapNode:
    """What a pack that compiles has there."""
    assert isinstance(node, MapNode)
    return node


def _moved(  # noqa: PLR0913  # what is said of each change
    value: ScalarNode,
    of: FactType,
    *,
    what: str,
    advice: str,
    currency: str = "",
    operator: Operator = Operator.BOUND,
) -> Iterator[Change]:
    for text in moved_by_type(value.text, of, currency=currency):
        yield Change(value.position, operator, f"{what}: {value.text} becomes {text}", advice, scalar_like(value, text))
