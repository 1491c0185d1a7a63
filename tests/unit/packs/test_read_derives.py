"""Derived facts: cases, tables, what they declare, and the order in which they are computed."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.decision import Decision
from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.conditions import ALWAYS, AllOf, Between, Bound, OneOf
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Case, Hit, Pack
from tests.unit.packs.conftest import HEADER

Write = Callable[[Mapping[str, str]], Path]
NOVEMBER = 1_793_491_200 * 10**9 + 4 * 3_600 * 10**9
"""The first moment of November 2026 in New York."""
TELL = """\
rules:
  - id: tell
    title: T
    when: {facts.class: enhancer}
    then: [{escalate: {to: a supervisor}}]
    because: {customer: So.}
"""
CLASS = """\
derive:
  - fact: facts.class
    type: enum
    values: [dissatisfier, enhancer]
    ask: "Of which class is it?"
    reviewed: 2026-11-01
    cases:
      - {when: {obvious_mistake: true}, value: dissatisfier}
      - {when: {interaction_type: [transaction, knowledge]}, value: dissatisfier}
      - {value: enhancer}
"""


def shop(write: Write, **files: str) -> Pack:
    """The pack of the tests; files by name, `_` for the last dot; `pack` is put behind the header."""
    named = {f"shop/{name.replace('_yaml', '.yaml')}": text for name, text in files.items() if name.endswith("_yaml")}
    tables = {f"shop/tables/{name}.csv": text for name, text in files.items() if not name.endswith("_yaml")}
    named["shop/pack.yaml"] = HEADER + named.get("shop/pack.yaml", "")
    return load_pack(write({**named, **tables}), "shop")


def decide(pack: Pack, facts: Mapping[str, Value]) -> Decision:
    known = {"observe_time": NOVEMBER, **facts}
    return CompiledPack(pack, BitmapEngine()).decide(Situation("c", NOVEMBER, known), role="frontline").decision


def known(pack: Pack, facts: Mapping[str, Value]) -> Mapping[str, Value]:
    return CompiledPack(pack, BitmapEngine()).match(facts)[0]


def test_cases_are_read_in_the_order_written(write: Write) -> None:
    """Each with its place; the last always holds; when they were reviewed is the first moment of that day."""
    (derive,) = shop(write, pack_yaml=CLASS).derives
    assert (derive.path, derive.hit, derive.reviewed) == ("facts.class", Hit.FIRST, NOVEMBER)
    assert [(case.when, case.value) for case in derive.cases] == [
        (AllOf((OneOf("obvious_mistake", (True,)),)), "dissatisfier"),
        (AllOf((OneOf("interaction_type", ("transaction", "knowledge")),)), "dissatisfier"),
        (ALWAYS, "enhancer"),
    ]
    assert str(derive.position).startswith("shop/pack.yaml:")


def test_a_derive_declares_its_fact(write: Write) -> None:
    """What stands in no `facts` belongs to the vocabulary behind those, by path, with its question."""
    pack = shop(
        write,
        pack_yaml=CLASS,
        more_yaml="derive: [{fact: facts.age, type: integer, unit: days, min: 0, max: 9, cases: [{value: 3}]}]\n",
    )
    assert list(pack.vocabulary)[-2:] == [
        FactSpec("facts.age", FactType.INTEGER, unit="days", minimum=0, maximum=9),
        FactSpec("facts.class", FactType.ENUM, values=("dissatisfier", "enhancer"), ask="Of which class is it?"),
    ]


def test_a_known_fact_needs_no_declaration(write: Write) -> None:
    """A built-in or declared fact may be said again, as it is."""
    pack = shop(
        write,
        rules_yaml="""\
derive:
  - {fact: facts.packaging, cases: [{value: opened}]}
  - {fact: facts.delay_days, type: integer, min: 0, unit: days, cases: [{value: 2}]}
  - {fact: severity, ordered: true, cases: [{value: high}]}
  - {fact: amount_affected, cases: [{value: 5.00 USD}]}
  - {fact: waited, cases: [{value: 0}]}
  - {fact: flags, cases: [{when: {fault: company}, value: [safety, media]}, {value: []}]}
