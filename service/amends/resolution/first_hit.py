"""First hit: of a table's rows only the first that holds applies, found by scanning in order, never by negation.

With an unknown row before it, that row and those unknown ones are undetermined; what comes after it is not matched.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from amends.domain.facts import Facts
from amends.packs.conditions import evaluate, unknown_paths
from amends.packs.model import Hit, Rule
from amends.resolution.matches import Matches, places


class FirstHitTable(NamedTuple):
    """The rows of one table: a bit each, and in row order the row's number by its place among the pack's rules."""

    bits: int
    numbers: Mapping[int, int]


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


def first_hits(matches: Matches, tables: Tables) -> Matches:
    """The matches with the rows of tables settled. The witness keeps what the rows' own values were."""
    true, may = matches.true, matches.may
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
    if matches.witness is None or (true, may) == (matches.true, matches.may):
        return Matches(true, may, matches.witness)
    return Matches(true, may, (matches.true, matches.may, matches.witness))


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
