"""Words: the placeholders of a reason are filled with what is known; what is not is said to be open."""

from amends.domain.action import Span
from tests.unit.resolution.building import (
    cadence,
    decide,
    eur,
    gave,
    only,
    pack,
    percent,
    propose,
    rule,
    situation,
    usd,
)

DUE = propose("entitlement", usd("9.90"), basis="law", due=Span(business_days=1))
TEXT = "{amount} by {due}, says {owner}; next {next_update}"


def test_what_is_known_is_named() -> None:
    """Amount, due time in the pack's zone, the owning team's name, the next update."""
    rules = (
        rule("a", DUE, customer=TEXT),
        rule("b", cadence(30), cadence(90, channel="voice"), propose("assign_owner", to="it")),
    )
    action = only(decide(pack(*rules, timezone="America/New_York")), "entitlement")
    assert action.reason_for_customer == ("9.90 USD by 2026-11-03 07:00 EST, says IT desk; next 2026-11-02 07:30 EST")


def test_what_is_not_known_is_said_to_be_open() -> None:
    """Never an empty place, and never a figure made up."""
    built = pack(rule("a", propose("goodwill", percent("5", "facts.fare"), kind="gift"), agent=TEXT))
    given = situation(granted=[gave("goodwill", usd("3"))])
    for about in (situation(), given):
        assert only(decide(built, about), "goodwill").reason_for_agent == (
            "an amount still to be confirmed by a time still to be confirmed, says a named person; "
            "next a time still to be confirmed"
        )


def test_the_rule_s_other_actions_name_its_amount() -> None:
    """The apology beside the payment, also where the payment is shared with an earlier rule."""
    both = rule("b", propose("apology"), DUE, customer="sorry, {amount} by {due}")
    assert only(decide(pack(both)), "apology").reason_for_customer == "sorry, 9.90 USD by 2026-11-03 12:00 UTC"
    merged = decide(pack(both, rule("a", DUE, customer="x")))
    assert only(merged, "entitlement").rule_ids == ("a", "b")
    assert only(merged, "apology").reason_for_customer == "sorry, 9.90 USD by 2026-11-03 12:00 UTC"


def test_an_action_with_money_names_its_own() -> None:
    """Two amounts of one rule are not mixed up."""
    then = (propose("entitlement", eur("7"), basis="law"), propose("goodwill", usd("2"), kind="gift"))
    decision = decide(pack(rule("a", *then, customer="{amount}")))
    assert [action.reason_for_customer for action in decision.actions] == ["7.00 EUR", "2.00 USD"]


def test_what_was_given_is_named_where_nothing_is_left() -> None:
    """And what is left where something is."""
    built = pack(rule("a", propose("goodwill", usd("5"), kind="gift"), agent="{amount}"))
    for before, named in (("5", "5.00 USD"), ("2", "3.00 USD")):
        action = only(decide(built, situation(granted=[gave("goodwill", usd(before))])), "goodwill")
        assert action.reason_for_agent == named


def test_what_was_given_is_not_announced_again() -> None:
    """The agent sees that it was given; for the customer there are no words."""
    built = pack(rule("a", propose("goodwill", usd("5"), kind="gift"), customer="Please accept {amount}."))
    action = only(decide(built, situation(granted=[gave("goodwill", usd("5"))])), "goodwill")
    assert (action.already_given, action.reason_for_customer) == (True, "")


def test_the_text_of_the_locale_is_chosen() -> None:
    """The exact one, its language's, else the pack's own."""
    built = pack(rule("a", propose("apology"), customer={"en": "sorry", "de": "leider", "de-AT": "leida"}))
    for locale, text in (("de-AT", "leida"), ("de-CH", "leider"), ("fr", "sorry"), ("", "sorry")):
        assert only(decide(built, situation(locale=locale)), "apology").reason_for_customer == text


def test_any_other_brace_stays_as_it_is() -> None:
    """Texts are no programs."""
    assert (
        only(decide(pack(rule("a", propose("apology"), agent="{0} {x} {"))), "apology").reason_for_agent == "{0} {x} {"
    )
