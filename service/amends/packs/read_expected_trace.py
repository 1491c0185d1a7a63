"""Reads what a pack test expects to be told beside the actions: adjustments, obligations, changes, near misses.

An adjustment and an obligation are one step or kind with what is compared, as an action is.
"""

from collections.abc import Iterator
from typing import Final

from amends.domain.action_kinds import ASSIGNED, SAME_PERSON, ActionKind
from amends.domain.decision import ChangeKind, Effect, ObligationKind, Step
from amends.packs.expected_values import ExpectedValues
from amends.packs.findings import Findings
from amends.packs.model import Pack
from amends.packs.pack_test import ExpectedAdjustment, ExpectedChange, ExpectedNearMisses, ExpectedObligation
from amends.packs.reader import MapNode, Node, describe
from amends.packs.shapes import check_keys, items, mapping

ADJUSTMENT_KEYS: Final = ("kind", "effect", "rule", "by", "before", "after")
OBLIGATION_KEYS: Final = ("due_at", "owner")
CHANGE_KEYS: Final = ("kind", "before", "after")

GRANTED: Final = "granted"
"""What takes something off because it was given before: no rule, limit or fact."""


def read_adjustments(
    node: Node | None, pack: Pack, values: ExpectedValues, findings: Findings
) -> tuple[ExpectedAdjustment, ...]:
    """What must have been removed or changed, each by its step."""
    found = _entries(node, "adjustments", tuple(Step), values, findings)
    known = tuple(_adjusting(pack, values))
    return tuple(_adjustment(Step(step), details, values, known, findings) for step, details in found)


def read_obligations(
    node: Node | None, pack: Pack, values: ExpectedValues, findings: Findings
) -> tuple[ExpectedObligation, ...]:
    """What must have been promised."""
    found = _entries(node, "obligations", tuple(ObligationKind), values, findings)
    read = []
    for kind, details in found:
        check_keys(details, OBLIGATION_KEYS, findings, what=f"an expected {kind}")
        owners = (*pack.teams, SAME_PERSON, ASSIGNED)
        due_at, owner = values.moment(details.get("due_at"), "due_at"), details.get("owner")
        read.append(ExpectedObligation(ObligationKind(kind), due_at, values.name(owner, "owner", owners)))
    return tuple(read)


def read_changes(node: Node | None, values: ExpectedValues, findings: Findings) -> tuple[ExpectedChange, ...] | None:
    """All that must have changed; None where nothing is said of it."""
    found = _entries(node, "changes", tuple(ChangeKind), values, findings)
    return (
        None if node is None else tuple(_change(ChangeKind(word), details, values, findings) for word, details in found)
    )


def _change(word: ChangeKind, details: MapNode, values: ExpectedValues, findings: Findings) -> ExpectedChange:
    check_keys(details, CHANGE_KEYS, findings, what=f"an expected {word}")
    kind = values.name(details.get("kind"), "kind", ActionKind)
    before, after = (values.money(details.get(key), key) for key in ("before", "after"))
    return ExpectedChange(word, None if kind is None else ActionKind(kind), before, after)


def read_near_misses(node: Node | None, values: ExpectedValues, findings: Findings) -> tuple[ExpectedNearMisses, ...]:
    """For each rule named, all that it was short of; `{}` says that it was near nothing."""
    rules = mapping(node, "`near_misses`", findings) if node is not None else None
    read = []
    for rule, misses in rules.entries if rules is not None else ():
        known = values.is_known(rule, "near_misses", values.rule_ids())
        by_path = mapping(misses, f"`{rule.text[:60]}`", findings)
        if known and by_path is not None:
            read.append(ExpectedNearMisses(rule.text, tuple(_misses(by_path, values))))
    return tuple(read)


def _misses(node: MapNode, values: ExpectedValues) -> Iterator[tuple[str, str]]:
    for path, boundary in node.entries:
        fact, words = values.fact(path, "near_misses"), values.text(boundary, "near_misses")
        if fact is not None and words is not None:
            yield fact, words


def _adjustment(
    step: Step, details: MapNode, values: ExpectedValues, known: tuple[str, ...], findings: Findings
) -> ExpectedAdjustment:
    check_keys(details, ADJUSTMENT_KEYS, findings, what=f"an expected {step}")
    kind = values.name(details.get("kind"), "kind", ActionKind)
    effect = values.name(details.get("effect"), "effect", Effect)
    return ExpectedAdjustment(
        step=step,
        kind=None if kind is None else ActionKind(kind),
        effect=None if effect is None else Effect(effect),
        rule=values.name(details.get("rule"), "rule", values.rule_ids()),
        by=values.name(details.get("by"), "by", known),
        before=values.money(details.get("before"), "before"),
        after=values.money(details.get("after"), "after"),
    )


def _adjusting(pack: Pack, values: ExpectedValues) -> Iterator[str]:
    """Everything that may take something away or change it."""
    yield from values.rule_ids()
    yield from (limit.limit_id for limit in pack.limits)
    yield from (requirement.requirement_id for requirement in pack.requires)
    yield from pack.vocabulary.specs
    yield GRANTED


def _entries(
    node: Node | None, what: str, known: tuple[str, ...], values: ExpectedValues, findings: Findings
) -> Iterator[tuple[str, MapNode]]:
    """The items of a list, each one of the words with a mapping."""
    for item in items(node, f"`{what}`", findings):
        if not isinstance(item, MapNode) or len(item.entries) != 1:
            message = f"an item of `{what}` is one word with what is compared, not {describe(item)}"
            findings.error(item.position, "wrong-shape", message, f"- {known[0]}: {{}}")
            continue
        word, value = item.entries[0]
        details = mapping(value, f"`{word.text[:60]}`", findings)
        if values.is_known(word, what, known) and details is not None:
            yield word.text, details