""",
    )
    assert {derive.path: derive.cases[0].value for derive in pack.derives} == {
        "amount_affected": Money("USD", 500),
        "facts.delay_days": 2,
        "facts.packaging": "opened",
        "flags": frozenset({"safety", "media"}),
        "severity": "high",
        "waited": 0,
    }
    assert pack.vocabulary == shop(write, rules_yaml="rules: []\n").vocabulary


def test_a_table_gives_values(write: Write) -> None:
    """First hit, closed by a row that always holds; values of a set are listed with |."""
    pack = shop(
        write,
        pack_yaml="derive: [{fact: severity, table: tables/t.csv}, {fact: tags, table: tables/s.csv, hit: first}]\n",
        t="facts.delay_days,fault,value\n>=3,company,high\n-,!nobody,medium\n,,low\n",
        s="severity,value\nhigh,late|sorry\n-,late\n",
    )
    severity, tags = pack.derives
    delay, fault = Between("facts.delay_days", Bound(3, inclusive=True), None), OneOf("fault", ("company",))
    assert [(case.when, case.value) for case in severity.cases] == [
        (AllOf((delay, fault)), "high"),
        (AllOf((OneOf("fault", ("nobody",), negated=True),)), "medium"),
        (ALWAYS, "low"),
    ]
    assert str(severity.cases[1].position) == "shop/tables/t.csv:3:11"
    assert [case.value for case in tags.cases] == [frozenset({"late", "sorry"}), frozenset({"late"})]


def test_a_unique_table_may_have_no_row_for_a_situation(write: Write) -> None:
    """The fact then stays missing; with a row that holds, later unknown ones don't matter."""
    pack = shop(
        write,
        pack_yaml="derive: [{fact: facts.share, table: tables/t.csv, hit: unique}]\n",
        t="fault,stage,value\ncompany,-,0.5\nshared,use,1\nshared,!use,2\n",
    )
    (derive,) = pack.derives
    assert (derive.hit, derive.cases[0]) == (
        Hit.UNIQUE,
        Case(AllOf((OneOf("fault", ("company",)),)), Decimal("0.5"), derive.position),
    )
    assert known(pack, {"fault": "company"})["facts.share"] == Decimal("0.5")
    assert "facts.share" not in known(pack, {"fault": "nobody"})
    assert "facts.share" not in known(pack, {"fault": "shared"})


def test_derived_facts_stand_behind_those_they_read(write: Write) -> None:
    """However they are written and in whichever file; the pack is the same."""
    three = [
        "{fact: facts.c, type: boolean, cases: [{when: {facts.a: true}, value: true}, {value: false}]}",
        "{fact: facts.a, type: boolean, cases: [{when: {facts.b: true, fault: company}, value: true}, {value: false}]}",
        "{fact: facts.b, type: boolean, cases: [{when: {facts.d: true}, value: true}, {value: false}]}",
    ]
    header = HEADER.replace("facts:\n", "facts:\n  d: {type: boolean}\n")
    packs = []
    for order in ((0, 1, 2), (2, 1, 0)):
        files = {f"shop/{place}.yaml": f"derive: [{three[item]}]\n" for place, item in enumerate(order)}
        packs.append(load_pack(write({"shop/pack.yaml": header, **files}), "shop"))
    assert [derive.path for derive in packs[0].derives] == ["facts.b", "facts.a", "facts.c"]
    assert packs[0].digest == packs[1].digest


@pytest.mark.parametrize(
    ("facts", "class_", "asked"),
    [
        ({"obvious_mistake": True}, "dissatisfier", []),
        ({"obvious_mistake": False, "interaction_type": "loyalty"}, "enhancer", []),
        ({"obvious_mistake": True, "facts.class": "enhancer"}, "enhancer", []),
        ({"obvious_mistake": False}, None, ["interaction_type"]),
        ({}, None, ["interaction_type", "obvious_mistake"]),
    ],
)
def test_rules_read_derived_facts(facts: dict[str, Value], class_: str | None, asked: list[str], write: Write) -> None:
    """From the file to the decision: the caller's value wins, and for a missing one its sources are asked for."""
    pack = shop(write, pack_yaml=CLASS + TELL)
    assert known(pack, facts).get("facts.class") == class_
    decision = decide(pack, facts)
    assert [action.kind.value for action in decision.actions] == (["escalate"] if class_ == "enhancer" else [])
    assert sorted(need.path for need in decision.needed_facts) == asked


