"""Tables: what their cells ask, which rows apply, what they give; from the files to the decision."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.amounts import AmountRow, AmountTable, Fixed, PercentOf
from amends.packs.canonical import digest
from amends.packs.conditions import ALWAYS, AllOf, Atom, Between, Bound, Has, OneOf, SetTest
from amends.packs.diagnostics import PackError
from amends.packs.files import SentFiles
from amends.packs.load import load_pack, load_rules_with
from amends.packs.model import Hit, Pack, Proposal, Row, Text
from tests.unit.packs.conftest import HEADER

Write = Callable[[Mapping[str, str]], Path]
TIERS = ("none", "silver", "gold")
HOUR = 3_600 * 10**9
DAY = 24 * HOUR
JANUARY = 1_767_225_600 * 10**9 + 5 * HOUR
"""The first moment of 2026 in New York."""


def usd(cents: int) -> Money:
    return Money("USD", cents)


def shop(write: Write, table: str, rules: str, **files: str) -> Pack:
    """The pack of the tests, with one table file and these rules."""
    beside = {f"shop/tables/{name}.csv": text for name, text in files.items()}
    return load_pack(write({"shop/pack.yaml": HEADER + rules, "shop/tables/t.csv": table, **beside}), "shop")


def by_table(write: Write, table: str, body: str = "") -> Pack:
    """A pack whose only rule is a table; `body` stands beside its id, title and table."""
    rule = f"rules:\n  - id: one\n    title: The only rule\n    table: tables/t.csv\n{body}"
    return shop(write, table, rule)


def decide(pack: Pack, facts: Mapping[str, Value]) -> Decision:
    known = {"observe_time": JANUARY, "amount_paid": usd(100_000), "amount_refunded": usd(0), **facts}
    return CompiledPack(pack, BitmapEngine()).decide(Situation("c", JANUARY, known), role="frontline").decision


def applied(pack: Pack, facts: Mapping[str, Value]) -> dict[str, str]:
    return {trace.rule_id: trace.verdict.value for trace in decide(pack, facts).rules}


def says(rows: Sequence[str]) -> str:
    return "\n".join(rows) + "\n"


CELLS: list[tuple[str, str, Atom]] = [
    ("fault", "company", OneOf("fault", ("company",))),
    ("fault", "company | shared", OneOf("fault", ("company", "shared"))),
    ("fault", "!company|shared", OneOf("fault", ("company", "shared"), negated=True)),
    ("obvious_mistake", "true", OneOf("obvious_mistake", (True,))),
    ("obvious_mistake", "TRUE", OneOf("obvious_mistake", (True,))),
    ("facts.delay_days", "3", OneOf("facts.delay_days", (3,))),
    ("facts.delay_days", "!3", OneOf("facts.delay_days", (3,), negated=True)),
    ("facts.delay_days", ">=3", Between("facts.delay_days", Bound(3, inclusive=True), None)),
    ("facts.delay_days", "> 3", Between("facts.delay_days", Bound(3, inclusive=False), None)),
    ("facts.delay_days", "<=3", Between("facts.delay_days", None, Bound(3, inclusive=True))),
    ("facts.delay_days", "<3", Between("facts.delay_days", None, Bound(3, inclusive=False))),
    (
        "facts.delay_days",
        "3..30",
        Between("facts.delay_days", Bound(3, inclusive=True), Bound(30, inclusive=True)),
    ),
    (
        "facts.delay_days",
        ">=3 <30",
        Between("facts.delay_days", Bound(3, inclusive=True), Bound(30, inclusive=False)),
    ),
    (
        "facts.share",
        "-1.5..2.5",
        Between("facts.share", Bound(Decimal("-1.5"), inclusive=True), Bound(Decimal("2.5"), inclusive=True)),
    ),
    ("facts.share", "1.5|2", OneOf("facts.share", (Decimal("1.5"), Decimal(2)))),
    ("amount_paid", "100 USD", OneOf("amount_paid", (usd(10_000),))),
    (
        "amount_paid",
        ">=100 USD <250 USD",
        Between("amount_paid", Bound(usd(10_000), inclusive=True), Bound(usd(25_000), inclusive=False)),
    ),
    (
        "amount_paid",
        "100..250",
        Between("amount_paid", Bound(usd(10_000), inclusive=True), Bound(usd(25_000), inclusive=True)),
    ),
    ("waited", ">=1h30m", Between("waited", Bound(HOUR * 3 // 2, inclusive=True), None)),
    (
        "facts.delivered",
        "2026-01-01..2026-01-02",
        Between("facts.delivered", Bound(JANUARY, inclusive=True), Bound(JANUARY + DAY, inclusive=True)),
    ),
    ("brand", "Amends|Other..s", OneOf("brand", ("Amends", "Other..s"))),
    (
        "customer.loyalty_tier",
        ">=silver",
        Between("customer.loyalty_tier", Bound("silver", inclusive=True), None, TIERS),
    ),
    (
        "customer.loyalty_tier",
        "none..silver",
        Between("customer.loyalty_tier", Bound("none", inclusive=True), Bound("silver", inclusive=True), TIERS),
    ),
    ("flags", "safety|media", Has("flags", SetTest.ANY, frozenset({"safety", "media"}))),
    ("flags", "!safety", Has("flags", SetTest.NONE, frozenset({"safety"}))),
]


@pytest.mark.parametrize(("fact", "cell", "asked"), CELLS, ids=[f"{fact} {cell}" for fact, cell, _ in CELLS])
def test_a_cell_asks_what_yaml_would(fact: str, cell: str, asked: Atom, write: Write) -> None:
    """Every sign, on every type of fact, gives the condition that YAML has for it."""
    pack = by_table(write, says([fact, cell]), "    then: [{apology: {}}]\n")
    assert [rule.when for rule in pack.rules] == [AllOf((asked,))]


GOODWILL = says(
    [
        "fault,customer.loyalty_tier,goodwill.kind,goodwill.amount,title,because.agent,because.customer",
        "company,gold,credit,50 USD|45 EUR,Gold and we,,For you.",
        "company|shared,>=silver,credit,10% of amount_paid,,Silver.,For you too.",
        "-,,-,-,-,Nothing.,-",
    ]
)


def test_every_row_is_a_rule_of_its_own(write: Write) -> None:
    """Its id, place, words and actions are the row's; everything else is the rule's, and so is what the row leaves."""
    pack = by_table(
        write,
        GOODWILL,
        """\
    priority: 7
    when: {stage: purchase}
    then: [{apology: {}}]
    because: {agent: The rule.}
    source: [D1]
