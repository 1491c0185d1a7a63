"""What a customer reads is free of our identifiers."""

from pathlib import Path

import pytest

from amends.packs.checks.internal_identifier import LAW, check
from tests.unit.packs.checks.examples import load_example
from tests.unit.resolution.building import pack, propose, rule, text


def found(customer: str, *proposals: str) -> list[str]:
    """The words that are told of a rule's text; `proposals` are kinds that it asks for besides."""
    others = [propose(kind, script=text("It is so.")) for kind in proposals]
    built = pack(
        rule("send-it-again", propose("apology", literal=True), *others, customer=customer),
        rule("late", propose("apology", literal=True)),
    )
    return [diagnostic.message.split("'")[1] for diagnostic in check(built)]


@pytest.mark.parametrize(
    ("customer", "words"),
    [
        ("Your customer.loyalty_tier counts.", ["customer.loyalty_tier"]),
        ("By facts.count, you wait.", ["facts.count"]),
        ("The loyalty_tier (gold) is yours: needs_changed!", ["loyalty_tier", "needs_changed"]),
        ("As send-it-again says, we send it.", ["send-it-again"]),
        ("We give an update_cadence of an hour.", ["update_cadence"]),
        ("Your refund is late, as our severity shows.", []),
        ("You get {amount} by {due}, and hear from us {next_update}.", []),
        ("Write to needs_changed@example.org or see https://example.org/needs_changed.", []),
        ("We read my_own_words.", []),
    ],
)
def test_only_known_identifiers_that_nobody_writes_by_chance_are_told(customer: str, words: list[str]) -> None:
    """Paths, words with underscores, ids of three parts; not plain words, placeholders or addresses."""
    assert found(customer) == words


def test_a_rule_that_explains_may_name_what_it_explains() -> None:
    """Where the customer met the identifier, a clarification has to say it."""
    assert found("needs_changed means that you need something else.", "clarify") == []


def test_what_is_said_as_a_parameter_is_said_to_the_customer_too() -> None:
    """The next step, a broadcast, a refusal: in every language."""
    words = text({"en": "We check it.", "de": "Wir prüfen needs_changed."})
    built = pack(rule("one", propose("set_expectations", next=words)))

    (told,) = check(built)
    assert (told.about, "'needs_changed'" in told.message) == (("one",), True)


def test_what_only_agents_read_may_name_it() -> None:
    """The agent's reason and the steps of an audit are ours."""
    built = pack(
        rule("one", propose("audit_step", owner="it", step=text("Look at needs_changed")), agent="facts.count")
    )

    assert list(check(built)) == []


def test_the_examples_are_what_they_are_called(tmp_path: Path) -> None:
    """The bad one is refused at load and names both words; the good one loads."""
    bad = load_example(tmp_path, LAW.bad)
    assert [(told.code, told.position.line) for told in bad.diagnostics["example"]] == [(LAW.name, 11)] * 2
    assert bad.packs == {}

    assert load_example(tmp_path, LAW.good).diagnostics["example"] == ()
