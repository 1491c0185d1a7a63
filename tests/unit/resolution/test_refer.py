"""Refer: an applied not_a_fit referral takes away what was meant to keep the customer, and nothing takes it away."""

from amends.domain.decision import Effect, Outcome, Step, Verdict
from tests.unit.resolution.building import adjustments, decide, kinds, only, pack, propose, rule, usd, verdicts

EVIDENCE = ("fit",)
NOT_A_FIT = propose("referral", outcome="not_a_fit", target="somebody else", evidence=EVIDENCE)
ELSEWHERE = propose("referral", outcome="other", target="the maker", evidence=EVIDENCE)


def test_retention_is_removed_and_says_by_whom() -> None:
    """No gesture poses as a fix: the offer goes, the honest word stays, and the trace says why."""
    keep = rule("keep", propose("goodwill", usd("10"), kind="credit", retention=True))
    decision = decide(pack(rule("honest", NOT_A_FIT), keep))
    assert kinds(decision) == ["referral"]
    (removed,) = adjustments(decision, Step.REFER)
    assert (removed.effect, removed.rule_id, removed.by) == (Effect.REMOVED, "keep", "honest")
    assert verdicts(decision)["keep"] is Verdict.OVERRULED


def test_what_is_not_meant_to_retain_stays() -> None:
    """Only proposals marked `retention` go."""
    decision = decide(pack(rule("a", NOT_A_FIT, propose("apology"), propose("goodwill", usd("1"), kind="gift"))))
    assert kinds(decision) == ["apology", "referral", "goodwill"]


def test_another_referral_removes_nothing() -> None:
    """Pointing to the maker does not say that we do not fit."""
    decision = decide(pack(rule("a", ELSEWHERE, propose("goodwill", usd("1"), kind="gift", retention=True))))
    assert kinds(decision) == ["referral", "goodwill"]
    assert decision.outcome is Outcome.ACTIONS_RECOMMENDED


def test_no_forbid_removes_not_a_fit() -> None:
    """Forbidding referrals stops the others only."""
    ban = rule("ban", forbids=["referral"])
    assert only(decide(pack(rule("a", NOT_A_FIT), ban)), "referral").parameter("outcome") == "not_a_fit"
    assert kinds(decide(pack(rule("a", ELSEWHERE), ban))) == []


def test_not_a_fit_goes_before_other_referrals_of_higher_priority() -> None:
    """Honesty is not a matter of priority."""
    decision = decide(pack(rule("first", ELSEWHERE, priority=9), rule("honest", NOT_A_FIT)))
    assert only(decision, "referral").rule_ids == ("honest",)


def test_neither_what_is_owed_nor_the_referral_itself_can_be_retention() -> None:
    """An entitlement marked `retention` is still owed, and the referral does not remove itself."""
    owed = propose("entitlement", usd("10"), basis="law", retention=True)
    itself = propose("referral", outcome="not_a_fit", target="x", evidence=EVIDENCE, retention=True)
    assert kinds(decide(pack(rule("a", owed, itself)))) == ["referral", "entitlement"]
