"""Which mutants a pack has: each part of what decides, changed in each way that its owner could have erred."""

import pytest

from amends.proving.mutation.change import Mutation
from amends.proving.mutation.mutations import mutated, mutations_of
from tests.unit.proving.mutation.shop import BACK, HEAD, Shop

ANY = "any: [{severity: {at_least: high}}, {all: [{fault: company}, {stage: use}], cause: people}]"


def mutants(shop: Shop, pack_id: str = "shop", *, inherited: bool = False) -> tuple[Mutation, ...]:
    subject = shop.subject(pack_id)
    return mutations_of(subject.pack, subject.remaker, inherited=inherited)


def words(shop: Shop, about: str) -> list[str]:
    return [one.words for one in mutants(shop) if one.about == about]


def test_of_a_rule_every_part_is_changed(shop: Shop) -> None:
    """The rule, its conditions, the values of a list, bounds, amounts; a rule without its one action is none."""
    shop.write(HEAD + BACK)

    assert words(shop, "back") == [
        "the rule is taken out",
        "the condition `fault: [company, shared]` is taken out",
        "`fault: [company, shared]`: company is left out",
        "`fault: [company, shared]`: shared is left out",
        "the condition `facts.days: {at_least: 3}` is taken out",
        "`facts.days: at_least 3` becomes 2",
        "`facts.days: at_least 3` becomes 4",
        "the amount of refund: 9 USD becomes 8.99 USD",
        "the amount of refund: 9 USD becomes 9.01 USD",
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            f"when: {{{ANY}}}",
            [
                f"the condition `{ANY}` is taken out",
                "the condition `severity: {at_least: high}` is taken out",
                "`severity: at_least high` becomes critical",
                "`severity: at_least high` becomes medium",
                "the condition `all: [{fault: company}, {stage: use}]` is taken out",
                "the condition `{all: [{fault: company}, {stage: use}], cause: people}` is taken out",
                "the condition `fault: company` is taken out",
                "the condition `stage: use` is taken out",
                "the condition `cause: people` is taken out",
            ],
        ),
        (
            "effective: {from: 2026-01-01, by: facts.on}",
            [
                "`from: 2026-01-01` of `effective` is taken out",
                "`from` of `effective`: 2026-01-01 becomes 2025-12-31",
                "`from` of `effective`: 2026-01-01 becomes 2026-01-02",
            ],
        ),
        (
            "when: {facts.on: {within: 30d, of: observe_time}}",
            [
                "the condition `facts.on: {within: 30d, of: observe_time}` is taken out",
                "`facts.on: within 30d` becomes 29d",
                "`facts.on: within 30d` becomes 31d",
            ],
        ),
        (
            "forbid: [apology, {goodwill: [credit, gift]}]",
            [
                "the forbid of apology is taken out",
                "the forbid of {goodwill: [credit, gift]} is taken out",
                "the forbid of [credit, gift]: credit is left out",
                "the forbid of [credit, gift]: gift is left out",
            ],
        ),
        (
            "hold: {kinds: [refund, goodwill], for: billing, because: x}",
            [
                "the hold is taken out",
                "the hold: goodwill is left out",
                "the hold: refund is left out",
                "the hold for billing becomes one for it",
            ],
        ),
    ],
)
def test_of_conditions_dates_forbids_and_holds(rule: str, expected: list[str], shop: Shop) -> None:
    """Groups are taken apart, each part once; ordered words move by one step, dates by a day."""
    text = "version: 1\ntitle: x\nteams: {billing: {label: B}, it: {label: IT}}\nfacts: {on: {type: date}}\nrules:\n"
    action = "    then: [{set_expectations: {next: x}}]\n"
    shop.write(f"{text}  - id: ours\n    title: Ours\n    {rule}\n{action}")

    ours = [word for word in words(shop, "ours") if word != "the rule is taken out" and "set_expect" not in word]
    assert sorted(ours) == sorted(expected)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("refund: {percent: 12.5, of: amount_paid}", ["12.5 becomes 12.6", "12.5 becomes 12.4"]),
        (
            "goodwill: {kind: upgrade, expires: 90d, retention: true}",
            [
                "`kind: upgrade` of goodwill becomes recognition",
                "`expires: 90d` of goodwill becomes 89d",
                "`expires: 90d` of goodwill becomes 91d",
                "`expires: 90d` of goodwill is taken out",
                "`retention: true` of goodwill is taken out",
            ],
        ),
        (
            "apology: {literal: true, channel: {fact: customer.preferred_channel, default: sms}}",
            [
                "`literal: true` of apology becomes false",
                "`literal: true` of apology is taken out",
                "`channel: {fact: customer.preferred_channel, default: sms}` of apology becomes social",
                "`channel: {fact: customer.preferred_channel, default: sms}` of apology is taken out",
            ],
        ),
        (
            "assign_owner: {to: it}",
            ["`to: it` of assign_owner becomes billing"],
        ),
        (
            "custom: {name: pick_up, fee: 3 USD}",
            [
                "`fee: 3 USD` of custom becomes 2.99 USD",
                "`fee: 3 USD` of custom becomes 3.01 USD",
                "`fee: 3 USD` of custom is taken out",
            ],
        ),
        (
            "refund: {lowest: [[50 USD, 45 EUR], {percent: 50, of: amount_paid}]}",
            [
                *("50 USD becomes 50.01 USD", "50 USD becomes 49.99 USD"),
                *("45 EUR becomes 45.01 EUR", "45 EUR becomes 44.99 EUR", "50 becomes 51", "50 becomes 49"),
                *("50 USD is left out", "45 EUR is left out"),
                *("[50 USD, 45 EUR] is left out", "{percent: 50, of: amount_paid} is left out"),
            ],
        ),
    ],
)
def test_of_actions_amounts_and_parameters(action: str, expected: list[str], shop: Shop) -> None:
    """Words for people are left alone; a required parameter is changed and not taken out."""
    text = (
        "version: 1\ntitle: x\nteams: {billing: {label: B}, it: {label: IT}}\n"
        "actions: {pick_up: {parameters: {fee: money}}}\nrules:\n  - id: ours\n    title: Ours\n"
    )
    shop.write(f"{text}    then: [{{{action}}}, {{ask_perspective: {{}}}}]\n    because: {{customer: x}}\n")

    found = [one.words for one in mutants(shop) if one.operator.value in {"parameter", "amount"}]
    assert len(found) == len(expected)
    assert [wanted for wanted in expected if not any(word.endswith(wanted) for word in found)] == []


