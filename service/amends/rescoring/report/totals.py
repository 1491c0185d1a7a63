"""The sections that say what rows come to: outcomes, money by action, tier, fault and stage, rules, missing facts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from amends.domain.action_kinds import MONEY_KINDS
from amends.rescoring.report.blocks import Bars, Block, Section, Table, Words
from amends.rescoring.report.tally import TOLD_BY, ActionCount, ActionKey, Tally
from amends.rescoring.report.words import Names, label, length, money, number, share

_MOST_BARS: Final = 12
_MOST_ROWS: Final = 40
_TITLES: Final = {"loyalty_tier": "tier", "fault": "fault", "stage": "stage"}
_KINDS: Final = tuple(kind.value for kind in MONEY_KINDS)


def currencies(tally: Tally) -> tuple[str, ...]:
    """The currencies in which there is money, the one of most actions first."""
    counts: Counter[str] = Counter()
    for key, found in tally.actions.items():
        if key.currency is not None:
            counts[key.currency] += found.count
    return tuple(sorted(counts, key=lambda code: (-counts[code], code)))


def outcomes(tally: Tally) -> Section:
    """What decisions come to."""
    found = sorted(tally.outcomes.items(), key=lambda one: (-one[1], one[0]))
    said = [f"{number(count)} ({share(count, tally.rows)})" for _, count in found]
    labels = [label(outcome) for outcome, _ in found]
    alt = "Decisions by outcome: " + "; ".join(f"{name} {words}" for name, words in zip(labels, said, strict=True))
    values = [(float(count),) for _, count in found]
    rows = [(name, number(count), share(count, tally.rows)) for name, (_, count) in zip(labels, found, strict=True)]
    return Section(
        "outcomes",
        "What the decisions come to",
        (
            Bars("outcomes", "Decisions by outcome", alt, "decisions", labels, ("decisions",), values, said),
            Table("Decisions by outcome", ("outcome", "decisions", "share"), rows, frozenset({1, 2})),
        ),
    )


def actions(tally: Tally) -> Section:
    """What is to be done, and what it costs."""
    found = sorted(tally.actions.items(), key=lambda one: (-one[1].minor_units, -one[1].count, _sorted(one[0])))
    paid = [one for one in found if one[0].currency is not None]
    rest = sorted((one for one in found if one[0].currency is None), key=lambda one: (-one[1].count, _sorted(one[0])))
    return Section("actions", "Actions and their money", tuple(_actions(paid, rest, tally)))


def _sorted(key: ActionKey) -> tuple[str, ...]:
    return tuple(part or "" for part in key)


_Counted = Sequence[tuple[ActionKey, ActionCount]]


def _actions(paid: _Counted, rest: _Counted, tally: Tally) -> Iterator[Block]:
    for currency in currencies(tally):
        yield from _paid([one for one in paid if one[0].currency == currency], currency)
    if not paid:
        yield Words("No action gives money.")
    rows = [(_action(key), number(count.count), number(count.now)) for key, count in rest[:_MOST_ROWS]]
    header = ("action", "how often", "may be granted now")
    yield Table("Actions without an amount", header, rows, frozenset({1, 2}))
    yield from _left_out(len(rest))


def _paid(paid: _Counted, currency: str) -> Iterator[Block]:
    labels = [_action(key) for key, _ in paid]
    said = [money(count.minor_units, currency) for _, count in paid]
    yield Bars(
        f"money-by-action-{currency.lower()}",
        f"Money by action, {currency}",
        f"Money by action in {currency}: " + "; ".join(map(" ".join, zip(labels, said, strict=True))),
        currency,
        labels[:_MOST_BARS],
        ("money",),
        [(length(count.minor_units, currency),) for _, count in paid[:_MOST_BARS]],
        said[:_MOST_BARS],
    )
    rows = [
        (
            name,
            number(count.count),
            total,
            number(count.now),
            money(count.unsettled, currency),
            money(count.on_hold, currency),
        )
        for name, total, (_, count) in zip(labels, said, paid, strict=True)
    ]
    header = ("action", "how often", "to be given", "may be granted now", "of it unsettled", "of it on hold")
    yield Table(f"Money by action, {currency}", header, rows, frozenset(range(1, 6)))


def _action(key: ActionKey) -> str:
    return label(key.kind) if key.what is None else f"{label(key.kind)}: {key.what}"


def by_columns(tally: Tally) -> Section:
    """Money and decisions by tier, fault and stage."""
    blocks = [block for name in TOLD_BY for block in _by(tally, name)]
    return Section("by-tier-fault-stage", "Money by tier, fault and stage", tuple(blocks))


def _by(tally: Tally, name: str) -> Iterator[Block]:
    title, rows = _TITLES[name], tally.rows_by[name]
    values = sorted(rows, key=lambda value: (-rows[value], value or ""))
    if values == [None]:
        yield Words(f"No row says of what {title} it is.")
    for currency in currencies(tally) if values != [None] else ():
        yield from _by_currency(tally, name, values, currency)
    if not currencies(tally):
        told = [(label(value), number(rows[value])) for value in values]
        yield Table(f"Decisions by {title}", (title, "decisions"), told, frozenset({1}))


def _by_currency(tally: Tally, name: str, values: Sequence[str | None], currency: str) -> Iterator[Block]:
    title, units = _TITLES[name], tally.money_by[name]
    kinds = [kind for kind in _KINDS if any(units[value, kind, currency] for value in values)]
    parts = {value: [units[value, kind, currency] for kind in kinds] for value in values}
    labels = [label(value) for value in values]
    said = [money(sum(parts[value]), currency) for value in values]
    yield Bars(
        f"money-by-{title}-{currency.lower()}",
        f"Money by {title}, {currency}",
        f"Money by {title} in {currency}: " + "; ".join(map(" ".join, zip(labels, said, strict=True))),
        currency,
        labels[:_MOST_BARS],
        [label(kind) for kind in kinds],
        [[length(one, currency) for one in parts[value]] for value in values[:_MOST_BARS]],
        said[:_MOST_BARS],
    )
    rows = [
        (name_, number(tally.rows_by[name][value]), *(money(one, currency) for one in parts[value]), total)
        for name_, value, total in zip(labels, values, said, strict=True)
    ]
    header = (title, "decisions", *(label(kind) for kind in kinds), "together")
    yield Table(f"Money by {title}, {currency}", header, rows, frozenset(range(1, len(header))))


def rules(tally: Tally, names: Names) -> Section:
    """The rules that apply most often."""
    found = sorted(tally.rules.items(), key=lambda one: (-one[1], one[0]))
    top = found[:_MOST_BARS]
    said = [number(count) for _, count in top]
    alt = "How often rules apply: " + "; ".join(f"{rule} {count}" for (rule, _), count in zip(top, said, strict=True))
    rows = [(names.rule(rule), number(count), share(count, tally.rows)) for rule, count in found[:_MOST_ROWS]]
    values = [(float(count),) for _, count in top]
    labels = [rule for rule, _ in top]
    return Section(
        "rules",
        "The rules that apply most often",
        (
            Bars("rules", "Rules by decisions", alt, "decisions", labels, ("decisions",), values, said),
            Table("Rules by decisions", ("rule", "decisions", "share"), rows, frozenset({1, 2})),
            *_left_out(len(found)),
        ),
    )


def missing_facts(tally: Tally, names: Names) -> Section:
    """Which facts to ask for."""
    ranked = ranked_facts(tally.needed)
    if not ranked:
        return Section("facts", "Facts to ask for", (Words("No decision lacks a fact."),))
    top = ranked[:_MOST_BARS]
    said = [f"{number(fact.settled)} of {number(fact.waiting)}" for fact in top]
    alt = "Decisions settled by each fact, and those that wait for it: " + "; ".join(
        f"{fact.path} {words}" for fact, words in zip(top, said, strict=True)
    )
    lacking = sum(tally.needed.values())
    rows = [
        (
            names.questions.get(fact.path, fact.path),
            fact.path,
            number(fact.settled),
            f"{number(fact.together)} ({share(fact.together, lacking)})",
            number(fact.waiting),
            number(fact.first),
        )
        for fact in ranked
    ]
    header = ("question", "fact", "settles alone", "settles with those above", "wait for it", "ask it first")
    values = [(float(fact.settled), float(fact.waiting - fact.settled)) for fact in top]
    return Section(
        "facts",
        "Facts to ask for",
        (
            Words(
                f"{number(lacking)} decisions could still change by a fact that nobody has said. A fact settles a "
                "decision alone where it is the only one that lacks; with those above where all that lack stand in "
                "the list so far."
            ),
            Bars(
                "facts",
                "Missing facts by decisions",
                alt,
                "decisions",
                [fact.path for fact in top],
                ("settled by it alone", "wait for it and others"),
                values,
                said,
            ),
            Table("Missing facts by the decisions that they settle", header, rows, frozenset({2, 3, 4, 5})),
        ),
    )


class _Fact:
    """A missing fact: how many decisions it settles alone, and with those above it; how many wait for it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.settled = self.together = self.waiting = self.first = 0


