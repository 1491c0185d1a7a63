"""What may replace what over `extends`: what is owed and what protects, only by its like or by more."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Pack

Write = Callable[[Mapping[str, str]], Path]
HEAD = """\
pack: law
version: 1
title: The law
currency: EUR
teams: {it: {label: IT}, desk: {label: Desk}}
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}
facts: {days: {type: integer, min: 0}}
"""
OWED = """\
  - id: owed
    title: Owed
    priority: 5
    effective: {from: 2026-01-01}
    when: {facts.days: {at_least: 3}}
    then:
      - entitlement: {basis: law, amount: [250 EUR, 200 GBP], due: 7d, calendar: office, covers: [refund]}
      - set_expectations: {next: We pay within a week.}
      - goodwill: {kind: credit, amount: 5 EUR}
    because: {agent: It is the law., customer: The law gives you this.}
    source: [EU]
"""
SHARE = """\
  - id: owed
    title: Owed
    then: [{entitlement: {basis: law, AMOUNT}}]
    because: {customer: The law gives you this.}
"""
STOP = """\
  - id: stop
    title: Stop
    when: {flags: {has_any: [fraud_suspected]}}
    hold: {kinds: [refund, goodwill], for: it, because: Suspected fraud.}
"""
NO_ETA = "guardrails:\n  - {id: no-eta, unless: {incident.eta_known: true}, never: a time, instead: the next news}\n"


def over(write: Write, before: str, after: str) -> Pack:
    child = "pack: shop\nversion: 1\ntitle: A shop\nextends: [law]\ncurrency: EUR\n"
    return load_pack(write({"law/pack.yaml": HEAD + before, "shop/pack.yaml": child + after}), "shop")


def refusal(write: Write, before: str, after: str) -> str:
    with pytest.raises(PackError) as refused:
        over(write, before, after)
    (found,) = refused.value.diagnostics
    assert found.code == "weakens"
    return found.message


def changed(text: str, before: str, after: str) -> str:
    assert before in text
    return text.replace(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: Owed", "title: What the law gives"),
        ("source: [EU]", "source: [EU, R1]"),
        ("agent: It is the law.", "agent: Article 7."),
        ("customer: The law gives you this.", "customer: {en: Yours by law., de: Ihr Recht.}"),
        ("We pay within a week.", "You have it in seven days."),
        ("250 EUR", "250.01 EUR"),
        ("[250 EUR, 200 GBP]", "[600 EUR, 500 GBP]"),
    ],
)
def test_other_words_and_higher_amounts_replace_an_entitlement(before: str, after: str, write: Write) -> None:
    """A child may say it better, or give more."""
    pack = over(write, f"rules:\n{OWED}", f"rules:\n{changed(OWED, before, after)}")
    assert [rule.position.file for rule in pack.rules] == ["shop/pack.yaml"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("250 EUR", "249.99 EUR"),
        ("[250 EUR, 200 GBP]", "[250 EUR]"),
        ("[250 EUR, 200 GBP]", "[200 GBP, 250 EUR]"),
        ("[250 EUR, 200 GBP]", "[250 EUR, 200 GBP, 1 USD]"),
        ("amount: [250 EUR, 200 GBP]", "percent: 100, of: amount_paid"),
        ("basis: law", "basis: courtesy"),
        ("due: 7d", "due: 6d"),
        (", calendar: office", ""),
        (", covers: [refund]", ""),
        ("covers: [refund]", "covers: [refund, goodwill]"),
        ("covers: [refund]", "covers: [refund], retention: true"),
        ("priority: 5", "priority: 4"),
        ("from: 2026-01-01", "from: 2026-01-02"),
        ("at_least: 3", "at_least: 2"),
        ("at_least: 3", "at_least: 4"),
        ("amount: 5 EUR", "amount: 6 EUR"),
        ("      - set_expectations: {next: We pay within a week.}\n", ""),
        ("    source", "    forbid: [apology]\n    source"),
        ("    source", "    hold: {kinds: [entitlement], for: it, because: Wait.}\n    source"),
    ],
)
def test_whatever_else_changes_about_an_entitlement_is_refused(before: str, after: str, write: Write) -> None:
    """It may be weaker, or cannot be shown not to be."""
    message = refusal(write, f"rules:\n{OWED}", f"rules:\n{changed(OWED, before, after)}")
    assert message.startswith("'owed' replaces a rule that proposes an entitlement (law/pack.yaml:9:9)")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("percent: 50, of: amount_paid", "percent: 50.5, of: amount_paid"),
        ("lowest: [5 EUR, {percent: 5, of: amount_paid}]", "lowest: [6 EUR, {percent: 5, of: amount_paid}]"),
        ("highest: [5 EUR, {percent: 5, of: amount_paid}]", "highest: [5 EUR, {percent: 6, of: amount_paid}]"),
        ("amount: 5 EUR, per: facts.days", "amount: 5.00 EUR, per: facts.days"),
    ],
)
def test_a_higher_share_or_choice_replaces_a_lower(before: str, after: str, write: Write) -> None:
    """Of the same fact; a choice is no lower where none of its parts is."""
    ours, theirs = (f"rules:\n{changed(SHARE, 'AMOUNT', amount)}" for amount in (before, after))
    over(write, ours, theirs)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("percent: 50, of: amount_paid", "percent: 49, of: amount_paid"),
        ("percent: 50, of: amount_paid", "percent: 60, of: amount_affected"),
        ("lowest: [5 EUR, 6 EUR]", "lowest: [5 EUR, 6 EUR, 1 EUR]"),
        ("lowest: [5 EUR, 6 EUR]", "highest: [5 EUR, 6 EUR]"),
        ("highest: [5 EUR, 6 EUR]", "highest: [6 EUR, 5 EUR]"),
        ("amount: 5 EUR, per: facts.days", "amount: 6 EUR, per: facts.days"),
        ("amount: 5 EUR", "route: card"),
        ("route: card", "amount: 5 EUR, route: card"),
    ],
)
def test_a_lower_or_another_amount_is_refused(before: str, after: str, write: Write) -> None:
    """Two forms are not compared: nothing shows which is higher."""
    ours, theirs = (f"rules:\n{changed(SHARE, 'AMOUNT', amount)}" for amount in (before, after))
    assert "as strong" in refusal(write, ours, theirs)


@pytest.mark.parametrize(
    ("before", "after"),
    [("Suspected fraud.", "We look into it."), ("[refund, goodwill]", "[remedy, goodwill, refund]"), ("Stop", "Halt")],
)
def test_a_hold_may_take_further_kinds_and_other_words(before: str, after: str, write: Write) -> None:
    """It still keeps back what it kept back."""
    over(write, f"rules:\n{STOP}", f"rules:\n{changed(STOP, before, after)}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[refund, goodwill]", "[refund]"),
        ("for: it", "for: desk"),
        ("fraud_suspected", "chargeback_open"),
        ("    hold: {kinds: [refund, goodwill], for: it, because: Suspected fraud.}", "    forbid: [refund]"),
    ],
)
def test_a_hold_is_not_loosened(before: str, after: str, write: Write) -> None:
    """Fewer kinds, another team or another case is not shown to be as strong."""
    message = refusal(write, f"rules:\n{STOP}", f"rules:\n{changed(STOP, before, after)}")
    assert message.startswith("'stop' replaces a rule that holds")


def test_a_guardrail_may_be_said_in_other_words_in_the_same_cases_only(write: Write) -> None:
    """What lifts it stays as it is."""
    other = changed(changed(NO_ETA, "a time", "an hour"), "the next news", "when we call")
    assert over(write, NO_ETA, other).guardrails[0].never.choose("en") == "an hour"
    assert refusal(write, NO_ETA, changed(NO_ETA, "eta_known", "ongoing")).startswith("'no-eta' replaces a guardrail")


def test_any_other_rule_is_replaced_as_one_likes(write: Write) -> None:
    """Goodwill and care are the pack's own choice."""
    before = "rules: [{id: nice, title: Nice, then: [{goodwill: {kind: gift}}], because: {customer: Yours.}}]\n"
    after = "rules: [{id: nice, title: Nothing, forbid: [goodwill]}]\n"
    assert over(write, before, after).rules[0].then == ()