""",
    )
    first, second, third = pack.rules
    assert [rule.rule_id for rule in pack.rules] == ["one/row-1", "one/row-2", "one/row-3"]
    assert [rule.row for rule in pack.rules] == [Row("one", Hit.FIRST, n) for n in (1, 2, 3)]
    assert [str(rule.position) for rule in pack.rules] == [f"shop/tables/t.csv:{line}:1" for line in (2, 3, 4)]
    assert {(rule.priority, rule.sources) for rule in pack.rules} == {(7, ("D1",))}
    stage = OneOf("stage", ("purchase",))
    assert first.when == AllOf((stage, OneOf("fault", ("company",)), OneOf("customer.loyalty_tier", ("gold",))))
    assert third.when == AllOf((stage,))
    assert [rule.title for rule in pack.rules] == ["Gold and we", "The only rule", "The only rule"]
    assert [rule.because_agent for rule in pack.rules] == [
        Text({"en": "The rule."}),
        Text({"en": "Silver."}),
        Text({"en": "Nothing."}),
    ]
    assert first.because_customer == Text({"en": "For you."})
    assert third.because_customer is None
    apology, credit = Proposal(ActionKind.APOLOGY), (("kind", "credit"),)
    several = Fixed((usd(5_000), Money("EUR", 4_500)))
    assert first.then == (apology, Proposal(ActionKind.GOODWILL, credit, several))
    assert second.then == (apology, Proposal(ActionKind.GOODWILL, credit, PercentOf(Decimal(10), "amount_paid")))
    assert third.then == (apology,)


def test_what_a_row_gives_completes_the_action_of_the_rule(write: Write) -> None:
    """The row's value wins; what the row leaves out is the rule's; one amount takes the place of another."""
    pack = by_table(
        write,
        says(
            [
                "fault,refund.amount,goodwill.amount,update_cadence.every,referral.evidence,entitlement.covers,entitlement.basis",
                "company,5 USD,6 USD,30m,fit|fault,refund|goodwill,house",
                "shared,-,-,,,,",
            ]
        ),
        """\
    then:
      - refund: {percent: 50, of: amount_paid, retention: true}
      - goodwill: {kind: credit, amount: 9 USD}
      - update_cadence: {every: 60m, channel: voice, owner: it, until: resolved}
      - referral: {outcome: other, target: none_known, evidence: [fit]}
      - entitlement: {basis: law, amount: 1 USD}
    because: {customer: So.}