def ranked_facts(needed: Counter[tuple[str, ...]]) -> list[_Fact]:
    """Each next fact is the one that settles most with those before it; then the one for which most wait."""
    facts: dict[str, _Fact] = {}
    for paths, count in needed.items():
        for path in paths:
            facts.setdefault(path, _Fact(path)).waiting += count
        facts[paths[0]].first += count
        if len(paths) == 1:
            facts[paths[0]].settled += count
    left = {frozenset(paths): 0 for paths in needed}
    for paths, count in needed.items():
        left[frozenset(paths)] += count
    ranked: list[_Fact] = []
    known: set[str] = set()
    together = 0
    while facts:
        gains: Counter[str] = Counter()
        for lacking, count in left.items():
            if len(lacking) == 1:
                gains[next(iter(lacking))] += count
        best = min(facts.values(), key=lambda one: (-gains[one.path], -one.waiting, one.path))
        known.add(best.path)
        together += gains[best.path]
        remaining: Counter[frozenset[str]] = Counter()
        for lacking, count in left.items():
            remaining[lacking - known] += count
        remaining.pop(frozenset(), None)
        left = dict(remaining)
        best.together = together
        ranked.append(facts.pop(best.path))
    return ranked


def _left_out(count: int) -> Iterator[Block]:
    if count > _MOST_ROWS:
        yield Words(f"{number(count - _MOST_ROWS)} more are not shown.")
