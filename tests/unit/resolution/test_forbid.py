"""Forbid: the forbids of all applied rules act at once; nothing owed and no honest referral can be forbidden."""

from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Outcome, Step, Verdict
from amends.packs.model import Forbid
from tests.unit.resolution.building import (
    UNLESS_KNOWN,
    adjustments,
    decide,
    kinds,
    pack,
    propose,
    rule,
    situation,
    usd,
    verdicts,
)


def test_a_forbid_wins_whatever_the_priorities() -> None:
    """The lowest rule's forbid removes the highest rule's proposal."""
    decision = decide(pack(rule("high", propose("escalate", to="boss"), priority=9), rule("low", forbids=["escalate"])))
    assert kinds(decision) == []
    assert decision.outcome is Outcome.ALL_OVERRULED
    assert verdicts(decision) == {"high": Verdict.OVERRULED, "low": Verdict.APPLIED}


def test_forbids_act_at_once() -> None:
    """A rule whose own proposals are all forbidden still forbids: there is no order in which they could be spared."""
    one = rule("one", propose("escalate", to="boss"), forbids=["decline"])
    other = rule("other", propose("decline", what="refund"), forbids=["escalate"])
    decision = decide(pack(one, other))
    assert kinds(decision) == []
    assert {(found.rule_id, found.by) for found in adjustments(decision, Step.FORBID)} == {
        ("one", "other"),
        ("other", "one"),
    }


def test_every_rule_that_forbids_is_named() -> None:
    """Lifting one ban would not be enough, so the trace names both."""
    bans = (rule("ban-1", forbids=["apology"]), rule("ban-2", forbids=["apology"]))
    decision = decide(pack(rule("a", propose("apology")), *bans))
    assert [found.by for found in adjustments(decision, Step.FORBID)] == ["ban-1", "ban-2"]


def test_an_entitlement_is_never_forbidden() -> None:
    """Even by a forbid that the loader would have refused."""
    owed = rule("owed", propose("entitlement", usd("10"), basis="law"))
    assert kinds(decide(pack(owed, rule("ban", forbids=["entitlement"])))) == ["entitlement"]


def test_goodwill_is_forbidden_by_its_kinds_or_altogether() -> None:
    """Naming credit leaves the gift; naming none takes both."""
    both = rule("a", propose("goodwill", usd("5"), kind="credit"), propose("goodwill", kind="gift"))
    some = rule("b", forbids=[Forbid(ActionKind.GOODWILL, ("credit", "discount"))])
    (left,) = decide(pack(both, some)).actions
    assert left.parameter("kind") == "gift"
    assert kinds(decide(pack(both, rule("b", forbids=["goodwill"])))) == []


def test_a_rule_that_does_not_apply_forbids_nothing() -> None:
    """Undetermined and false alike: an unknown forbid only unsettles."""
    built = pack(rule("a", propose("escalate", to="boss")), rule("b", when=UNLESS_KNOWN, forbids=["escalate"]))
    assert kinds(decide(built)) == ["escalate"]
    assert kinds(decide(built, situation({"obvious_mistake": False}))) == ["escalate"]
    assert kinds(decide(built, situation({"obvious_mistake": True}))) == []
