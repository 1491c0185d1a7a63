"""What a pack test expects to be told beside the actions, against what was: promises, changes, near misses."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from amends.domain.decision import Adjustment, Change, Decision, Obligation
from amends.domain.facts import NANOS_PER_SECOND
from amends.packs.pack_test import (
    Expectation,
    ExpectedAdjustment,
    ExpectedChange,
    ExpectedNearMisses,
    ExpectedObligation,
)


def told_differences(expect: Expectation, decision: Decision) -> Iterator[str]:
    """A line for everything expected that was not told."""
    adjusted = [_adjustment_words(found) for found in decision.adjustments]
    for one in expect.adjustments:
        if not any(_is_told(one, found) for found in decision.adjustments):
            yield f"adjustments: expected {_adjustment_words(one)}, came {_listed(adjusted)}"
    promised = [_obligation_words(found) for found in decision.obligations]
    for wanted in expect.obligations:
        if not any(_is_promised(wanted, found) for found in decision.obligations):
            yield f"obligations: expected {_obligation_words(wanted)}, came {_listed(promised)}"
    yield from _change_differences(expect.changes, decision.changes)
    for near in expect.near_misses:
        yield from _near_differences(near, decision)


def _is_told(wanted: ExpectedAdjustment, found: Adjustment) -> bool:
    compared = (
        (wanted.kind, found.kind),
        (wanted.effect, found.effect),
        (wanted.rule, found.rule_id),
        (wanted.by, found.by),
        (wanted.before, found.before),
        (wanted.after, found.after),
    )
    return wanted.step is found.step and all(one in {None, came} for one, came in compared)


def _is_promised(wanted: ExpectedObligation, found: Obligation) -> bool:
    return (
        wanted.kind is found.kind
        and wanted.due_at in {None, found.due}
        and (wanted.owner is None or wanted.owner == found.owner)
    )


def _change_differences(expected: tuple[ExpectedChange, ...] | None, came: tuple[Change, ...]) -> Iterator[str]:
    left = list(came)
    for wanted in expected or ():
        found = next((change for change in left if _is_changed(wanted, change)), None)
        if found is None:
            yield f"changes: expected {_change_words(wanted)}, came {_listed(map(_change_words, came))}"
        else:
            left.remove(found)
    if expected is not None:
        yield from (f"changes: did not expect {_change_words(change)}" for change in left)


def _is_changed(wanted: ExpectedChange, found: Change) -> bool:
    compared = (
        (wanted.action_kind, found.action_kind),
        (wanted.before, found.before),
        (wanted.after, found.after),
    )
    return wanted.kind is found.kind and all(one in {None, came} for one, came in compared)


def _near_differences(wanted: ExpectedNearMisses, decision: Decision) -> Iterator[str]:
    trace = next(trace for trace in decision.rules if trace.rule_id == wanted.rule)
    came = [f"{miss.path}: {miss.boundary}" for miss in trace.near_misses]
    expected = [f"{path}: {boundary}" for path, boundary in wanted.misses]
    if sorted(came) != sorted(expected):
        yield f"near_misses: {wanted.rule}: expected {_listed(expected)}, came {_listed(came)}"


def _adjustment_words(one: ExpectedAdjustment | Adjustment) -> str:
    rule = one.rule if isinstance(one, ExpectedAdjustment) else one.rule_id
    said = {
        "kind": one.kind,
        "rule": rule,
        "effect": one.effect,
        "by": one.by,
        "before": one.before,
        "after": one.after,
    }
    return " ".join([one.step.value, *(f"{name}={value}" for name, value in said.items() if value is not None)])


def _change_words(one: ExpectedChange | Change) -> str:
    said = {"kind": one.action_kind, "before": one.before, "after": one.after}
    return " ".join([one.kind.value, *(f"{name}={value}" for name, value in said.items() if value is not None)])


def _obligation_words(one: ExpectedObligation | Obligation) -> str:
    due = one.due_at if isinstance(one, ExpectedObligation) else one.due
    at = "" if due is None else f" at {datetime.fromtimestamp(due // NANOS_PER_SECOND, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{one.kind}{at}{f' by {one.owner}' if one.owner else ''}"


def _listed(found: Iterable[str]) -> str:
    return "; ".join(found) or "none"
