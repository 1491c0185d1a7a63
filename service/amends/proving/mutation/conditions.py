"""Changes of conditions: each taken out, each listed value left out, each bound and range moved by one unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from amends.domain.facts import FactSpec, FactType, Vocabulary
from amends.packs.read_conditions import LOWER, UPPER
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode
from amends.proving.mutation.change import (
    Change,
    Operator,
    dropped_values,
    keyed_changes,
    listed_changes,
    scalar_like,
    shown,
    taken_out,
    within_entry,
)
from amends.proving.mutation.units import moved, moved_span

_GROUPS: Final = frozenset({"all", "any", "none"})
_LOWEST_DECIDES: Final = frozenset({"at_least", "below"})
"""Bounds of which the lower of the two values, before and after, is the one that tells them apart."""


@dataclass(frozen=True, slots=True)
class ConditionChanges:
    """The changes of what one definition asks. `holder` is what acts where it holds: "the rule", "the case"."""

    vocabulary: Vocabulary
    currency: str
    holder: str

    def of(self, node: Node) -> Iterator[Change]:
        """Of a condition; a change without a node leaves nothing to ask."""
        if not isinstance(node, MapNode):
            return
        for place, (key, value) in enumerate(node.entries):
            yield from within_entry(node, place, self._of_entry(key, value))

    def _of_entry(self, key: ScalarNode, value: Node) -> Iterator[Change]:
        said = f"`{key.text}: {shown(value)}`"
        advice = f"a test in which {said} is not so and all else holds: {self.holder} must not act"
        yield taken_out(key.position, Operator.CONDITION, what=f"the condition {said}", advice=advice)
        if key.text in _GROUPS:
            yield from self._of_group(value)
            return
        spec = self.vocabulary.get(key.text)
        if spec is not None:
            yield from self._of_fact(spec, value)

    def _of_group(self, value: Node) -> Iterator[Change]:
        if not isinstance(value, ListNode):
            yield from self.of(value)
            return
        yield from listed_changes(value, self._of_member)

    def _of_member(self, item: Node) -> Iterator[Change]:
        """A member of a group: each of its conditions, and where it has several, the whole of it."""
        yield from self.of(item)
        if isinstance(item, MapNode) and len(item.entries) > 1:
            said = f"`{shown(item)}`"
            advice = f"a test in which of the group only {said} decides"
            yield taken_out(item.position, Operator.CONDITION, what=f"the condition {said}", advice=advice)

    def _of_fact(self, spec: FactSpec, value: Node) -> Iterator[Change]:
        if isinstance(value, MapNode):
            yield from keyed_changes(value, lambda name, of: self._of_operator(spec, name, of))
        elif isinstance(value, ScalarNode) and not spec.ordered:
            yield from self._moved(spec, "", value, moved(value.text, spec, currency=self.currency))
        else:
            yield from self._dropped(spec, value)

    def _of_operator(self, spec: FactSpec, name: str, value: Node) -> Iterator[Change]:
        if not isinstance(value, ScalarNode):
            yield from self._dropped(spec, value)
        elif name in LOWER or name in UPPER:
            yield from self._moved(spec, name, value, moved(value.text, spec, currency=self.currency))
        elif name == "within":
            yield from self._moved(spec, name, value, moved_span(value.text))

    def _dropped(self, spec: FactSpec, value: Node) -> Iterator[Change]:
        of_set = spec.type is FactType.SET
        yield from dropped_values(
            value,
            Operator.VALUE,
            what=f"`{spec.path}: {shown(value)}`",
            advice=lambda word: (
                f"a test in which {spec.path} {'has only' if of_set else 'is'} {word} and all else holds, "
                f"that expects what {self.holder} then does or leaves"
            ),
        )

    def _moved(self, spec: FactSpec, name: str, value: ScalarNode, texts: Iterable[str]) -> Iterator[Change]:
        for place, text in enumerate(texts):
            asked = f"{name} {value.text}".strip()
            decisive = self._decisive(name, value.text, text, raised=place == 0)
            yield Change(
                value.position,
                Operator.BOUND,
                f"`{spec.path}: {asked}` becomes {text}",
                f"a test in which {spec.path} is {decisive} and all else holds, "
                f"that expects what {self.holder} then does or leaves",
                scalar_like(value, text),
            )

    def _decisive(self, name: str, before: str, after: str, *, raised: bool) -> str:
        """The value on which the bound before and the one after it differ."""
        if not name:
            return before
        if name == "within":
            return f"{after if raised else before} away"
        low, high = (before, after) if raised else (after, before)
        return low if name in _LOWEST_DECIDES else high
