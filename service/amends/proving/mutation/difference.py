"""Where two packs that differ in one place could decide otherwise: on which facts, and whether there are any at all.

Sound, not complete: what is not seen to be the same counts as different. Where only what one rule, one table or one
derived fact asks was changed, all combinations of its facts' elementary values, missing ones included, stand for every
situation. What `within` asks, of two facts, has no such values.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final, Self

from amends.domain.action_kinds import ActionKind
from amends.domain.facts import Facts, Value, Vocabulary
from amends.packs.conditions import ALWAYS, Atom, Condition, Within, atoms, evaluate, unknown_paths
from amends.packs.elementary import elementary_values
from amends.packs.model import Derive, Forbid, Hit, Pack, Rule
from amends.resolution.requests import requests_tested

MOST_CELLS: Final = 8_000


@dataclass(frozen=True, slots=True)
class Difference:
    """`tells` says whether facts (derived ones too) could be decided otherwise; it looks at what `asked` looks at."""

    asked: tuple[Condition, ...]
    tells: Callable[[Facts], bool]


def difference(pack: Pack, mutant: Pack) -> Difference | None:
    """Of two packs; None where it could show anywhere."""
    asked_for = _Asked.by(pack, mutant)
    if asked_for.only(pack) == asked_for.only(mutant):
        return Difference((), lambda _: False)
    if replace(pack, rules=(), digest="") == replace(mutant, rules=(), digest=""):
        return _of_rules(pack, mutant)
    if replace(pack, derives=(), digest="") == replace(mutant, derives=(), digest=""):
        return _of_derives(pack, mutant)
    if _without_what_is_by_kind(pack) == _without_what_is_by_kind(mutant):
        return _of_kinds(pack, _kinds(pack, mutant), _calendars(pack, mutant))
    return None


def shows_nowhere(found: Difference, vocabulary: Vocabulary) -> bool:
    """Whether no facts at all tell the two packs apart; False where they are too many to look."""
    cells = _cells([atom for condition in found.asked for atom in atoms(condition)], vocabulary)
    return cells is not None and not any(found.tells(facts) for facts in cells)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the rules of two packs ask for: to forbid or to hold what is never asked for says nothing."""

    kinds: frozenset[ActionKind]
    goodwill: frozenset[str]

    @classmethod
    def by(cls, *packs: Pack) -> Self:
        proposals = [proposal for pack in packs for rule in pack.rules for proposal in rule.then]
        goodwill = (dict(one.parameters)["kind"] for one in proposals if one.kind is ActionKind.GOODWILL)
        return cls(frozenset(one.kind for one in proposals), frozenset(str(kind) for kind in goodwill))

    def only(self, pack: Pack) -> Pack:
        """The pack without what it says of anything else."""
        requires = tuple(
            replace(one, one_of=tuple(kind for kind in one.one_of if kind in self.kinds)) for one in pack.requires
        )
        return replace(pack, rules=tuple(map(self._of_rule, pack.rules)), requires=requires, digest="")

    def _of_rule(self, rule: Rule) -> Rule:
        forbids = tuple(kept for one in rule.forbids if (kept := self._of_forbid(one)) is not None)
        hold = rule.hold and replace(rule.hold, kinds=tuple(kind for kind in rule.hold.kinds if kind in self.kinds))
        return replace(rule, forbids=forbids, hold=hold)

    def _of_forbid(self, forbid: Forbid) -> Forbid | None:
        if forbid.kind not in self.kinds:
            return None
        named = tuple(kind for kind in forbid.goodwill_kinds if kind in self.goodwill)
        return replace(forbid, goodwill_kinds=named) if named or not forbid.goodwill_kinds else None


def _of_rules(pack: Pack, mutant: Pack) -> Difference:
    before, after = {rule.rule_id: rule for rule in pack.rules}, {rule.rule_id: rule for rule in mutant.rules}
    changed = [ident for ident in dict.fromkeys((*before, *after)) if before.get(ident) != after.get(ident)]
    found = [one for ident in changed for one in (before.get(ident), after.get(ident)) if one is not None]
    tables = {rule.row.table for rule in found if rule.row is not None and rule.row.hit is Hit.FIRST}
    alone = [
        _of_rule(before.get(ident), after.get(ident))
        for ident in changed
        if not any(rule.rule_id == ident and _is_of(rule, tables) for rule in found)
    ]
    return _any_of([*alone, *(_of_rows(_rows(pack, table), _rows(mutant, table)) for table in sorted(tables))])


def _any_of(parts: Sequence[Difference]) -> Difference:
    asked = tuple(condition for part in parts for condition in part.asked)
    return Difference(asked, lambda facts: any(part.tells(facts) for part in parts))


def _of_rule(before: Rule | None, after: Rule | None) -> Difference:
    asked = tuple(rule.when for rule in (before, after) if rule is not None)
    if before is not None and after is not None and _content(before) == _content(after):
        old, new = asked
        return Difference(asked, lambda facts: _answer(old, facts) != _answer(new, facts))
    return Difference(asked, lambda facts: any(evaluate(condition, facts) is not False for condition in asked))


