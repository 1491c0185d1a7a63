"""Changes: how a decision differs from the one that it supersedes, action by action, and why.

Actions are the same that stand at one place: kind, scope, subject or incident, and what proposals of the kind are
combined by; of kinds of which all stand, everything they say. Compared is what is due in all, given before and new
together. What was given is never gone, and only what was offered has to be withdrawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amends.domain.action import Action, ParameterValue, Scope, Span
from amends.domain.action_kinds import KINDS, ActionKind, Combine
from amends.domain.decision import Change, ChangeKind, Decision, Effect, Verdict
from amends.domain.money import Money
from amends.domain.situation import Granted


class Superseded(NamedTuple):
    """The actions of an earlier decision on the same case, and the ids of those since offered or carried out."""

    actions: tuple[Action, ...]
    offered: frozenset[str] = frozenset()
    executed: frozenset[str] = frozenset()


def changes(
    superseded: Superseded,
    decision: Decision,
    *,
    combine: Mapping[ActionKind, Combine],
    granted: Sequence[Granted],
) -> tuple[Change, ...]:
    """What is new, higher or lower, in the order said; then what is gone or has to be withdrawn.

    `combine` holds what the pack changes of the kinds' own; `granted` is what was given for the case until now.
    """
    pairs, left = _paired(superseded.actions, decision.actions, combine)
    here = [change for before, after in pairs for change in _compared(before, after)]
    return (*here, *_gone(left, superseded, decision, granted))


def _paired(
    before: Sequence[Action], after: Sequence[Action], combine: Mapping[ActionKind, Combine]
) -> tuple[list[tuple[Action | None, Action]], list[Action]]:
    """Each action of now with its earlier self, and the earlier ones without a later self."""
    waiting: dict[object, list[Action]] = {}
    for action in before:
        waiting.setdefault(_place(action, combine), []).append(action)
    pairs: list[tuple[Action | None, Action]] = []
    for action in after:
        earlier = waiting.get(_place(action, combine))
        # Of several at one place those of one currency belong together.
        same = next((one for one in earlier or () if _currency(one) in {"", _currency(action)}), None)
        if same is None and earlier and not _currency(action):
            same = earlier[0]
        if same is not None and earlier is not None:
            earlier.remove(same)
        pairs.append((same, action))
    unpaired = {id(action) for actions in waiting.values() for action in actions}
    return pairs, [action for action in before if id(action) in unpaired]


def _place(action: Action, combine: Mapping[ActionKind, Combine]) -> object:
    kind, scope = action.kind, action.scope
    of_incident = scope is Scope.INCIDENT and bool(action.incident_id)
    where = action.incident_id if of_incident else (action.subject, action.incident_id)
    if combine.get(kind, KINDS[kind].combine) is Combine.ALL:
        # What is denied is as good as not said: an answer that was written down does not tell them apart.
        said = {name: _said(value) for name, value in action.parameters if value is not False}
    else:
        said = {name: _said(action.parameter(name)) for name in KINDS[kind].key}
    return kind, scope, where, tuple(sorted(said.items()))


def _said(value: ParameterValue | None) -> str:
    """As text: an answer that was written down has business days of a pack's own action as text only."""
    return f"{value.business_days}bd" if isinstance(value, Span) and value.business_days else str(value)


def _compared(before: Action | None, after: Action) -> Iterator[Change]:
    due = _due_in_all(after)
    if before is None:
        yield Change(ChangeKind.NEW, after.action_id, after.kind, None, due, f"asked for by {_named(after)}")
        return
    was = _due_in_all(before)
    if was == due:
        return
    if due is None:
        why = f"how much is not known any more: it needs {', '.join(after.amount_needs) or 'more facts'}"
        yield Change(ChangeKind.LOWER, after.action_id, after.kind, was, due, why)
    elif was is None:
        yield Change(ChangeKind.HIGHER, after.action_id, after.kind, was, due, "how much is known now")
    else:
        kind = ChangeKind.HIGHER if due.minor_units > was.minor_units else ChangeKind.LOWER
        why = f"{due} in all by {_named(after)}, and {was} before"
        yield Change(kind, after.action_id, after.kind, was, due, why)


def _gone(
    left: Sequence[Action], superseded: Superseded, decision: Decision, granted: Sequence[Granted]
) -> Iterator[Change]:
    for action in left:
        if _was_given(action, superseded, granted):
            continue
        kind = ChangeKind.WITHDRAW if action.action_id in superseded.offered else ChangeKind.GONE
        yield Change(kind, action.action_id, action.kind, _due_in_all(action), None, _why_gone(action, decision))


def _was_given(action: Action, superseded: Superseded, granted: Sequence[Granted]) -> bool:
    return (
        action.already_given
        or action.granted_amount is not None
        or action.action_id in superseded.executed
        or any(_is(entry, action) for entry in granted)
    )


def _is(entry: Granted, action: Action) -> bool:
    """Whether an entry is that action: by its id, or where it has none by all that it says."""
    if entry.action_id:
        return entry.action_id == action.action_id
    said = {**entry.parameters, **({"basis": entry.basis} if entry.basis else {})}
    return (
        entry.kind == action.kind.value
        and entry.subject in {None, action.subject}
        and entry.incident_id in {"", action.incident_id}
        and all(action.parameter(name) in {None, text} for name, text in said.items())
    )


def _why_gone(action: Action, decision: Decision) -> str:
    """What became of the rules that had asked for it: the first that says more than that it no longer applies."""
    for found in decision.adjustments:
        if found.effect is Effect.REMOVED and found.kind is action.kind and found.rule_id in action.rule_ids:
            return f"{found.rule_id} asks for it, and {found.by} removes it: {found.why}"
    for rule in decision.rules:
        if rule.rule_id in action.rule_ids and rule.verdict is Verdict.UNDETERMINED:
            return f"{rule.rule_id} waits for {', '.join(rule.missing) or 'facts that compare'}"
    return f"{_named(action)} {'do' if len(action.rule_ids) > 1 else 'does'} not ask for it any more"


def _due_in_all(action: Action) -> Money | None:
    amount, given = action.amount, action.granted_amount
    if amount is None or given is None or amount.currency != given.currency:
        return amount or given
    return amount.with_units(amount.minor_units + given.minor_units)


def _currency(action: Action) -> str:
    due = _due_in_all(action)
    return "" if due is None else due.currency


def _named(action: Action) -> str:
    return " and ".join(action.rule_ids) or "no rule"