def test_of_a_table_every_row_and_cell(shop: Shop) -> None:
    """A cell that asks is made to ask nothing, its values are left out, its bounds moved; rows keep their numbers."""
    rule = "rules:\n  - {id: t, title: T, table: tables/t.csv, because: {customer: x}}\n"
    table = "facts.days,fault,refund.amount\n>=3 <9,company|shared,9 USD\n-,-,1 USD|2 EUR\n"
    shop.write(HEAD + rule, tables={"t.csv": table})

    assert sorted(words(shop, "t")) == sorted(
        [
            "the rule is taken out",
            "row 1 of the table is deleted: >=3 <9, company|shared, 9 USD",
            "row 2 of the table is deleted: -, -, 1 USD|2 EUR",
            "row 1, `facts.days`: >=3 <9 becomes -",
            "row 1, `facts.days`: >=3 <9 becomes >=2 <9",
            "row 1, `facts.days`: >=3 <9 becomes >=4 <9",
            "row 1, `facts.days`: >=3 <9 becomes >=3 <8",
            "row 1, `facts.days`: >=3 <9 becomes >=3 <10",
            "row 1, `fault`: company|shared becomes -",
            "row 1, `fault`: company|shared becomes company",
            "row 1, `fault`: company|shared becomes shared",
            "row 1, `refund.amount`: 9 USD becomes 8.99 USD",
            "row 1, `refund.amount`: 9 USD becomes 9.01 USD",
            "row 2, `refund.amount`: 1 USD|2 EUR becomes 0.99 USD|2 EUR",
            "row 2, `refund.amount`: 1 USD|2 EUR becomes 1.01 USD|2 EUR",
            "row 2, `refund.amount`: 1 USD|2 EUR becomes 1 USD|1.99 EUR",
            "row 2, `refund.amount`: 1 USD|2 EUR becomes 1 USD|2.01 EUR",
            "row 2, `refund.amount`: 1 USD|2 EUR becomes 1 USD",
            "row 2, `refund.amount`: 1 USD|2 EUR becomes 2 EUR",
        ]
    )
    subject = shop.subject()
    (first,) = [one for one in mutants(shop) if one.words.startswith("row 1 of the table")]
    assert [rule.rule_id for rule in mutated(first.edit, subject.pack, subject.remaker).pack.rules] == ["t/row-2"]
    assert str(first.position) == "shop/tables/t.csv:2:1"