def _content(rule: Rule) -> Hashable:
    """All that a rule is where it holds: not what it asks, but for the requests that it thereby answers."""
    return replace(rule, when=ALWAYS), requests_tested(rule)


def _is_of(rule: Rule, tables: set[str]) -> bool:
    return rule.row is not None and rule.row.table in tables


def _rows(pack: Pack, table: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in pack.rules if rule.row is not None and rule.row.table == table)


def _of_rows(before: Sequence[Rule], after: Sequence[Rule]) -> Difference:
    """Of a table of which the first row that holds applies: which one that is, and which may be it."""
    old, new = ([(row.when, _content(row)) for row in rows] for rows in (before, after))
    asked = tuple(row.when for row in (*before, *after))
    return Difference(asked, lambda facts: _rows_hit(old, facts) != _rows_hit(new, facts))


def _of_derives(pack: Pack, mutant: Pack) -> Difference:
    old, new = ({derive.path: derive for derive in one.derives} for one in (pack, mutant))
    changed = [path for path in old.keys() | new.keys() if old.get(path) != new.get(path)]
    return _any_of([_of_derive(old.get(path), new.get(path)) for path in sorted(changed)])


def _of_derive(before: Derive | None, after: Derive | None) -> Difference:
    asked = tuple(case.when for one in (before, after) if one is not None for case in one.cases)
    return Difference(asked, lambda facts: _value(before, facts) != _value(after, facts))


def _value(derive: Derive | None, facts: Facts) -> Hashable:
    """The value of a derived fact; where it is left unknown, what it waits for."""
    unknown: frozenset[str] = frozenset()
    for case in () if derive is None else derive.cases:
        truth = evaluate(case.when, facts)
        if truth is None:
            unknown |= unknown_paths(case.when, facts) | {""}
        elif truth and (not unknown or (derive is not None and derive.hit is Hit.UNIQUE)):
            return (case.value,)
        elif truth:
            break
    return unknown


def _without_what_is_by_kind(pack: Pack) -> Pack:
    return replace(pack, limits=(), authority=(), combine={}, calendars={}, digest="")


def _kinds(pack: Pack, mutant: Pack) -> set[ActionKind]:
    """The kinds of which a limit, a band or a combination differs."""
    limits = {*pack.limits} ^ {*mutant.limits}
    bands = [
        {(role.role, kind, band) for role in one.authority for kind, band in role.bands.items()}
        for one in (pack, mutant)
    ]
    combined = {*pack.combine.items()} ^ {*mutant.combine.items()}
    return {
        *(kind for limit in limits for kind in limit.of),
        *(kind for _, kind, _ in bands[0] ^ bands[1]),
        *(kind for kind, _ in combined),
    }


def _calendars(pack: Pack, mutant: Pack) -> set[str]:
    return {
        ident
        for ident in pack.calendars.keys() | mutant.calendars.keys()
        if pack.calendars.get(ident) != mutant.calendars.get(ident)
    }


def _of_kinds(pack: Pack, kinds: set[ActionKind], calendars: set[str]) -> Difference:
    """Shows only where a rule asks for one of the kinds, or for something by one of the calendars."""
    asked = tuple(
        rule.when
        for rule in pack.rules
        if any(
            one.kind in kinds or any(value in calendars for _, value in one.parameters if isinstance(value, str))
            for one in rule.then
        )
    )
    return Difference(asked, lambda facts: any(evaluate(condition, facts) is not False for condition in asked))


def _rows_hit(rows: Sequence[tuple[Condition, Hashable]], facts: Facts) -> list[Hashable]:
    """Of a table's rows the one that applies, or those that may be it, and what each of them waits for."""
    found: list[Hashable] = []
    before: frozenset[str] = frozenset()
    for condition, content in rows:
        truth = evaluate(condition, facts)
        waits = unknown_paths(condition, facts)
        if truth is not False:
            found.append((content, before if truth else waits))
        if truth:
            break
        before |= waits
    return found


def _answer(condition: Condition, facts: Facts) -> Hashable:
    return evaluate(condition, facts), unknown_paths(condition, facts)


def _cells(asked: Sequence[Atom], vocabulary: Vocabulary) -> Iterator[Facts] | None:
    """All combinations of what is asked; None where they are too many, or not to be told."""
    if any(isinstance(atom, Within) for atom in asked):
        return None
    columns: dict[str, tuple[Value | None, ...]] = {}
    for path in dict.fromkeys(atom.path for atom in asked):
        values = elementary_values(vocabulary.specs[path], [atom for atom in asked if atom.path == path])
        if values is None:
            return None
        columns[path] = (None, *values)
    if prod(map(len, columns.values())) > MOST_CELLS:
        return None
    return (
        {path: value for path, value in zip(columns, chosen, strict=True) if value is not None}
        for chosen in product(*columns.values())
    )
