"""Derive: facts computed from others, stratum by stratum, before any rule is matched. The caller's value wins.

First hit by scanning in order: an unknown case before the first that holds leaves the fact unknown; what it lacks then
are the facts of those cases.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from amends.domain.facts import Facts, Value
from amends.packs.conditions import Condition, evaluate, paths, unknown_paths
from amends.packs.model import Case, Derive, Hit, Pack
from amends.resolution.matches import Matches

MOST_REMEMBERED: Final = 1_024
"""Answers of a stratum for which it is remembered what they come to."""

Stratum: TypeAlias = tuple[Derive, ...]
"""Derived facts that read none of each other, only the caller's and those of earlier strata."""


def strata(derives: Sequence[Derive]) -> tuple[Stratum, ...]:
    """The derived facts (in topological order) by depth: each as early as what it reads allows."""
    depth: dict[str, int] = {}
    layers: list[list[Derive]] = []
    for derive in derives:
        read = {path for case in derive.cases for path in paths(case.when)}
        place = max((depth[path] + 1 for path in read if path in depth), default=0)
        depth[derive.path] = place
        if place == len(layers):
            layers.append([])
        layers[place].append(derive)
    return tuple(tuple(layer) for layer in layers)


def questions(stratum: Stratum) -> tuple[Condition, ...]:
    """What an engine is asked for a stratum: the cases of its derives, one after the other."""
    return tuple(case.when for derive in stratum for case in derive.cases)


class Deriver:
    """Derives the facts of one stratum.

    What answers come to is remembered (bounded): they are the same for many cases, and nothing of a case is in them.
    """

    __slots__ = ("_paths", "_stratum", "_told")

    def __init__(self, stratum: Stratum) -> None:
        self._stratum = stratum
        self._paths = frozenset(derive.path for derive in stratum)
        self._told: dict[tuple[int, int], dict[str, Value]] = {}

    def leaves_open(self, facts: Facts) -> bool:
        """Whether the caller left any of the facts unset."""
        return not self._paths <= facts.keys()

    def derive(self, matches: Matches, facts: Facts) -> Facts:
        """The facts, with those that the caller left unset and that can be told; `matches` answers the questions."""
        true, may = matches.true, matches.may
        told = self._told.get((true, may))
        if told is None:
            told = dict(self._tell(matches))
            if len(self._told) >= MOST_REMEMBERED:
                self._told.clear()
            self._told[(true, may)] = told
        return {**told, **facts} if told else facts

    def _tell(self, matches: Matches) -> Iterator[tuple[str, Value]]:
        first = 0
        for derive in self._stratum:
            case = _deciding(derive, matches, first)
            if case is not None:
                yield derive.path, case.value
            first += len(derive.cases)


def _deciding(derive: Derive, matches: Matches, first: int) -> Case | None:
    mask = (1 << len(derive.cases)) - 1
    true, may = matches.true >> first & mask, matches.may >> first & mask
    # A case of a unique table that holds leaves no room for another, known or not.
    lowest = (true if derive.hit is Hit.UNIQUE else may) & -(true if derive.hit is Hit.UNIQUE else may)
    return derive.cases[lowest.bit_length() - 1] if lowest & true else None


class Sources:
    """What to ask for where a fact is missing: itself, or for a derived fact those that its cases wait for.

    Of one case: what a derived fact waits for is found once, however many rules wait for it.
    """

    __slots__ = ("_derives", "_facts", "_waits")

    def __init__(self, pack: Pack, facts: Facts) -> None:
        self._derives = {derive.path: derive for derive in pack.derives}
        self._facts = facts
        self._waits: dict[str, tuple[str, ...]] = {}

    def of(self, missing: Sequence[str]) -> tuple[str, ...]:
        """The missing facts, derived ones replaced by their sources; in the order given, each once."""
        if not self._derives or not missing:
            return tuple(missing)
        sources: dict[str, None] = {}
        seen: set[str] = set()
        # Each fact is looked at once, however many ways lead to it, and however long the way is.
        ahead = list(reversed(missing))
        while ahead:
            path = ahead.pop()
            if path in seen:
                continue
            seen.add(path)
            waiting = self._waits.get(path)
            if waiting is None:
                waiting = self._waits[path] = self._waiting(path)
            if waiting:
                ahead += reversed(waiting)
            else:
                # Nothing that could be asked for decides it: a table without a row for these facts, or two currencies.
                sources[path] = None
        return tuple(sources)

    def _waiting(self, path: str) -> tuple[str, ...]:
        """What a derived fact's own cases wait for; nothing for a fact that is not derived."""
        derive, facts = self._derives.get(path), self._facts
        waiting: dict[str, None] = {}
        for case in () if derive is None else derive.cases:
            truth = evaluate(case.when, facts)
            if truth is None:
                waiting |= dict.fromkeys(sorted(unknown_paths(case.when, facts)))
            elif truth and derive is not None and derive.hit is Hit.FIRST:
                break
        return tuple(waiting)
