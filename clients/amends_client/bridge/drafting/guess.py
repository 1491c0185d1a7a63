"""Which field of a helpdesk may hold which fact: by their names, types and options. A guess is for a person to check.

Where two facts fit a field as well, or two fields a fact, there is no guess.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from amends_client.bridge.drafting.facts import Fact
from amends_client.bridge.listing import DeskField, FieldKind
from amends_client.bridge.mapping.convert import UNITS
from amends_client.bridge.mapping.model import Kind

_NUMBERS: Final = frozenset((FieldKind.DECIMAL, FieldKind.INTEGER, FieldKind.NUMBER))
_FITS: Final[Mapping[Kind, frozenset[FieldKind]]] = MappingProxyType(
    {
        Kind.BOOLEAN: frozenset((FieldKind.BOOLEAN,)),
        Kind.INTEGER: frozenset((FieldKind.INTEGER, FieldKind.NUMBER)),
        Kind.DECIMAL: _NUMBERS,
        Kind.MONEY: _NUMBERS | {FieldKind.TEXT},  # not every helpdesk has numbers with a point
        Kind.DURATION: _NUMBERS,
        Kind.TIMESTAMP: frozenset((FieldKind.DATE,)),
        Kind.TEXT: frozenset((FieldKind.TEXT, FieldKind.CHOICE)),
        Kind.ENUM: frozenset((FieldKind.CHOICE,)),
        Kind.SET: frozenset((FieldKind.CHOICES,)),
    }
)
_SMALL: Final = re.compile(
    "an?|and|any|are|at|by|did|do|does|for|from|ha[ds]|have|how|id|in|is|its?|kind|many|much|no|number|of|on|or|our|the|"
    "their|them|they|this|to|type|was|we|were|what|when|where|which|who|whose|why|with|you|your"
)
"""Words that tell nothing of what a field is."""
_WORDS: Final = re.compile(r"[^\W_]+")
_SHORTEST_PLURAL: Final = 4
_SAME, _ALL_OF_IT, _ASKED, _BY_OPTIONS, _SAME_TEXT = 4, 3, 2, 2, 1


@dataclass(frozen=True, slots=True)
class Guess:
    """A field and the fact that it may hold. `values`: what each option means; None: nobody can tell from its name."""

    field: DeskField
    fact: Fact
    why: str
    values: Mapping[str, str | None]


def guesses(fields: Iterable[DeskField], facts: Iterable[Fact]) -> tuple[Guess, ...]:
    """The best for each field, where it is the best for its fact too; in the order of the facts."""
    listed, known = tuple(fields), tuple(facts)
    scores = {
        (place, fact.path): score
        for place, field in enumerate(listed)
        for fact in known
        if (score := _score(field, fact)) > 0
    }
    found = []
    for fact in known:
        for place, field in enumerate(listed):
            score = scores.get((place, fact.path), 0)
            if not score:
                continue
            rivals = [other for key, other in scores.items() if key != (place, fact.path) and _rivals(key, place, fact)]
            if all(other < score for other in rivals):
                found.append(Guess(field, fact, _why(field, fact), meanings(field.options, fact.values)))
    return tuple(found)


def meanings(options: Mapping[str, str], members: tuple[str, ...]) -> dict[str, str | None]:
    """Which member of the fact each option means, by its words; None where none does, or several do."""
    return {value: _member(value, label, members) for value, label in options.items()} if members else {}


def _rivals(key: tuple[int, str], place: int, fact: Fact) -> bool:
    return key[0] == place or key[1] == fact.path


def _score(field: DeskField, fact: Fact) -> int:
    if field.kind not in _FITS[fact.kind] or (fact.kind is Kind.DURATION and unit_of(field) is None):
        return 0
    if fact.kind is Kind.MONEY and field.kind is FieldKind.TEXT:
        return _SAME_TEXT if _by_name(field, fact) == _SAME else 0
    return _by_name(field, fact) + (_BY_OPTIONS if _options_fit(field, fact) else 0)


def _by_name(field: DeskField, fact: Fact) -> int:
    unit = unit_of(field) if fact.kind is Kind.DURATION else None
    title = _words(field.title) - _words(unit or "")
    path = _words(fact.path.rpartition(".")[2])
    asked = _words(fact.question)
    if title and title in (path, asked):
        return _SAME
    if len(path) > 1 and path <= title:
        return _ALL_OF_IT
    return _ASKED if len(title) > 1 and title <= path | asked else 0


def _options_fit(field: DeskField, fact: Fact) -> bool:
    """Whether at least two of them, and half of all, are members of the fact."""
    meant = [one for one in meanings(field.options, fact.values).values() if one is not None]
    return len(set(meant)) > 1 and 2 * len(meant) >= len(field.options)


def _why(field: DeskField, fact: Fact) -> str:
    reasons = [("its name", _by_name(field, fact) > 0), ("its options", _options_fit(field, fact))]
    return " and ".join(reason for reason, holds in reasons if holds)


def unit_of(field: DeskField) -> str | None:
    """The unit in which it counts time, if its title says one."""
    found = [unit for unit in UNITS if _words(unit) <= _words(field.title)]
    return found[0] if len(found) == 1 else None


def _member(value: str, label: str, members: tuple[str, ...]) -> str | None:
    said = _words(label) | _words(value)
    fitting = {member: len(words) for member in members if (words := _words(member)) and words <= said}
    best = [member for member, length in fitting.items() if length == max(fitting.values())]
    return best[0] if len(best) == 1 else None


def _words(text: str) -> frozenset[str]:
    """Its words without the small ones; one and several are the same."""
    words = (word for word in _WORDS.findall(text.lower()) if _SMALL.fullmatch(word) is None)
    return frozenset(word.removesuffix("s") if len(word) >= _SHORTEST_PLURAL else word for word in words)
