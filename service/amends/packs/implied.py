"""What follows from conditions that all hold: whether they can hold at once, and whether another then holds too.

Judged fact by fact over its elementary values, which is exact for one fact. Not seen is what only two facts together
rule out: dates bound by `within`, and what a derived fact can never be.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from amends.domain.facts import Value, Vocabulary
from amends.packs.conditions import Atom, Present, Within, atom_paths, evaluate_atom
from amends.packs.elementary import elementary_values
from amends.packs.normal_form import Conjunct, denied

_Item = TypeVar("_Item", bound=Hashable)


class _Numbers(Generic[_Item]):
    """Things and their numbers, in the order met: numbers are compared faster than what they stand for."""

    __slots__ = ("_items", "_numbers")

    def __init__(self) -> None:
        self._numbers: dict[_Item, int] = {}
        self._items: list[_Item] = []

    def number(self, item: _Item) -> int:
        if item not in self._numbers:
            self._numbers[item] = len(self._items)
            self._items.append(item)
        return self._numbers[item]

    def item(self, number: int) -> _Item:
        return self._items[number]


class Alternative(NamedTuple):
    """A conjunct made ready to be compared: what is asked of each fact, and each single condition, by number."""

    given: Mapping[str, int]
    asked: tuple[tuple[str, int], ...]


class Implications:
    """Judges conjuncts under one vocabulary. It remembers what it judged: packs ask the same again and again."""

    __slots__ = ("_atoms", "_contrary", "_follows", "_groups", "_vocabulary")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._contrary: dict[frozenset[Atom], bool] = {}
        self._groups = _Numbers[frozenset[Atom]]()
        self._atoms = _Numbers[Atom]()
        self._follows: dict[tuple[int, int], bool] = {}

    def contradiction(self, conjunct: Conjunct) -> tuple[Atom, ...]:
        """The conditions on one fact that can never hold at once, in the order written; none where there are none."""
        for path in dict.fromkeys(path for atom in conjunct for path in atom_paths(atom)):
            asked = tuple(atom for atom in conjunct if path in atom_paths(atom))
            key = frozenset(asked)
            if key not in self._contrary:
                self._contrary[key] = self._excludes(path, asked)
            if self._contrary[key]:
                return asked
        return ()

    def alternative(self, conjunct: Conjunct) -> Alternative:
        """The conjunct, ready to be compared with others."""
        groups: dict[str, list[Atom]] = {}
        for atom in conjunct:
            for path in atom_paths(atom):
                groups.setdefault(path, []).append(atom)
        return Alternative(
            {path: self._groups.number(frozenset(group)) for path, group in groups.items()},
            tuple((atom.path, self._atoms.number(atom)) for atom in conjunct),
        )

    def implies(self, given: Alternative, asked: Alternative) -> bool:
        """Whether everything asked holds wherever everything given does. Sound, not complete: a yes is certain."""
        for path, atom in asked.asked:
            group = given.given.get(path)
            if group is None:
                return False
            follows = self._follows.get((group, atom))
            if follows is None:
                follows = self._follows[group, atom] = self._judge(group, atom)
            if not follows:
                return False
        return True

    def _judge(self, group: int, atom: int) -> bool:
        given, asked = self._groups.item(group), self._atoms.item(atom)
        return asked in given or self._is_implied(given, asked)

    def _is_implied(self, given: frozenset[Atom], asked: Atom) -> bool:
        known = any(not (isinstance(atom, Present) and not atom.expected) for atom in given)
        match asked:
            case Present(_, expected):
                return expected and known
            case Within(path, of, span, ahead, negated):
                return not negated and any(
                    isinstance(atom, Within)
                    and (atom.path, atom.of, atom.ahead, atom.negated) == (path, of, ahead, False)
                    and atom.span <= span
                    for atom in given
                )
            case _:
                values = self._admitted(asked.path, given, beside=(asked,))
                return known and values is not None and all(evaluate_atom(asked, {asked.path: one}) for one in values)

    def _excludes(self, path: str, asked: tuple[Atom, ...]) -> bool:
        absent = any(isinstance(atom, Present) and not atom.expected for atom in asked)
        if absent:
            return not all(isinstance(atom, Present) and not atom.expected for atom in asked)
        if any(denied(atom) in asked for atom in asked):
            return True
        values = self._admitted(path, asked)
        return values is not None and not values

    def _admitted(self, path: str, asked: Iterable[Atom], *, beside: tuple[Atom, ...] = ()) -> list[Value] | None:
        """The elementary values on which all that is asked of this fact alone holds; None where nobody can tell."""
        alone = [atom for atom in asked if not isinstance(atom, Within)]
        values = elementary_values(self._vocabulary.specs[path], (*alone, *beside))
        if values is None:
            return None
        return [value for value in values if all(evaluate_atom(atom, {path: value}) for atom in alone)]