""",
    )
    given, kept = ({proposal.kind: proposal for proposal in rule.then} for rule in pack.rules)
    assert [proposal.kind for proposal in pack.rules[0].then] == [proposal.kind for proposal in pack.rules[1].then]
    assert given[ActionKind.REFUND] == Proposal(ActionKind.REFUND, amount=Fixed((usd(500),)), retention=True)
    assert kept[ActionKind.REFUND].amount == PercentOf(Decimal(50), "amount_paid")
    assert (given[ActionKind.GOODWILL].amount, kept[ActionKind.GOODWILL].amount) == (
        Fixed((usd(600),)),
        Fixed((usd(900),)),
    )
    every = [dict(row[ActionKind.UPDATE_CADENCE].parameters)["every"] for row in (given, kept)]
    assert [getattr(span, "nanos", None) for span in every] == [HOUR // 2, HOUR]
    assert dict(given[ActionKind.REFERRAL].parameters)["evidence"] == ("fit", "fault")
    assert dict(given[ActionKind.ENTITLEMENT].parameters)["covers"] == ("refund", "goodwill")
    assert "covers" not in dict(kept[ActionKind.ENTITLEMENT].parameters)


def test_a_bare_amount_is_completed_too(write: Write) -> None:
    """`refund: 9 USD` and `refund: {}` are actions of their kind like any other."""
    for written in ("9 USD", ""):
        pack = by_table(
            write,
            says(["refund.amount,refund.retention", "5 USD,true"]),
            f"    then: [{{refund: {written}}}]\n    because: {{customer: So.}}\n",
        )
        assert pack.rules[0].then == (Proposal(ActionKind.REFUND, amount=Fixed((usd(500),)), retention=True),)


def test_custom_actions_are_outputs_too(write: Write) -> None:
    """What the pack declares may stand in a column like what the language knows."""
    pack = by_table(
        write,
        says(["fault,custom.name,custom.label_url", "company,accept_return,the label"]),
        PAYS,
    )
    (proposal,) = pack.rules[0].then
    assert (proposal.kind, dict(proposal.parameters)["label_url"]) == (ActionKind.CUSTOM, Text({"en": "the label"}))


HITS = says(
    [
        "fault,facts.delay_days,refund.amount",
        "company,>=3,30 USD",
        "company,>=1,10 USD",
        "-,-,1 USD",
    ]
)
PAYS = "    because: {customer: So.}\n"


@pytest.mark.parametrize(
    ("facts", "verdicts", "amount"),
    [
        ({"fault": "company", "facts.delay_days": 4}, {"one/row-1": "applied"}, "30.00"),
        ({"fault": "company", "facts.delay_days": 2}, {"one/row-2": "applied"}, "10.00"),
        ({"fault": "nobody"}, {"one/row-3": "applied"}, "1.00"),
        (
            {"fault": "company"},
            {"one/row-1": "undetermined", "one/row-2": "undetermined", "one/row-3": "undetermined"},
            "",
        ),
    ],
)
def test_the_first_row_that_holds_applies(
    facts: dict[str, Value], verdicts: dict[str, str], amount: str, write: Write
) -> None:
    """A row that is unknown before it leaves both open."""
    pack = by_table(write, HITS, PAYS)
    decision = decide(pack, facts)
    assert {trace.rule_id: trace.verdict.value for trace in decision.rules} == verdicts
    paid = [str(action.amount) for action in decision.actions if action.kind is ActionKind.REFUND]
    assert paid == ([f"{amount} USD"] if amount else [])
    assert [need.path for need in decision.needed_facts] == ([] if amount else ["facts.delay_days"])


def test_every_row_that_holds_is_collected(write: Write) -> None:
    """`hit: collect` applies all rows; how their actions combine is the kind's matter."""
    pack = by_table(write, HITS, "    hit: collect\n" + PAYS)
    assert applied(pack, {"fault": "company", "facts.delay_days": 4}) == {
        "one/row-1": "applied",
        "one/row-2": "overruled",
        "one/row-3": "overruled",
    }


