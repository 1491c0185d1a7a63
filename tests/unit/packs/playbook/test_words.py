"""Every form of what a rule may ask for has its words."""

from decimal import Decimal

import pytest

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import ActionKind
from amends.domain.facts import FactSpec, FactType, Vocabulary
from amends.domain.money import Money
from amends.packs.amounts import Amount, AmountRow, AmountTable, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.conditions import ALWAYS
from amends.packs.model import FactParameter, Forbid, Parameter, Proposal, TableParameter, Team, Text
from amends.packs.playbook.blocks import Run, Words
from amends.packs.playbook.words import KIND_WORDS, Wording, all_of, any_of, fact_type_words, span_words

SPECS = (
    FactSpec("facts.kind", FactType.ENUM, values=("a", "b")),
    FactSpec("facts.level", FactType.ENUM, values=("low", "high"), ordered=True),
    FactSpec("facts.flags", FactType.SET, values=("a", "b")),
    FactSpec("facts.days", FactType.INTEGER, unit="days"),
)
WORDING = Wording(Vocabulary({spec.path: spec for spec in SPECS}), {"it": Team("it", "The IT people")}, locale="de-AT")
SECOND = 1_000_000_000
FIVE = Fixed((Money("USD", 500),))


def plain(words: Words) -> str:
    return "".join(run.words for run in words)


def test_every_kind_has_words() -> None:
    """None is left out, and no two read alike."""
    assert set(KIND_WORDS) == set(ActionKind)
    assert len(set(KIND_WORDS.values())) == len(KIND_WORDS)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Fixed((Money("USD", 990), Money("EUR", 900))), "9.90 USD or 9.00 EUR"),
        (PercentOf(Decimal("12.50"), "amount_paid"), "12.5 % of amount_paid"),
        (PercentOf(Decimal(100), "amount_paid"), "100 % of amount_paid"),
        (PerUnit((Money("USD", 200),), "facts.days"), "2.00 USD for each of facts.days"),
        (Lowest((FIVE, PercentOf(Decimal(5), "shipping_fee"))), "the lowest of (5.00 USD; 5 % of shipping_fee)"),
        (Highest((FIVE,)), "the highest of (5.00 USD)"),
        (AmountTable((AmountRow(ALWAYS, FIVE),)), "the amount of the table below"),
    ],
)
def test_every_form_of_amount_has_words(amount: Amount, words: str) -> None:
    """Exact figures, and the facts by name."""
    assert WORDING.amount(amount) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (Span(business_days=1), "1 business day"),
        (Span(nanos=90 * 60 * SECOND), "90 minutes"),
        (Text({"en": "English", "de": "Deutsch"}), "Deutsch"),
        (("fault", "severity"), "fault and severity"),
        (Text({"en": "none_known"}), "nobody we know of"),
        ("it", "The IT people"),
        ("same_person", "the same person each time"),
        ("none_known", "nobody we know of"),
        (7, "7"),
        (Decimal("2.50"), "2.50"),
        (FactParameter("facts.kind"), "what facts.kind says"),
        (FactParameter("facts.kind", default="it"), "what facts.kind says, else The IT people"),
        (TableParameter("needs", (), default="none_known"), "by the table below, for needs, else nobody we know of"),
        (TableParameter(FactParameter("facts.kind"), ()), "by the table below, for facts.kind"),
    ],
)
def test_every_form_of_parameter_has_words(value: Parameter, words: str) -> None:
    """In the locale asked for, teams by their label."""
    assert WORDING.parameter(value) == words


def test_what_every_kind_may_carry_is_told() -> None:
    """For an action: what it is before how much, then what follows from it."""
    gift = Proposal(
        ActionKind.GOODWILL,
        (("kind", "gift"),),
        FIVE,
        scope=Scope.INCIDENT,
        retention=True,
        meets=("other",),
        expires=Span(nanos=30 * 86_400 * SECOND),
        review_in=Span(business_days=2),
    )

    assert plain(WORDING.proposal(gift)) == (
        "Goodwill: gift; 5.00 USD (once for the whole incident; meant to keep the customer; answers the request for"
        " other; valid for 30 days; looked at again after 2 business days)"
    )
    assert WORDING.forbid(Forbid(ActionKind.GOODWILL, ("gift", "credit"))) == "goodwill: gift or credit"


def test_an_action_of_the_packs_own_is_told_by_its_name() -> None:
    """As words, and then its parameters."""
    crew = Proposal(ActionKind.CUSTOM, (("name", "send_crew"), ("hours", 2)))
    assert plain(WORDING.proposal(crew)) == "The pack’s own action: send crew; hours 2"


def test_a_text_within_an_action_says_its_language() -> None:
    """The words around it stay English, and so does a word that stands for something."""
    coming = Proposal(ActionKind.SET_EXPECTATIONS, (("next", Text({"en": "Soon.", "de": "Bald."})),))
    assert WORDING.proposal(coming)[-1] == Run("Bald.", lang="de")
    away = Proposal(ActionKind.REFERRAL, (("target", Text({"de": "none_known"})),))
    assert [run.lang for run in WORDING.proposal(away)] == [""] * len(WORDING.proposal(away))


def test_words_say_their_language_where_it_is_another() -> None:
    """English is that of everything around."""
    assert WORDING.language(Text({"en": "English", "de": "Deutsch"})) == "de"
    assert WORDING.language(Text({"en": "English"})) == ""
    assert WORDING.language(Text({"en": "OK", "de": "OK"})) == "de"
    assert Wording(Vocabulary({}), {}, locale="").language(Text({"de": "Deutsch", "en": "English"})) == "de"


def test_facts_tell_what_they_may_be() -> None:
    """Values, their order, units."""
    told = [fact_type_words(Vocabulary({spec.path: spec}), spec.path) for spec in SPECS]

    assert told == ["one of a, b", "from low to high: low, high", "any of a, b", "a whole number, in days"]


def test_lengths_of_time_and_lists() -> None:
    """In the largest whole unit; what is finer than a second as the language writes it."""
    assert span_words(Span(nanos=SECOND // 2)) == "0.5s"
    assert span_words(Span(nanos=3_600 * SECOND)) == "1 hour"
    assert (all_of([]), all_of(["a"]), all_of(["a", "b", "c"]), any_of(["a", "b"])) == ("", "a", "a, b and c", "a or b")
