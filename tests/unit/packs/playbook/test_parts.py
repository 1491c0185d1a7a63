"""What differs between two packs, part by part, in words."""

from pathlib import Path

import pytest

from amends.packs.files import SentFiles
from amends.packs.load import load_pack, load_sent
from amends.packs.model import Pack
from amends.packs.playbook.parts import differing_parts, parts

RULES = Path(__file__).parents[4] / "rules"
SHOP = """\
pack: shop
version: 1
title: A shop
currency: USD
main: [fault]
facts:
  delay_days: {type: integer, unit: days, min: 0, max: 365, ask: How many days late?}
teams: {care: {label: Care}}
authority:
  - {role: frontline, goodwill: 50 USD}
  - {role: owner, goodwill: unlimited}
limits:
  - {id: a-case, of: [goodwill], at_most: 80 USD}
rules:
  - id: late
    title: Late
    when: {fault: company, facts.delay_days: {at_least: 3}}
    then: [{goodwill: {kind: credit, table: tables/late.csv}}]
    because: {agent: We were late., customer: "We were late. You get {amount}."}
  - id: sorry
    title: Sorry
    then: [{apology: {}}]
    because: {agent: A bad day., customer: We are sorry.}
"""
TABLE = "facts.delay_days,value\n>=9,20 USD\n-,10 USD\n"


def shop(*changes: tuple[str, str], table: str = TABLE) -> Pack:
    text = SHOP
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    loaded = load_sent([SentFiles("shop", {"pack.yaml": text.encode(), "tables/late.csv": table.encode()})])
    assert "shop" in loaded.packs, loaded.diagnostics
    return loaded.packs["shop"]


def told(before: Pack, after: Pack) -> dict[str, tuple[list[str], list[str]]]:
    """The lines that one has and the other has not, by part."""
    found = {}
    for one in differing_parts(before, after, locale=""):
        part = one.after or one.before
        assert part is not None
        old, new = (() if side is None else side.lines for side in (one.before, one.after))
        found[f"{part.section}/{part.ident}"] = (
            [line for line in old if line not in new],
            [line for line in new if line not in old],
        )
    return found


@pytest.mark.parametrize("pack_id", ["airline", "saas"])
def test_a_pack_does_not_differ_from_itself(pack_id: str) -> None:
    """Whatever it is made of; and every part says something."""
    pack = load_pack(RULES, pack_id)

    assert list(differing_parts(pack, load_pack(RULES, pack_id), locale="")) == []
    assert all(part.lines for part in parts(pack, locale=""))


@pytest.mark.parametrize(
    ("change", "part", "old", "new"),
    [
        (("version: 1", "version: 2"), "pack/version", ["1"], ["2"]),
        (("max: 365", "max: 90"), "facts/facts.delay_days", ["at most 365"], ["at most 90"]),
        (("label: Care", "label: Service"), "teams/care", ["Care"], ["Service"]),
        (("goodwill: 50 USD", "goodwill: 60 USD"), "authority/frontline", ["up to 50.00 USD"], ["up to 60.00 USD"]),
        (("at_most: 80 USD", "at_most: 90 USD"), "limits/a-case", ["At most: 80.00 USD"], ["At most: 90.00 USD"]),
        (("at_least: 3", "at_least: 4"), "rules/late", ["facts.delay_days: at least 3"], ["at least 4"]),
        (("title: Sorry", "title: So sorry"), "rules/sorry", ["Title: Sorry"], ["Title: So sorry"]),
        (("{apology: {}}", "{apology: {literal: true}}"), "rules/sorry", ["Then: Apologise"], ["“I am sorry”"]),
    ],
)
def test_one_change_is_one_part_with_the_line_that_changed(
    change: tuple[str, str], part: str, old: list[str], new: list[str]
) -> None:
    """Before and after, in words; no other part is told."""
    found = told(shop(), shop(change))

    assert list(found) == [part]
    for lines, wanted in zip(found[part], (old, new), strict=True):
        assert len(lines) == len(wanted)
        assert all(want in line for want, line in zip(wanted, lines, strict=True))


def test_a_row_of_an_amount_is_told_as_the_line_that_it_is() -> None:
    """One more row at the head leaves the others as they were."""
    found = told(shop(), shop(table="facts.delay_days,value\n>=30,50 USD\n>=9,20 USD\n-,10 USD\n"))

    assert found == {"rules/late": ([], ["  facts.delay_days: at least 30 → 50.00 USD"])}


def test_what_is_new_and_what_is_gone_have_one_side() -> None:
    """A renamed rule is both."""
    differences = list(differing_parts(shop(), shop(("id: sorry", "id: regret")), locale=""))

    gone, new = differences
    assert (gone.before is not None and gone.before.ident, gone.after) == ("sorry", None)
    assert (new.before, new.after is not None and new.after.ident) == (None, "regret")
