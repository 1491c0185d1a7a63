"""Changes of what a rule asks for: each action taken out, each of its amounts and parameters changed.

Words for people are left alone: a test may read them (`said`), and a pack need not have a test for every word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile
from typing import Final

from amends.domain.action_kinds import ASSIGNED, KINDS, SAME_PERSON, ActionKind, AmountUse, ParameterSpec, ParameterType
from amends.packs.model import Pack
from amends.packs.read_amounts import AMOUNT_KEYS
from amends.packs.read_custom import CUSTOM_NAME
from amends.packs.reader import MapNode, Node, ScalarNode
from amends.proving.mutation.amounts import AmountChanges
from amends.proving.mutation.change import (
    Change,
    Operator,
    dropped_values,
    keyed_changes,
    scalar_like,
    shown,
    taken_out,
    within_entry,
)
from amends.proving.mutation.units import moved_parameter, moved_span

_SPANS: Final = frozenset({"expires", "review_in"})
_SWITCHES: Final = frozenset({"retention", "scope"})
_FOR_PEOPLE: Final = frozenset({ParameterType.TEXT, ParameterType.URL})


@dataclass(frozen=True, slots=True)
class ActionChanges:
    """The changes of actions in a pack."""

    pack: Pack
    currency: str

    def of(self, item: Node) -> Iterator[Change]:
        """Of one item of `then`: the action taken out, and what is inside of it."""
        if not isinstance(item, MapNode) or len(item.entries) != 1:
            return
        key, value = item.entries[0]
        advice = f"a test in which the rule applies, that expects {key.text}"
        yield taken_out(item.position, Operator.ACTION, what=f"the action {key.text}", advice=advice)
        if key.text in KINDS:
            yield from within_entry(item, 0, self._inside(ActionKind(key.text), value))

    def _inside(self, kind: ActionKind, value: Node) -> Iterator[Change]:
        """Of the parameters; a bare amount stands for the whole. A mapping stays, though nothing be left in it."""
        if KINDS[kind].amount is not AmountUse.NONE:
            yield from AmountChanges(f"the amount of {kind}", self.currency).of(value)
        if isinstance(value, MapNode):
            specs = {spec.name: spec for spec in self._specs(kind, value)}
            found = keyed_changes(value, lambda name, node: self._parameter(kind, specs.get(name), name, node))
            empty = MapNode((), value.position)
            yield from (
                change
                if change.node is not None
                else Change(change.position, change.operator, change.words, change.advice, empty)
                for change in found
            )

    def _specs(self, kind: ActionKind, value: MapNode) -> tuple[ParameterSpec, ...]:
        own = KINDS[kind].parameters
        named = value.get(CUSTOM_NAME)
        if kind is not ActionKind.CUSTOM or not isinstance(named, ScalarNode) or named.text not in self.pack.actions:
            return own
        return (*own, *self.pack.actions[named.text].parameters)

    def _parameter(self, kind: ActionKind, spec: ParameterSpec | None, name: str, value: Node) -> Iterator[Change]:
        what, advice = f"`{name}: {shown(value)}` of {kind}", f"a test that expects {kind} with its {name}"
        if name in AMOUNT_KEYS and KINDS[kind].amount is not AmountUse.NONE:
            return
        if name == "meets":
            unanswered = "a test in which it is requested, that says what is `unanswered`"
            yield taken_out(value.position, Operator.PARAMETER, what=what, advice=unanswered)
            yield from dropped_values(value, Operator.PARAMETER, what=what, advice=lambda _: unanswered)
        elif name in _SWITCHES:
            yield taken_out(value.position, Operator.PARAMETER, what=what, advice=advice)
        elif name in _SPANS and isinstance(value, ScalarNode):
            yield taken_out(value.position, Operator.PARAMETER, what=what, advice=advice)
            yield from _changed(value, moved_span(value.text), what=what, advice=advice)
        elif spec is not None and spec.type not in _FOR_PEOPLE:
            if not spec.required:
                yield taken_out(value.position, Operator.PARAMETER, what=what, advice=advice)
            yield from self._value(spec, value, what=what, advice=advice)

    def _value(self, spec: ParameterSpec, value: Node, *, what: str, advice: str) -> Iterator[Change]:
        match value:
            case MapNode():
                yield from keyed_changes(
                    value,
                    lambda key, node: (
                        self._value(spec, node, what=what, advice=f"{advice}, the fact being unknown")
                        if key == "default"
                        else ()
                    ),
                )
            case ScalarNode(text):
                texts = (
                    *moved_parameter(text, spec.type, currency=self.currency),
                    *another_word(text, spec, self.pack),
                )
                yield from _changed(value, iter(texts), what=what, advice=advice)
            case _:
                yield from dropped_values(value, Operator.PARAMETER, what=what, advice=lambda _: advice)


def another_word(text: str, spec: ParameterSpec, pack: Pack) -> tuple[str, ...]:
    """The next word that could stand for a parameter; none for one that is no word of a list."""
    match spec.type:
        case ParameterType.BOOLEAN:
            words: tuple[str, ...] = ("true", "false")
        case ParameterType.ENUM:
            words = spec.values
        case ParameterType.TEAM:
            words = tuple(pack.teams)
        case ParameterType.OWNER:
            words = (*pack.teams, SAME_PERSON, ASSIGNED)
        case _:
            return ()
    following = [*dropwhile(lambda word: word != text, words)][1:]
    return tuple(word for word in (*following, *words) if word != text)[:1]


def _changed(value: ScalarNode, texts: Iterator[str], *, what: str, advice: str) -> Iterator[Change]:
    for text in texts:
        words = f"{what} becomes {text}"
        yield Change(value.position, Operator.PARAMETER, words, advice, scalar_like(value, text))
