"""How the actions of a row differ from those of its earlier self, as a decision differs from the one it supersedes.

Actions are the same that stand at one place: kind and what the pack of now combines proposals of the kind by; of kinds
of which all stand, everything that an output tells. Compared is what is due in all, given before and still to be given
together. What was offered to the customer and is not asked for any more has to be withdrawn.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from amends.domain.action_kinds import KINDS, ActionKind, Combine, KindSpec
from amends.domain.decision import ChangeKind
from amends.domain.money import Money

Told: TypeAlias = Mapping[str, Any]
"""An action, a cut or a change as a row of an output tells it."""

NOTHING_SAID: Final[Mapping[ActionKind, Combine]] = MappingProxyType({})
"""Of a pack that leaves how proposals of a kind become one as it is."""

_KINDS: Final[Mapping[str, KindSpec]] = {kind.value: spec for kind, spec in KINDS.items()}


class Movement(NamedTuple):
    """By how much money moves in one currency, ups and downs added; None: no money moves."""

    currency: str | None = None
    minor_units: int | None = None


def action_changes(
    before: Sequence[Told],
    after: Sequence[Told],
    cuts: Sequence[Told],
    *,
    combine: Mapping[ActionKind, Combine] = NOTHING_SAID,
    offered: Container[int] = (),
) -> list[dict[str, Any]]:
    """What is new, higher or lower, in the order said; then what is gone, or has to be withdrawn.

    `cuts` are those of now, `combine` holds what the pack of now changes of the kinds' own, `offered` the places of
    what the customer was offered `before`.
    """
    pairs, left = _paired(before, after, combine)
    here = [change for earlier, action in pairs for change in _compared(earlier, action, cuts)]
    told = {id(action) for place, action in enumerate(before) if place in offered}
    return [*here, *(_gone(one, cuts, is_offered=id(one) in told) for one in left if not _was_given(one))]


def all_gone(before: Sequence[Told]) -> list[dict[str, Any]]:
    """Of a case that is not among those decided now: nobody has said that anything of it is not to be done."""
    why = "its case is not among those that were decided now"
    return [
        _change(ChangeKind.GONE, action, _due_in_all(action), None, rules=(), why=why)
        for action in before
        if not _was_given(action)
    ]


def movement_of(changes: Sequence[Told]) -> Movement:
    """Ups and downs added. Of several currencies it is the one that is said first: nobody here knows their worth."""
    moved = movements_of(changes)
    return next((Movement(code, units) for code, units in moved.items()), Movement())


def movements_of(changes: Sequence[Told]) -> dict[str, int]:
    """The same of each currency in which money moves, in the order said."""
    moved: dict[str, int] = {}
    for change in changes:
        currency = change["currency"]
        by = abs((change["after_minor_units"] or 0) - (change["before_minor_units"] or 0))
        if currency is not None and by:
            moved[currency] = moved.get(currency, 0) + by
    return moved


def _paired(
    before: Sequence[Told], after: Sequence[Told], combine: Mapping[ActionKind, Combine]
) -> tuple[list[tuple[Told | None, Told]], list[Told]]:
    """Each action of now with its earlier self, and the earlier ones without a later self."""
    waiting: dict[object, list[Told]] = {}
    for action in before:
        waiting.setdefault(_place(action, combine), []).append(action)
    pairs: list[tuple[Told | None, Told]] = []
    for action in after:
        earlier = waiting.get(_place(action, combine), [])
        # Of several at one place those of one currency belong together.
        same = next((one for one in earlier if one["currency"] in {None, action["currency"]}), None)
        if same is None and earlier and action["currency"] is None:
            same = earlier[0]
        if same is not None:
            earlier.remove(same)
        pairs.append((same, action))
    unpaired = {id(action) for actions in waiting.values() for action in actions}
    return pairs, [action for action in before if id(action) in unpaired]


def _place(action: Told, combine: Mapping[ActionKind, Combine]) -> object:
    """Of a kind that there is no more, or not yet, all stand."""
    kind = _KINDS.get(action["kind"])
    if kind is None or combine.get(kind.kind, kind.combine) is Combine.ALL:
        return action["kind"], action["what"], action["owner"]
    return action["kind"], action["what"] if kind.key else None


def _compared(before: Told | None, after: Told, cuts: Sequence[Told]) -> Iterator[dict[str, Any]]:
    due = _due_in_all(after)
    if before is None:
        yield _change(ChangeKind.NEW, after, None, due, rules=after["rules"], why=f"asked for by {_named(after)}")
        return
    was = _due_in_all(before)
    if was == due or (due is None and after["already_given"]):
        return
    if due is None:
        yield _change(ChangeKind.LOWER, after, was, due, rules=after["rules"], why="how much is not known any more")
    elif was is None:
        yield _change(ChangeKind.HIGHER, after, was, due, rules=after["rules"], why="how much is known now")
    elif due.minor_units > was.minor_units:
        why = f"{due} in all by {_named(after)}, and {was} before"
        yield _change(ChangeKind.HIGHER, after, was, due, rules=after["rules"], why=why)
    else:
        by = _cut_by(after, cuts, removed=False)
        why = f"{due} in all by {_named(after)}{f', as {_listed(by)} cut it' if by else ''}, and {was} before"
        yield _change(ChangeKind.LOWER, after, was, due, rules=[*after["rules"], *by], why=why)


def _gone(action: Told, cuts: Sequence[Told], *, is_offered: bool) -> dict[str, Any]:
    change = ChangeKind.WITHDRAW if is_offered else ChangeKind.GONE
    was, by = _due_in_all(action), _cut_by(action, cuts, removed=True)
    if by:
        why = f"{_named(action)} asked for it, and {_listed(by)} removed it"
        return _change(change, action, was, None, rules=by, why=why)
    why = f"{_named(action)} {'do' if len(action['rules']) > 1 else 'does'} not ask for it any more"
    return _change(change, action, was, None, rules=action["rules"], why=why)


def _cut_by(action: Told, cuts: Sequence[Told], *, removed: bool) -> list[str]:
    asked = set(action["rules"])
    found = [one for one in cuts if one["kind"] == action["kind"] and one["rule"] in asked]
    return list(dict.fromkeys(one["by"] for one in found if one["removed"] == removed))


def _change(  # noqa: PLR0913 -- one field each
    change: ChangeKind, action: Told, before: Money | None, after: Money | None, *, rules: Sequence[str], why: str
) -> dict[str, Any]:
    said = after or before
    return {
        "change": change.value,
        "kind": action["kind"],
        "what": action["what"],
        "before_minor_units": None if before is None else before.minor_units,
        "after_minor_units": None if after is None else after.minor_units,
        "currency": None if said is None else said.currency,
        "rules": list(rules),
        "why": why,
    }


def _was_given(action: Told) -> bool:
    return action["already_given"] or action["given_minor_units"] is not None


def _due_in_all(action: Told) -> Money | None:
    left, given = action["minor_units"], action["given_minor_units"]
    if left is None and given is None:
        return None
    return Money(action["currency"], (left or 0) + (given or 0))


def _named(action: Told) -> str:
    return _listed(action["rules"]) or "no rule"


def _listed(rules: Sequence[str]) -> str:
    return " and ".join(rules)
