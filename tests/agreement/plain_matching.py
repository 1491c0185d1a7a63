"""Which facts are derived and which rules apply, in the naive resolver: every condition evaluated, rows scanned."""

from collections.abc import Mapping
from dataclasses import dataclass

from amends.domain.facts import Facts, Value
from amends.packs.conditions import Truth, evaluate, unknown_paths
from amends.packs.model import Derive, Hit, Pack, Rule


@dataclass(frozen=True, slots=True)
class Matched:
    """The rules that apply and those that are undetermined, in deciding order, and the facts the latter wait for."""

    applied: list[Rule]
    undetermined: list[Rule]
    missing: Mapping[str, frozenset[str]]


def derive(pack: Pack, facts: Facts) -> tuple[Facts, dict[str, frozenset[str]]]:
    """The facts with the derived ones; for each that stays missing, the facts to ask for in its place.

    What the caller said wins. A derived fact whose deciding case is open is missing, and so are its sources.
    """
    known, waits = dict(facts), dict[str, frozenset[str]]()
    for written in pack.derives:
        if written.path in known:
            continue
        value, lacks = _derived(written, known)
        if value is not None:
            known[written.path] = value
            continue
        sources = {source for path in lacks for source in waits.get(path, frozenset((path,)))}
        waits[written.path] = frozenset(sources) or frozenset((written.path,))
    return known, waits


def _derived(written: Derive, facts: Facts) -> tuple[Value | None, set[str]]:
    """First hit: the first case that holds, if none before it is open. Unique: the case that holds."""
    lacks = set[str]()
    open_before = False
    for case in written.cases:
        truth = evaluate(case.when, facts)
        if truth is None:
            open_before = True
            lacks |= unknown_paths(case.when, facts)
        elif truth:
            if written.hit is Hit.UNIQUE or not open_before:
                return case.value, set()
            return None, lacks
    return None, lacks


def match(pack: Pack, facts: Facts, waits: Mapping[str, frozenset[str]]) -> Matched:
    """A rule is applied, undetermined or not matched; of a table hit first, only what its first hit leaves."""
    truths: dict[str, Truth] = {rule.rule_id: evaluate(rule.when, facts) for rule in pack.rules}
    lacks = {rule.rule_id: unknown_paths(rule.when, facts) for rule in pack.rules}
    for rows in _first_hit_tables(pack):
        _hit_first(rows, truths, lacks)
    return Matched(
        applied=[rule for rule in pack.rules if truths[rule.rule_id] is True],
        undetermined=[rule for rule in pack.rules if truths[rule.rule_id] is None],
        missing={
            rule_id: frozenset(source for path in paths for source in waits.get(path, frozenset((path,))))
            for rule_id, paths in lacks.items()
        },
    )


def _first_hit_tables(pack: Pack) -> list[list[Rule]]:
    tables: dict[str, list[tuple[int, Rule]]] = {}
    for rule in pack.rules:
        if rule.row is not None and rule.row.hit is Hit.FIRST:
            tables.setdefault(rule.row.table, []).append((rule.row.number, rule))
    return [[rule for _, rule in sorted(rows, key=lambda row: row[0])] for rows in tables.values()]


def _hit_first(rows: list[Rule], truths: dict[str, Truth], lacks: dict[str, frozenset[str]]) -> None:
    """Let F be the first row that holds: open with the open rows before it; no row after it matches."""
    first = next((place for place, row in enumerate(rows) if truths[row.rule_id] is True), None)
    if first is None:
        return
    open_before = [row for row in rows[:first] if truths[row.rule_id] is None]
    if open_before:
        truths[rows[first].rule_id] = None
        lacks[rows[first].rule_id] = frozenset().union(*(lacks[row.rule_id] for row in open_before))
    for row in rows[first + 1 :]:
        truths[row.rule_id] = False