def test_strata_are_derived_one_after_the_other(write: Write) -> None:
    """A derived fact may decide another, and rules read both."""
    pack = shop(
        write,
        pack_yaml="""\
derive:
  - {fact: severity, table: tables/t.csv}
  - {fact: facts.urgent, type: boolean, cases: [{when: {severity: {at_least: high}}, value: true}, {value: false}]}
rules: [{id: one, title: T, when: {facts.urgent: true}, then: [{apology: {}}]}]
""",
        t="facts.delay_days,value\n>=10,critical\n-,low\n",
    )
    assert [trace.rule_id for trace in decide(pack, {"facts.delay_days": 10}).rules] == ["one"]
    assert decide(pack, {"facts.delay_days": 9}).rules == ()
    assert decide(pack, {"facts.delay_days": 9, "severity": "high"}).rules != ()


def test_a_child_derives_a_fact_in_its_own_way(write: Write) -> None:
    """Derives merge by their fact; the child's stands in place of the parent's, and can be taken out."""
    base = "pack: base\nversion: 1\ntitle: B\nderive:\n"
    base += "  - {fact: severity, cases: [{value: low}]}\n  - {fact: stage, cases: [{value: use}]}\n"
    child = HEADER + "extends: [base]\ndisable: [stage]\nderive: [{fact: severity, cases: [{value: high}]}]\n"
    pack = load_pack(write({"base/pack.yaml": base, "shop/pack.yaml": child}), "shop")
    assert [(derive.path, derive.cases[0].value) for derive in pack.derives] == [("severity", "high")]


def test_an_open_derive_may_have_no_case_that_holds(write: Write) -> None:
    """Its fact then stays missing; where one holds, it has its value."""
    pack = shop(
        write,
        pack_yaml="derive: [{fact: fault, open: true, cases: [{when: {severity: high}, value: company}]}]\n",
        more_yaml="derive: [{fact: stage, open: true, table: tables/t.csv}]\n",
        t="severity?,value\nhigh,use\nlow,adopt\n",
    )
    assert known(pack, {"severity": "high"}) == {"severity": "high", "fault": "company", "stage": "use"}
    assert known(pack, {"severity": "medium"}) == {"severity": "medium"}
    assert known(pack, {}) == {}


def test_a_column_with_a_question_mark_is_false_where_its_fact_is_not_known(write: Write) -> None:
    """The row below it then decides; without the mark, nobody could say which row does."""
    table = "severity{mark},value\nhigh,use\n-,adopt\n"
    derive = "derive: [{fact: stage, table: tables/t.csv}]\n"
    marked = shop(write, pack_yaml=derive, t=table.format(mark="?"))
    assert known(marked, {}) == {"stage": "adopt"}
    assert known(marked, {"severity": "high"})["stage"] == "use"
    assert known(shop(write, pack_yaml=derive, t=table.format(mark="")), {}) == {}


def test_marked_columns_of_a_unique_table_are_compared_like_others(write: Write) -> None:
    """Two rows that can hold at once are refused, whether they ask with a mark or without."""
    derive = "derive: [{fact: stage, hit: unique, table: tables/t.csv}]\n"
    shop(write, pack_yaml=derive, t="severity?,value\nhigh,use\nlow,adopt\n")
    with pytest.raises(PackError, match="table-overlap"):
        shop(write, pack_yaml=derive, t="severity?,value\nhigh|low,use\nlow,adopt\n")


def child(write: Write, parent: str, derive: str, **tables: str) -> Pack:
    """A pack that extends another; both packs have the tables."""
    files = {f"{pack}/tables/{name}.csv": text for name, text in tables.items() for pack in ("shop", "city")}
    packs = {
        "shop/pack.yaml": HEADER + parent,
        "city/pack.yaml": "pack: city\nversion: 1\ntitle: C\nextends: [shop]\n" + derive,
    }
    return load_pack(write({**packs, **files}), "city")