def test_rows_that_cannot_hold_at_once_are_unique(write: Write) -> None:
    """`hit: unique` needs no order: the only row that holds applies."""
    table = says(["fault,facts.delay_days,refund.amount", "company,>=3,30 USD", "company,<3,10 USD", "shared,,5 USD"])
    pack = by_table(write, table, "    hit: unique\n" + PAYS)
    assert {rule.row.hit for rule in pack.rules if rule.row} == {Hit.UNIQUE}
    assert applied(pack, {"fault": "company", "facts.delay_days": 2}) == {"one/row-2": "applied"}


def test_rows_stand_by_the_id_of_their_table_and_then_by_number(write: Write) -> None:
    """Row 10 stands behind row 9, and all of them where the table's rule would."""
    rows = says(["facts.delay_days", *map(str, range(11))])
    rules = "rules:\n" + "".join(
        f"  - {{id: {rule_id}, title: T, then: [{{apology: {{}}}}]{table}}}\n"
        for rule_id, table in (("b", ", table: tables/t.csv"), ("a", ""), ("b-2", ""), ("z", ", priority: 1"))
    )
    ids = [rule.rule_id for rule in shop(write, rows, rules).rules]
    assert ids == ["z", "a", *(f"b/row-{n}" for n in range(1, 12)), "b-2"]


def test_an_amount_may_stand_in_a_table(write: Write) -> None:
    """First hit, closed by a row that always holds; it may be one of several amounts."""
    pack = shop(
        write,
        says(["customer.loyalty_tier,value", "gold,50 USD", ">=silver,10% of amount_paid", "-,5 USD|4 EUR"]),
        """\
rules:
  - id: one
    title: T
    then: [{refund: {table: tables/t.csv}}, {goodwill: {kind: credit, lowest: [{table: tables/t.csv}, 7 USD]}}]
    because: {customer: So.}
""",
    )
    refund, goodwill = pack.rules[0].then
    tier = "customer.loyalty_tier"
    assert refund.amount == AmountTable(
        (
            AmountRow(AllOf((OneOf(tier, ("gold",)),)), Fixed((usd(5_000),))),
            AmountRow(
                AllOf((Between(tier, Bound("silver", inclusive=True), None, TIERS),)),
                PercentOf(Decimal(10), "amount_paid"),
            ),
            AmountRow(ALWAYS, Fixed((usd(500), Money("EUR", 400)))),
        )
    )
    decision = decide(pack, {"customer.loyalty_tier": "silver"})
    assert {action.kind: str(action.amount) for action in decision.actions} == {
        ActionKind.REFUND: "100.00 USD",
        ActionKind.GOODWILL: "7.00 USD",
    }
    assert goodwill.amount is not None
    assert [need.path for need in decide(pack, {}).needed_facts] == ["customer.loyalty_tier"]


def test_a_limit_may_be_a_table(write: Write) -> None:
    """Whatever takes an amount takes a table."""
    pack = shop(
        write,
        says(["customer.loyalty_tier,value", "gold,50 USD", "-,5 USD"]),
        "limits: [{id: cap, of: [goodwill], at_most: {table: tables/t.csv}}]\n",
    )
    assert isinstance(pack.limits[0].at_most, AmountTable)


def test_a_pack_is_its_tables_and_not_their_files(write: Write) -> None:
    """Another cell is another pack; another file name, other quotes or line ends are not."""
    rules = "rules:\n  - {id: one, title: T, table: tables/NAME.csv, then: [{apology: {}}]}\n"
    seen = {}
    for name, text in {
        "t": "fault,title\ncompany,Ours\n",
        "u": 'fault,"title"\r\ncompany ,"Ours"\r\n\r\n',
        "v": "fault,title\nshared,Ours\n",
    }.items():
        folder = write({"shop/pack.yaml": HEADER + rules.replace("NAME", name), f"shop/tables/{name}.csv": text})
        pack = load_pack(folder, "shop")
        assert pack.digest == digest(pack)
        seen[name] = pack.digest
    assert seen["t"] == seen["u"] != seen["v"]


