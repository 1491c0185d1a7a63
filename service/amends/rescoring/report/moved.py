"""The sections that say what changed: from the money of before to that of now, the rules that did it, the cases."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from amends.domain.decision import ChangeKind
from amends.rescoring.changed_columns import CaseChange
from amends.rescoring.report.blocks import Block, Section, Steps, Table, Words
from amends.rescoring.report.moves import Moved, MoveKey, Moves
from amends.rescoring.report.tally import Tally
from amends.rescoring.report.words import Names, label, length, money, number, signed

_MOST_ROWS: Final = 40
_NUMBERS: Final = frozenset({1, 2})
LEFT_OUT: Final = (
    "The output has no row that stayed the same with nothing due, as one that was written with --only-changes: such "
    "rows, if there are any, are in no number of this page."
)
_CASES: Final = {
    CaseChange.CHANGED: "something else is to be done",
    CaseChange.NEW: "new: not there before",
    CaseChange.GONE: "gone: not among those decided now",
    CaseChange.SAME: "the same",
}


def candidate_of(tally: Tally, currency: str) -> int:
    """All money of now: to be given, and given before."""
    return sum(one.minor_units + one.given for key, one in tally.actions.items() if key.currency == currency)


def steps_of(moves: Moves, currency: str) -> list[tuple[str, int]]:
    """What leads from the money of before to that of now, by what it is."""
    steps: dict[str, int] = {}
    for key, move in moves.moves.items():
        if key.currency == currency and move.minor_units:
            name = _step(key)
            steps[name] = steps.get(name, 0) + move.minor_units
    return sorted(steps.items(), key=lambda one: (-one[1], one[0]))


def _step(key: MoveKey) -> str:
    match key.case_change:
        case CaseChange.NEW:
            return "cases that are new"
        case CaseChange.GONE:
            return "cases that are gone"
        case _:
            return f"{label(key.kind)} {_became(key.change)}"


def what_changed(tally: Tally, moves: Moves, names: Names) -> Section:
    """What changed since the earlier look."""
    return Section("changes", "What changed", tuple(_what_changed(tally, moves, names)))


def _what_changed(tally: Tally, moves: Moves, names: Names) -> Iterator[Block]:
    rows = [(words, number(moves.cases[change])) for change, words in _CASES.items()]
    if moves.left_out:
        rows[-1] = (_CASES[CaseChange.SAME], "not known")
    yield Table("Rows beside their earlier selves", ("what became of it", "rows"), rows, frozenset({1}))
    codes = sorted({key.currency for key in moves.moves if key.currency is not None})
    for currency in codes:
        yield from _waterfall(tally, moves, currency)
    if not codes:
        yield Words("No amount moved.")
    yield from _actions(moves)
    yield from _rules(moves, names)


def _waterfall(tally: Tally, moves: Moves, currency: str) -> Iterator[Block]:
    steps, now = steps_of(moves, currency), candidate_of(tally, currency)
    before = now - sum(by for _, by in steps)
    labels = ["before", *(name for name, _ in steps), "now"]
    said = [money(before, currency), *(signed(by, currency) for _, by in steps), money(now, currency)]
    yield Steps(
        f"waterfall-{currency.lower()}",
        f"From the money of before to that of now, {currency}",
        f"Money in {currency}: " + "; ".join(map(" ".join, zip(labels, said, strict=True))),
        currency,
        labels,
        [length(units, currency) for units in (before, *(by for _, by in steps), now)],
        said,
    )
    rows = list(zip(labels, said, strict=True))
    yield Table(f"From the money of before to that of now, {currency}", ("step", "money"), rows, frozenset({1}))


def _actions(moves: Moves) -> Iterator[Block]:
    found = sorted(moves.moves.items(), key=lambda one: (-one[1].count, tuple(part or "" for part in one[0])))
    rows = [
        (
            f"{label(key.kind)} {_became(key.change)}",
            _CASES[CaseChange(key.case_change)],
            number(move.count),
            "–" if key.currency is None else signed(move.minor_units, key.currency),
        )
        for key, move in found[:_MOST_ROWS]
    ]
    if rows:
        yield Table("Changes by action", ("change", "case", "how often", "money"), rows, frozenset({2, 3}))


def _rules(moves: Moves, names: Names) -> Iterator[Block]:
    """A table for each currency, as none is weighed against another; then what moves no money."""
    currencies = {currency for _, currency in moves.rules}
    for currency in sorted(currencies, key=lambda code: (code is None, code or "")):
        found = [(rule, move) for (rule, code), move in moves.rules.items() if code == currency]
        found.sort(key=lambda one: (-abs(one[1].minor_units), -one[1].count, one[0]))
        rows = [
            (names.rule(rule), number(move.count), "–" if currency is None else signed(move.minor_units, currency))
            for rule, move in found[:_MOST_ROWS]
        ]
        caption = f"The rules and limits that did it, {currency or 'without money'}"
        yield Table(
            f"{caption} (a change by two of them counts for both)", ("rule", "changes", "money"), rows, _NUMBERS
        )


def most_moved(moves: Moves, names: Names) -> Section:
    """The cases that moved most, and why."""
    if not moves.most:
        return Section("most-moved", "The cases that moved most", (Words("No case moved in money."),))
    tables = [_most_moved(currency, moves.most[currency], names) for currency in sorted(moves.most)]
    return Section("most-moved", "The cases that moved most", tables)


def _most_moved(currency: str, most: Sequence[Moved], names: Names) -> Table:
    rows = [
        (
            one.case_id,
            label(one.priority_class),
            signed(one.minor_units, currency),
            "; ".join(_told(change) for change in one.changes),
            _reasons(one, names),
        )
        for one in most
    ]
    header = ("case", "class", "moves by", "what changed", "by which rules")
    return Table(f"Cases by movement, {currency}", header, rows, frozenset({2}))


def _told(change: Mapping[str, Any]) -> str:
    kind = ChangeKind(change["change"])
    what = f"{label(change['kind'])}{': ' + change['what'] if change['what'] else ''} is {_became(kind.value)}"
    return f"{what}: {change['why']}"


def _became(change: str) -> str:
    return "to be withdrawn, as it was offered" if change == ChangeKind.WITHDRAW else change


def _reasons(moved: Moved, names: Names) -> str:
    rules = dict.fromkeys(rule for change in moved.changes for rule in change["rules"])
    return "; ".join(names.rule(rule) for rule in rules)


def fell_due(moves: Moves, names: Names) -> Section:
    """Promises whose time has come."""
    if not moves.fell_due:
        return Section("fell-due", "Promises that fell due", (Words("No earlier promise has fallen due."),))
    states = {"missed": "missed", "due": "due: nobody has said what became of it"}
    found: Sequence[tuple[tuple[str, str, str], int]] = sorted(
        moves.fell_due.items(), key=lambda one: (one[0][2] != "missed", -one[1], one[0])
    )
    rows = [
        (label(kind), names.team(owner), states.get(state, state), number(count))
        for (kind, owner, state), count in found
    ]
    caption = "Promises of before whose time has come"
    return Section(
        "fell-due",
        "Promises that fell due",
        (Table(caption, ("promise", "owner", "state", "how many"), rows, frozenset({3})),),
    )
