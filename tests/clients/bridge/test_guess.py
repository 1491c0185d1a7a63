"""What `import` guesses: by names, types and options; and nothing where it could as well be otherwise."""

from amends_client.bridge.drafting.facts import Fact
from amends_client.bridge.drafting.guess import guesses, meanings
from amends_client.bridge.listing import DeskField, FieldKind
from amends_client.bridge.mapping.model import Kind

FAULT = Fact("fault", Kind.ENUM, ("company", "customer", "third_party"), "Whose doing was it?")
DELAY = Fact("facts.delay_days", Kind.INTEGER, (), "How many days late was it?")
PAID = Fact("amount_paid", Kind.MONEY, (), "How much did the customer pay for it, tax included?")
WAITED = Fact("waited", Kind.DURATION, (), "How long has the customer waited?")
BRAND = Fact("brand", Kind.TEXT, (), "Which brand is it about?")


def field(title: str, kind: FieldKind, *options: str, number: int = 1) -> DeskField:
    return DeskField(title, f"fields.{number}", "", kind, {option.lower(): option for option in options})


def guessed(*fields: DeskField, facts: tuple[Fact, ...] = (FAULT, DELAY, PAID, WAITED, BRAND)) -> dict[str, str]:
    return {guess.field.title: guess.fact.path for guess in guesses(fields, facts)}


def test_a_name_or_the_question_finds_its_fact() -> None:
    """Whatever the order of the words, one or several of a thing, and the small words between."""
    assert guessed(field("Amount paid", FieldKind.DECIMAL)) == {"Amount paid": "amount_paid"}
    assert guessed(field("The amounts that were paid", FieldKind.INTEGER)) == {
        "The amounts that were paid": "amount_paid"
    }
    assert guessed(field("Days late", FieldKind.INTEGER)) == {"Days late": "facts.delay_days"}
    assert guessed(field("Brand", FieldKind.CHOICE)) == {"Brand": "brand"}


def test_a_field_of_another_type_is_no_guess() -> None:
    """However alike the names are: what is read from it could never be the fact."""
    assert guessed(field("Amount paid", FieldKind.TEXT)) == {}
    assert guessed(field("Days late", FieldKind.DECIMAL)) == {}
    assert guessed(field("Fault", FieldKind.CHOICES)) == {}


def test_a_length_of_time_is_guessed_where_the_field_says_in_what() -> None:
    """Three of what would it be?"""
    assert guessed(field("Hours waited", FieldKind.INTEGER)) == {"Hours waited": "waited"}
    assert guessed(field("Waited", FieldKind.INTEGER)) == {}


def test_options_find_a_fact_that_the_name_does_not_tell() -> None:
    """Two of them at least, and half of all."""
    assert guessed(field("Who did it?", FieldKind.CHOICE, "Our company", "The customer", "Rain")) == {
        "Who did it?": "fault"
    }
    assert guessed(field("Colour", FieldKind.CHOICE, "Company", "Red", "Blue")) == {}
    assert guessed(field("Colour", FieldKind.CHOICE, "Company", "Customer", "Red", "Blue", "Green")) == {}


def test_what_fits_two_as_well_is_not_guessed() -> None:
    """Neither of two fields for a fact, nor either of two facts for a field."""
    twice = (field("Amount paid", FieldKind.DECIMAL), field("Paid amount", FieldKind.DECIMAL, number=2))
    again = Fact("facts.paid_amount", Kind.MONEY)

    assert guessed(*twice) == {}
    assert guessed(twice[0], facts=(PAID, again)) == {}


def test_the_better_of_two_is_guessed_and_the_other_stays_unmapped() -> None:
    """A field that has the very name goes before one that has more words."""
    better = field("Amount paid", FieldKind.DECIMAL)
    worse = field("Amount paid by voucher", FieldKind.DECIMAL, number=2)

    assert guessed(worse, better) == {"Amount paid": "amount_paid"}


def test_an_option_means_the_member_whose_words_it_has_or_nothing() -> None:
    """Of two the longer; of two as long neither."""
    found = meanings({"a": "A third party", "customer": "", "b": "Company or customer", "c": "Nobody"}, FAULT.values)

    assert found == {"a": "third_party", "customer": "customer", "b": None, "c": None}