def test_a_table_belongs_to_the_pack_that_names_it(write: Write) -> None:
    """An inherited rule reads the parent's table; the child's own of that name is another."""
    rules = "rules:\n  - {id: %s, title: T, table: tables/t.csv, then: [{apology: {}}]}\n"
    folder = write(
        {
            "base/pack.yaml": "pack: base\nversion: 1\ntitle: B\n" + rules % "theirs",
            "base/tables/t.csv": "fault\ncompany\n",
            "shop/pack.yaml": HEADER + "extends: [base]\n" + rules % "ours",
            "shop/tables/t.csv": "fault\nshared\n",
        }
    )
    asked = {rule.rule_id: rule.when for rule in load_pack(folder, "shop").rules}
    assert asked == {
        "theirs/row-1": AllOf((OneOf("fault", ("company",)),)),
        "ours/row-1": AllOf((OneOf("fault", ("shared",)),)),
    }


def test_a_rule_by_table_is_replaced_and_disabled_whole(write: Write) -> None:
    """Ids of definitions are meant, and rows have none of their own there."""
    files = {
        "base/pack.yaml": "pack: base\nversion: 1\ntitle: B\nrules:\n"
        "  - {id: one, title: T, table: tables/t.csv, then: [{apology: {}}]}\n"
        "  - {id: two, title: T, table: tables/t.csv, then: [{apology: {}}]}\n",
        "base/tables/t.csv": "fault\ncompany\nshared\n",
        "shop/pack.yaml": HEADER + "extends: [base]\ndisable: [two]\nrules:\n"
        "  - {id: one, title: Ours, then: [{ask_perspective: {}}]}\n",
    }
    assert [rule.rule_id for rule in load_pack(write(files), "shop").rules] == ["one"]


def test_a_table_file_that_nothing_names_is_no_matter(write: Write) -> None:
    """A draft beside the others breaks nothing."""
    pack = shop(write, "fault\ncompany\n", "", draft='"no table at all')
    assert pack.rules == ()


CELL = st.sampled_from([cell for _, cell, _ in CELLS]) | st.text('|!<>=.-% of0123456789abUSD"\n,', max_size=8)


def test_a_table_is_not_read_through_a_link_out_of_the_pack(write: Write) -> None:
    """A file that leads elsewhere is told where a rule names it; a link inside is followed."""
    rules = "rules:\n  - {id: one, title: T, table: tables/t.csv, then: [{apology: {}}]}\n"
    folder = write(
        {"shop/pack.yaml": HEADER + rules, "shop/..data/t.csv": "fault\ncompany\n", "t.csv": "fault\nshared\n"}
    )
    (folder / "shop/tables").mkdir()
    table = folder / "shop/tables/t.csv"
    table.symlink_to(Path("../..data/t.csv"))
    assert load_pack(folder, "shop").rules[0].when == AllOf((OneOf("fault", ("company",)),))
    table.unlink()
    table.symlink_to(folder / "t.csv")
    with pytest.raises(PackError) as caught:
        load_pack(folder, "shop")
    assert [(str(found.position), found.code) for found in caught.value.diagnostics] == [
        ("shop/tables/t.csv:1:1", "outside")
    ]


OUTPUTS = ("refund.amount", "goodwill.kind", "referral.evidence", "custom.name", "value", "title", "need", "target")
HEADERS = st.sampled_from([*dict.fromkeys(fact for fact, _, _ in CELLS), *OUTPUTS])


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60)
    | st.lists(HEADERS, min_size=1, max_size=4).flatmap(
        lambda header: st.lists(st.tuples(*(CELL for _ in header)), max_size=3).map(
            lambda rows: "\n".join(",".join(row) for row in [tuple(header), *rows]).encode()
        )
    )
)
def test_any_table_is_answered(table: bytes) -> None:
    """Whatever stands in the file, wherever it is used, loading answers with a pack or with diagnostics."""
    uses = """\
rules:
  - {id: one, title: T, table: tables/t.csv, then: [{goodwill: {kind: credit}}], because: {customer: So.}}
  - {id: two, title: T, table: tables/t.csv, hit: unique, then: [{refund: {table: tables/t.csv}}]}
  - {id: three, title: T, then: [{referral: {outcome: other, need: a, table: tables/t.csv, evidence: [fit]}}]}
derive: [{fact: severity, table: tables/t.csv}, {fact: flags, table: tables/t.csv, hit: unique}]
"""
    sent = SentFiles("shop", {"pack.yaml": (HEADER + uses).encode(), "tables/t.csv": table})
    with TemporaryDirectory() as folder:
        loaded = load_rules_with(Path(folder), sent)
    assert loaded.packs or loaded.diagnostics["shop"]