def test_what_is_added_goes_before_what_is_inherited(write: Write) -> None:
    """Cases and tables alike; the inherited ones are those of the parent's own table, whatever it is called."""
    pack = child(
        write,
        "derive: [{fact: stage, table: tables/t.csv, reviewed: 2026-11-02}]\n",
        "derive: [{fact: stage, adds: true, reviewed: 2026-11-01, cases: [{when: {fault: company}, value: use}]}]\n",
        t="fault,value\ncompany,adopt\n-,advocate\n",
    )
    (derive,) = pack.derives
    assert [case.value for case in derive.cases] == ["use", "adopt", "advocate"]
    assert (derive.hit, derive.reviewed) == (Hit.FIRST, NOVEMBER)
    assert known(pack, {"fault": "company"})["stage"] == "use"
    assert known(pack, {"fault": "customer"})["stage"] == "advocate"
    assert pack.replaced == ()


def test_a_grandchild_adds_to_what_was_added(write: Write) -> None:
    """Its cases first, then those of each pack below; a fact of their own is declared where it is first derived."""
    rules = write(
        {
            "shop/pack.yaml": HEADER
            + "derive: [{fact: facts.n, type: integer, cases: [{when: {fault: customer}, value: 3}, {value: 4}]}]\n",
            "city/pack.yaml": "pack: city\nversion: 1\ntitle: C\nextends: [shop]\n"
            "derive: [{fact: facts.n, adds: true, cases: [{when: {fault: nobody}, value: 2}]}]\n",
            "kiosk/pack.yaml": "pack: kiosk\nversion: 1\ntitle: K\nextends: [city]\n"
            "derive: [{fact: facts.n, adds: true, cases: [{when: {fault: company}, value: 1}]}]\n",
        }
    )
    pack = load_pack(rules, "kiosk")
    assert [case.value for case in pack.derives[0].cases] == [1, 2, 3, 4]
    assert [known(pack, {"fault": fault})["facts.n"] for fault in ("company", "nobody", "customer", "shared")] == [
        *(1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("parent", "derive", "code"),
    [
        ("", "{fact: stage, adds: true, cases: [{when: {fault: company}, value: use}]}", "adds-to-nothing"),
        ("", "{fact: stage, adds: true, open: true, cases: [{when: {fault: company}, value: use}]}", "two-forms"),
        ("", "{fact: stage, adds: perhaps, cases: [{value: use}]}", "type-mismatch"),
        ("", "{fact: stage, open: 1, cases: [{value: use}]}", "type-mismatch"),
        ("stage", "{fact: stage, adds: true, cases: [{value: use}]}", "never-reached"),
        (
            "facts.n",
            "{fact: facts.n, type: text, adds: true, cases: [{when: {fault: company}, value: x}]}",
            "type-mismatch",
        ),
    ],
)
def test_what_cannot_be_added_is_told(write: Write, parent: str, derive: str, code: str) -> None:
    """To nothing; openly; in front of everything; or as something else than the fact is."""
    inherited = {
        "": "",
        "stage": "derive: [{fact: stage, cases: [{value: adopt}]}]\n",
        "facts.n": "derive: [{fact: facts.n, type: integer, cases: [{value: 4}]}]\n",
    }[parent]
    with pytest.raises(PackError, match=code):
        child(write, inherited, f"derive: [{derive}]\n")


def test_two_parents_that_add_differently_are_told(write: Write) -> None:
    """As any two things under one name; whoever extends both settles it."""
    head = "version: 1\ntitle: C\nextends: [shop]\n"
    rules = write(
        {
            "shop/pack.yaml": HEADER + "derive: [{fact: stage, cases: [{value: adopt}]}]\n",
            "city/pack.yaml": f"pack: city\n{head}"
            "derive: [{fact: stage, adds: true, cases: [{when: {fault: company}, value: use}]}]\n",
            "town/pack.yaml": f"pack: town\n{head}",
            "both/pack.yaml": "pack: both\nversion: 1\ntitle: B\nextends: [city, town]\n",
        }
    )
    with pytest.raises(PackError, match="inherited-twice"):
        load_pack(rules, "both")
