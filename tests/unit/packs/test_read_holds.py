"""Holds: which kinds wait for whom, and why."""

from collections.abc import Callable

import pytest

from amends.domain.action_kinds import ActionKind
from amends.packs.diagnostics import PackError
from amends.packs.model import Holding, Rule, Text

Read = Callable[[str], Rule]


def test_a_rule_may_only_hold(read_one: Read) -> None:
    """It proposes nothing and forbids nothing; its kinds stand in the order of the language's table."""
    rule = read_one("hold: {kinds: [goodwill, refund], for: it, because: {en: Chargeback open., de: Offen.}}")
    reason = Text({"en": "Chargeback open.", "de": "Offen."})
    assert (rule.then, rule.forbids) == ((), ())
    assert rule.hold == Holding((ActionKind.REFUND, ActionKind.GOODWILL), "it", reason)


def test_all_is_whatever_is_paid_or_said(read_one: Read) -> None:
    """What brings in the people who may release it is not held, unless it is named."""
    held = read_one("hold: {kinds: all, for: it, because: Wait.}").hold
    assert held is not None
    internal = {ActionKind.ESCALATE, ActionKind.ASSIGN_OWNER, ActionKind.AUDIT_STEP}
    assert held.kinds == tuple(kind for kind in ActionKind if kind not in internal)
    named = read_one("hold: {kinds: [escalate], for: it, because: Wait.}").hold
    assert named is not None
    assert named.kinds == (ActionKind.ESCALATE,)


def test_a_hold_stands_beside_actions(read_one: Read) -> None:
    """What the rule asks for is read all the same."""
    rule = read_one("then: [{apology: {}}]\nhold: {kinds: [entitlement], for: it, because: Wait.}")
    assert [proposal.kind for proposal in rule.then] == [ActionKind.APOLOGY]
    assert rule.hold is not None


@pytest.mark.parametrize(
    ("hold", "code"),
    [
        ("{kinds: [], for: it, because: Wait.}", "empty"),
        ("{kinds: some, for: it, because: Wait.}", "wrong-shape"),
        ("{kinds: [gift], for: it, because: Wait.}", "unknown-action"),
        ("{kinds: all, for: billing, because: Wait.}", "unknown-team"),
        ("{kinds: all, for: it}", "missing-key"),
        ("{kinds: all, because: Wait.}", "missing-key"),
        ("{for: it, because: Wait.}", "missing-key"),
        ("{kinds: all, for: it, because: 'Until {due}.'}", "unknown-placeholder"),
        ("{kinds: all, for: it, because: Wait., until: 2026-01-01}", "unknown-key"),
        ("it", "wrong-shape"),
    ],
)
def test_what_is_no_hold_is_refused(hold: str, code: str, read_one: Read) -> None:
    """A hold names its kinds, its team and its reason."""
    with pytest.raises(PackError) as refused:
        read_one(f"hold: {hold}")
    assert [found.code for found in refused.value.diagnostics] == [code]
