"""Explain: what became of each rule that fired or could have."""

from amends.domain.decision import Verdict
from tests.unit.resolution.building import UNLESS_KNOWN, decide, pack, propose, rule, situation, usd, verdicts


def test_applied_rules_come_first_then_those_that_wait() -> None:
    """In deciding order, each with its title and sources; what did not match is not told."""
    rules = (
        rule("waits", propose("failover"), when=UNLESS_KNOWN, priority=9),
        rule("b", propose("apology")),
        rule("a", propose("apology"), priority=-1),
    )
    decision = decide(pack(*rules))
    assert list(verdicts(decision).items()) == [
        ("b", Verdict.APPLIED),
        ("a", Verdict.APPLIED),
        ("waits", Verdict.UNDETERMINED),
    ]
    assert (decision.rules[0].title, decision.rules[0].sources) == ("Title of b", ("D1",))
    assert decision.rules[2].missing == ("obvious_mistake",)
    assert "waits" not in verdicts(decide(pack(*rules), situation({"obvious_mistake": False})))


def test_a_rule_of_which_anything_stands_is_applied() -> None:
    """Overruled is only what has nothing left."""
    both = rule("a", propose("apology"), propose("goodwill", usd("5"), kind="gift"))
    assert verdicts(decide(pack(both, rule("b", forbids=["goodwill"]))))["a"] is Verdict.APPLIED
    assert verdicts(decide(pack(both, rule("b", forbids=["goodwill", "apology"]))))["a"] is Verdict.OVERRULED


def test_the_decision_names_its_pack() -> None:
    """Id, version and digest, and the version of the meaning."""
    built = pack()
    decision = decide(built)
    assert (decision.pack_id, decision.pack_version, decision.pack_digest) == ("built", "1", built.digest)
    assert decision.semantics >= 1
