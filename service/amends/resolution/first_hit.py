"""First hit: of a table's rows only the first that holds applies, found by scanning in order, never by negation.

With an unknown row before it, that row and those unknown ones are undetermined; what comes after it is not matched.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from amends.domain.facts import Facts
from amends.packs.conditions import evaluate, unknown_paths
from amends.packs.model import Hit, Rule
from amends.resolution.matches import Matches, places


class FirstHitTable(NamedTuple):
    """The rows of one table: a bit each, and in row order the row's number by its place among the pack's rules."""

    bits: int
    numbers: Mapping[int, int]


MOST_REMEMBERED: Final = 1_024
"""Answers of a pack's rows for which it is remembered what they come to."""

Tables: TypeAlias = tuple[FirstHitTable, ...]


def first_hit_tables(rules: Sequence[Rule]) -> Tables:
    """The tables of which only one row may apply."""
    numbers: dict[str, dict[int, int]] = {}
    for place, rule in enumerate(rules):
        if rule.row is not None and rule.row.hit is Hit.FIRST:
            numbers.setdefault(rule.row.table, {})[place] = rule.row.number
    return tuple(
        FirstHitTable(sum(1 << place for place in rows), dict(sorted(rows.items(), key=lambda row: row[1])))
        for rows in numbers.values()
    )


class FirstHits:
    """The first-hit tables of one pack.

    What answers come to is remembered (bounded): they are the same for many cases, and nothing of a case is in them.
    """

    __slots__ = ("_known", "_rows", "_tables")

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows = sum(table.bits for table in tables)
        self._known: dict[tuple[int, int], tuple[int, int]] = {}

    def settle(self, matches: Matches) -> Matches:
        """The matches with the rows of tables settled. The witness keeps what the rows' own values were."""
        rows = self._rows
        if not rows:
            return matches
        true, may, witness = matches
        answers = true & rows, may & rows
        settled = self._known.get(answers)
        if settled is None:
            settled = _settled(*answers, self._tables)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[answers] = settled
        if settled == answers:
            return matches
        kept = None if witness is None else (true, may, witness)
        return Matches(true & ~rows | settled[0], may & ~rows | settled[1], kept)


def _settled(true: int, may: int, tables: Tables) -> tuple[int, int]:
    """Of the rows that hold, and of those that may, the ones that are left."""
    for table in tables:
        waiting = hit = False
        # Rows that are false change nothing, and in a large table nearly all are.
        for place in sorted(places(may & table.bits), key=table.numbers.__getitem__):
            bit = 1 << place
            if hit:
                true, may = true & ~bit, may & ~bit
            elif not true & bit:
                waiting = True
            else:
                hit = True
                if waiting:
                    true ^= bit
    return true, may


def missing_of(rule: Rule, rules: Sequence[Rule], facts: Facts) -> frozenset[str]:
    """The facts an undetermined rule waits for: those of its own condition, or of the unknown rows before it."""
    own = unknown_paths(rule.when, facts)
    if rule.row is None or rule.row.hit is not Hit.FIRST or evaluate(rule.when, facts) is None:
        return own
    row = rule.row
    before = [
        other
        for other in rules
        if other.row is not None and other.row.table == row.table and other.row.number < row.number
    ]
    return own.union(*(unknown_paths(other.when, facts) for other in before))
