"""First hit: of a table's rows only the first that holds applies, found by scanning in order, never by negation.

With an unknown row before it, that row and those unknown ones are undetermined; what comes after it is not matched.
"""

from collections.abc import Sequence
from typing import TypeAlias

from amends.domain.facts import Facts
from amends.packs.conditions import evaluate, unknown_paths
from amends.packs.model import Hit, Rule
from amends.resolution.matches import Matches

Tables: TypeAlias = tuple[tuple[int, ...], ...]
"""For each table that is hit first, the places of its rows among the pack's rules, in row order."""


def first_hit_tables(rules: Sequence[Rule]) -> Tables:
    """The tables of which only one row may apply."""
    places: dict[str, list[tuple[int, int]]] = {}
    for place, rule in enumerate(rules):
        if rule.row is not None and rule.row.hit is Hit.FIRST:
            places.setdefault(rule.row.table, []).append((rule.row.number, place))
    return tuple(tuple(place for _, place in sorted(rows)) for rows in places.values())


def first_hits(matches: Matches, tables: Tables) -> Matches:
    """The matches with the rows of tables settled. The witness keeps what the rows' own values were."""
    true, may = matches.true, matches.may
    for rows in tables:
        waiting = hit = False
        for place in rows:
            bit = 1 << place
            if hit:
                true, may = true & ~bit, may & ~bit
            elif true & bit:
                hit = True
                if waiting:
                    true &= ~bit
            else:
                waiting = waiting or bool(may & bit)
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
