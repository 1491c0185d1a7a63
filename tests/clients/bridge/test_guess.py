"""What `import` guesses: by names, types and options; and nothing where it could as well be otherwise."""

from amends_client.bridge.drafting.draft import mapping_of
from amends_client.bridge.drafting.facts import Fact
from amends_client.bridge.drafting.guess import guesses, meanings
from amends_client.bridge.listing import DeskField, FieldKind, Listing, is_plain
from amends_client.bridge.mapping.model import Kind
from amends_client.bridge.mapping.read import read_mapping
from amends_client.messages import FactSpec, FactType, RulePack

FAULT = Fact("fault", Kind.ENUM, ("company", "customer", "third_party"), "Whose doing was it?")
DELAY = Fact("facts.delay_days", Kind.INTEGER, (), "How many days late was it?")
PAID = Fact("amount_paid", Kind.MONEY, (), "How much did the customer pay for it, tax included?")
WAITED = Fact("waited", Kind.DURATION, (), "How long has the customer waited?")
BRAND = Fact("brand", Kind.TEXT, (), "Which brand is it about?")


def field(title: str, kind: FieldKind, *options: str, number: int = 1) -> DeskField:
    return DeskField(title, f"fields.{number}", kind, options={option.lower(): option for option in options})


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
    assert guessed(field("Amount paid", FieldKind.DATE)) == {}
    assert guessed(field("Days late", FieldKind.DECIMAL)) == {}
    assert guessed(field("Fault", FieldKind.CHOICES)) == {}


def test_a_text_is_money_by_its_very_name_alone() -> None:
    """Not every helpdesk has numbers with a point; one that has is the likelier, and a code is no amount."""
    assert guessed(field("Amount paid", FieldKind.TEXT)) == {"Amount paid": "amount_paid"}
    assert guessed(field("Reason why the amount was paid", FieldKind.TEXT)) == {}


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


def draft(pack: RulePack, *fields: DeskField) -> str:
    listing = Listing("desk", {"case": "{path: id}"}, ";", fields, tags_path="tags", tags=("a: b",))
    text = mapping_of(listing, pack, policy="p\nsituation: {}")
    read_mapping(text, file="desk.yaml")
    return text


def test_a_number_that_may_be_whole_holds_a_count_and_money_too() -> None:
    """A helpdesk that knows numbers and no more."""
    days, paid = field("Delay days", FieldKind.NUMBER), field("Amount paid", FieldKind.NUMBER, number=2)

    assert guessed(days, paid) == {"Delay days": "facts.delay_days", "Amount paid": "amount_paid"}


def test_what_a_vendor_always_tells_is_not_guessed_again() -> None:
    """A fact stands in a mapping once."""
    specs = [FactSpec(path="amount_paid", type=FactType.FACT_TYPE_MONEY, question="How much was paid?")]
    listing = Listing(
        "desk",
        {"case": "{path: id}"},
        ";",
        (field("Amount paid", FieldKind.NUMBER),),
        always={"amount_paid": "{path: invoice.total, currency: USD}"},
    )
    said = mapping_of(listing, RulePack(pack_id="p", currency="USD", facts=specs), policy="p")

    assert len(read_mapping(said, file="desk.yaml").entries) == 1
    assert "amount_paid: {path: invoice.total, currency: USD}" in said
    assert "amount_paid, money" not in said


def test_a_draft_of_nothing_is_a_mapping_too() -> None:
    """An account in which nobody has made a field yet."""
    said = mapping_of(Listing("desk", {"case": "{path: id}"}, ";", ()), RulePack(pack_id="p"), policy="p")

    assert read_mapping(said, file="desk.yaml").entries == ()


def test_a_date_that_counts_since_1970_says_in_what() -> None:
    """No time zone: it is a moment by itself."""
    specs = [FactSpec(path="facts.delivered", type=FactType.FACT_TYPE_DATE)]
    counted = DeskField("Delivered", "fields.1", FieldKind.DATE, unit="milliseconds")

    assert "delivered: {path: fields.1, unit: milliseconds, type: timestamp}" in draft(
        RulePack(pack_id="p", facts=specs, time_zone="Europe/Berlin"), counted
    )


def test_every_kind_of_fact_is_drafted_in_its_own_words() -> None:
    """Units, time zones, separators, the types of what the pack declares; and the draft is a mapping."""
    kinds = {
        "facts.colours": FactType.FACT_TYPE_SET,
        "facts.delivered": FactType.FACT_TYPE_DATE,
        "facts.weight_left": FactType.FACT_TYPE_DECIMAL,
        "facts.grade": FactType.FACT_TYPE_ENUM,
        "amount_paid": FactType.FACT_TYPE_MONEY,
    }
    specs = [
        FactSpec(path=path, type=kind, values=["fine", "poor"] * path.endswith("grade")) for path, kind in kinds.items()
    ]
    fields = (
        field("Colours", FieldKind.CHOICES, number=1),
        field("Delivered", FieldKind.DATE, number=2),
        field("Weight left", FieldKind.DECIMAL, number=3),
        field("Grade", FieldKind.CHOICE, "Fine", "Odd", number=4),
        field("Amount paid", FieldKind.INTEGER, number=5),
    )

    said = draft(RulePack(pack_id="p", currency="EUR", time_zone="Europe/Berlin", facts=specs), *fields)
    without = draft(RulePack(pack_id="p", facts=specs), *fields)

    assert 'colours: {path: fields.1, separator: ";", type: set}' in said
    assert "delivered: {path: fields.2, timezone: Europe/Berlin, type: timestamp}" in said
    assert "weight_left: {path: fields.3, type: decimal}" in said
    assert '"fine": fine  # Fine' in said
    assert '"odd": null  # Odd; which of fine, poor?' in said
    assert "amount_paid: {path: fields.5, currency: EUR}" in said
    assert "currency" not in without
    assert '#   "Amount paid" (whole number): fields.5' in without


def test_only_a_plain_name_may_stand_in_a_mapping() -> None:
    """Whatever else a helpdesk calls its fields or its users is left out: it could mean something there."""
    hostile = ["", "-", "a.b", "a}", 'a"', "a b", "a\nb", "a: b", "[0]", "{x}", "ä"]

    assert [is_plain(name) for name in ("360001", "paid", "Paid__c", "custom_days-late")] == [True] * 4
    assert [name for name in hostile if is_plain(name)] == []
