"""Guardrails: what may not be said is shown unless the fact that would back it is known and true."""

from amends.packs.conditions import AllOf, OneOf, Present
from tests.unit.resolution.building import decide, guardrail, pack, situation

ETA = guardrail("no-eta", OneOf("incident.eta_known", (True,)), never="when it will be solved")


def test_a_guardrail_holds_while_its_fact_is_unknown_or_false() -> None:
    """Only what is known to be true may be promised."""
    assert [one.guardrail_id for one in decide(pack(guardrails=(ETA,))).guardrails] == ["no-eta"]
    for known, shown in ((False, 1), (True, 0)):
        about = situation({"incident.eta_known": known})
        assert len(decide(pack(guardrails=(ETA,)), about).guardrails) == shown


def test_it_says_what_not_to_say_and_what_instead() -> None:
    """Both, always."""
    (shown,) = decide(pack(guardrails=(ETA,))).guardrails
    assert (shown.never, shown.instead) == ("when it will be solved", "what is known")


def test_they_stand_as_declared_and_hold_without_any_rule() -> None:
    """No blame, whatever matched."""
    last = guardrail("a-no-blame", AllOf((Present("fault", expected=True), Present("fault", expected=False))))
    assert [one.guardrail_id for one in decide(pack(guardrails=(ETA, last))).guardrails] == ["no-eta", "a-no-blame"]