def test_of_the_other_sections(shop: Shop) -> None:
    """Bands, limits, requirements, guardrails, cases, calendars, combinations: whatever decides beside the rules."""
    shop.write(
        HEAD
        + """\
authority: [{role: clerk, refund: [5 USD, 4 EUR]}, {role: boss, refund: unlimited}]
limits: [{id: cap, of: [refund, goodwill], at_most: 7 USD, minus: customer.goodwill_granted_365d}]
requires: [{id: more, kind: apology, when: {customer.apologies_90d: {at_least: 2}}, one_of: [remedy, refund]}]
guardrails: [{id: eta, unless: {incident.eta_known: true}, never: x, instead: y}]
combine: {refund: sum}
calendars: {desk: {hours: {mon-fri: "08:00-20:00"}, closed: [2026-12-25, 2026-12-26]}}
derive: [{fact: facts.late, type: boolean, cases: [{when: {facts.days: {above: 3}}, value: true}, {value: false}]}]
"""
    )

    found = {about: words(shop, about) for about in ("authority", "cap", "more", "eta", "refund", "desk", "facts.late")}
    assert len(found["authority"]) == 8
    assert len(found["cap"]) == 6
    assert len(found["more"]) == 6
    assert found["eta"] == ["the guardrail is taken out", "the condition `incident.eta_known: true` is taken out"]
    assert found["refund"] == ["`sum` of refund is taken out"]
    assert len(found["desk"]) == 6
    assert found["facts.late"] == [
        "the case `true` of facts.late is taken out",
        "the condition `facts.days: {above: 3}` is taken out",
        "`facts.days: above 3` becomes 2",
        "`facts.days: above 3` becomes 4",
        "the value true of facts.late becomes false",
        "the value false of facts.late becomes true",
    ]


def test_what_is_inherited_is_changed_only_where_that_is_asked_for(shop: Shop) -> None:
    """A pack's tests answer for what it writes; what it disables is its own doing."""
    shop.write(HEAD + BACK)
    gift = "  - {id: gift, title: G, then: [{goodwill: {kind: gift}}], because: {customer: x}}\n"
    shop.write(f"{HEAD}extends: [shop]\ndisable: [back]\nrules:\n{gift}", pack_id="branch")
    shop.write(f"{HEAD}extends: [shop]\nrules:\n{gift}", pack_id="outpost")

    assert {one.about for one in mutants(shop, "branch")} == {"gift", "back"}
    (enabled,) = [one for one in mutants(shop, "branch") if one.about == "back"]
    assert enabled.words == "the inherited back is not disabled"
    assert {one.about for one in mutants(shop, "outpost")} == {"gift"}
    assert {one.about for one in mutants(shop, "outpost", inherited=True)} == {"gift", "back"}


def test_a_rule_that_replaced_an_inherited_one_gives_way_to_it(shop: Shop) -> None:
    """Taking the own rule out of the file brings the inherited one back, and so does the mutant."""
    shop.write(HEAD + BACK)
    shop.write(f"{HEAD}extends: [shop]\n{BACK.replace('9 USD', '12 USD')}", pack_id="branch")

    subject = shop.subject("branch")
    gone = next(one for one in mutants(shop, "branch") if one.words == "the rule is taken out")
    (rule,) = mutated(gone.edit, subject.pack, subject.remaker).pack.rules
    assert str(rule.then[0].amount) == str(shop.subject("shop").pack.rules[0].then[0].amount)
