"""A pack in words: every rule with all that it says, everything else as the playbook tells it."""

from pathlib import Path

import pytest

from amends.packs.files import SentFiles
from amends.packs.load import load_pack, load_sent
from amends.packs.model import Pack
from amends.packs.playbook.blocks import Table
from amends.packs.playbook.book import playbook
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.rule_pack_words_pb2 import ConditionLine, PackText
from amends.wire.encode_pack import encode_pack
from amends.wire.encode_pack_words import write_words
from amends.wire.fact_readers import DECLARED

RULES = Path(__file__).parents[2] / "rules"
SHOP = b"""\
pack: shop
version: 1
title: A shop
currency: USD
main: [fault]
facts:
  delay_days: {type: integer, min: 0, max: 365, ask: How many days late?}
rules:
  - id: late
    title: Late
    priority: 30
    when: {fault: company, any: [{facts.delay_days: {at_least: 3}}, {severity: high}]}
    then: [{refund: {table: tables/back.csv}}]
    because: {agent: It was late., customer: {de: Zu spaet., en: Too late.}}
    source: [house rule 1]
  - id: sorry
    title: Sorry
    then: [{apology: {}}]
"""


@pytest.fixture(scope="module")
def shop() -> Pack:
    loaded = load_sent(
        [SentFiles("shop", {"pack.yaml": SHOP, "tables/back.csv": b"facts.delay_days,value\n>=9,20 USD\n-,10 USD\n"})]
    )
    assert "shop" in loaded.packs, loaded.diagnostics
    return loaded.packs["shop"]


def in_words(pack: Pack, *, locale: str = "") -> service_pb2.RulePack:
    message = encode_pack(pack, name=pack.pack_id, policies=())
    write_words(message, pack, locale=locale)
    return message


def test_a_rule_says_when_what_why_and_where_it_is_written(shop: Pack) -> None:
    """Nothing of a rule is left out: its conditions nested as written, its texts with their language, its place."""
    late, sorry = in_words(shop).rules

    assert list(late.conditions) == [
        ConditionLine(words="fault: company", path="fault"),
        ConditionLine(words="any of"),
        ConditionLine(depth=1, words="facts.delay_days: at least 3", path="facts.delay_days"),
        ConditionLine(depth=1, words="severity: high", path="severity"),
    ]
    assert [line.text for line in late.then] == ["Refund: the amount of the table below"]
    assert [[cell.text for cell in row.cells] for row in late.tables[0].rows] == [
        ["1", "facts.delay_days: at least 9", "20.00 USD"],
        ["2", "always", "10.00 USD"],
    ]
    assert (late.priority, list(late.sources), late.file, late.line) == (30, ["house rule 1"], "shop/pack.yaml", 9)
    assert late.because == PackText(text="It was late.")
    assert late.said_to_customer == PackText(text="Zu spaet.", language="de")
    assert (list(sorry.conditions), sorry.HasField("because"), sorry.table) == ([], False, "")


def test_texts_are_chosen_by_the_locale_asked_for(shop: Pack) -> None:
    """As everywhere: the exact tag, else its language, else the pack's own."""
    assert in_words(shop, locale="en-GB").rules[0].said_to_customer == PackText(text="Too late.")


def test_a_fact_has_the_values_between_which_the_conditions_tell(shop: Pack) -> None:
    """The axis of a map: a value of every stretch in which all conditions answer alike; none of what nobody asks."""
    facts = {fact.path: fact for fact in in_words(shop).facts}

    days = [value.integer for value in facts["facts.delay_days"].telling_values]
    assert [sum(low <= day <= high for day in days) > 0 for low, high in ((0, 2), (3, 8), (9, 365))] == [True] * 3
    assert days == sorted(set(days))
    assert [value.text for value in facts["severity"].telling_values] == ["low", "medium", "high", "critical"]
    assert not facts["sentiment"].telling_values


@pytest.mark.parametrize("pack_id", ["airline", "retail", "telecom"])
def test_every_pack_of_this_repository_is_told_whole(pack_id: str) -> None:
    """Each section and table of the playbook but its rules, row for row; and each value in the field of its fact."""
    pack = load_pack(RULES, pack_id)
    message = in_words(pack)
    told = {section.title: [len(table.rows) for table in section.tables] for section in message.sections}

    assert told == {
        section.title: [len(block.rows) for block in section.blocks if isinstance(block, Table)]
        for section in playbook(pack, locale="").sections
        if section.name != "rules"
    }
    assert [rule.table for rule in message.rules] == ["" if one.row is None else one.row.table for one in pack.rules]
    assert all(rule.then and rule.file and rule.line for rule in message.rules)
    for fact, spec in zip(message.facts, pack.vocabulary, strict=True):
        assert {value.WhichOneof("value") for value in fact.telling_values} <= {DECLARED[spec.type][0]}
