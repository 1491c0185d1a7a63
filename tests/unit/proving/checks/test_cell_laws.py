"""Every check of cells by its own examples, and what each of them does not take for a breach."""

from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import ActionKind, Combine
from amends.engines.bitmap import BitmapEngine
from amends.packs.amounts import PercentOf
from amends.packs.checks.law import Law
from amends.packs.checks.waivers import Waivers
from amends.packs.conditions import ALWAYS, OneOf
from amends.packs.diagnostics import Diagnostic
from amends.packs.model import Hit, Pack, Position, Row, Rule
from amends.proving import cells
from amends.proving.cells import CELL_LAWS, TOO_MANY, check_cells
from tests.unit.packs.checks.examples import pack_of
from tests.unit.resolution.building import NOW, pack, percent, propose, rule, text, usd

MAIN = Position("built/pack.yaml", 3, 1)
SORRY = propose("apology", literal=True)
NEXT = propose("set_expectations", next=text("We call you."))
OURS = OneOf("fault", ("company",))
LOW = OneOf("severity", ("low", "medium"))


def checked(built: Pack, *, most: int = 100_000) -> tuple[Diagnostic, ...]:
    compiled = CompiledPack(built, BitmapEngine())
    return check_cells(compiled, waivers=Waivers(built, today=NOW), now=NOW, main=MAIN, most=most)


def told(
    *rules: Rule, main: tuple[str, ...] = ("fault",), combine: dict[ActionKind, Combine] | None = None
) -> list[str]:
    """The check and the message of each finding."""
    built = with_main(pack(*rules, combine=combine or {}), main)
    return [f"{found.code}: {found.message}" for found in checked(built)]


def with_main(built: Pack, main: tuple[str, ...]) -> Pack:
    return Pack(**{name: getattr(built, name) for name in built.__slots__} | {"main": main})


@pytest.mark.parametrize("law", CELL_LAWS, ids=lambda law: law.name)
def test_the_examples_are_what_they_are_called(law: Law, tmp_path: Path) -> None:
    """Only the bad one is told, and by that check alone."""
    most = 2_000 if law is TOO_MANY else 100_000

    assert {found.code for found in checked(pack_of(tmp_path, law.bad), most=most)} == {law.name}
    assert checked(pack_of(tmp_path, law.good), most=most) == ()


def test_a_pack_without_main_has_no_cells() -> None:
    """Nothing is checked and nothing told."""
    assert told(rule("a", propose("remedy", kind="redo")), main=()) == []


def test_the_more_rules_the_fewer_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out is told with its count; severity and fault stay whole, so nothing is sampled of them."""
    monkeypatch.setattr(cells, "MOST_DECIDED", 60)
    rules = (rule("a", SORRY, NEXT), rule("b", propose("ask_perspective")))

    assert told(*rules, main=("cause", "fault")) == [
        "too-many-cells: `main` has 48 cells; of these 30 were checked",
    ]
    assert told(*rules, main=("severity", "fault")) == []


def test_a_gap_is_told_once_with_its_cells_an_example_and_what_they_share() -> None:
    """Six values of fault, missing included, by five of severity: one finding, not thirty."""
    rules = (rule("a", SORRY, NEXT, when=OneOf("fault", ("customer",), negated=True)),)

    assert told(*rules, main=("fault", "severity")) == [
        "gap: no rule matches: 5 of 30 cells, for example fault=customer, severity=low; all with fault=customer",
        (
            "gap: no rule matches until missing facts are known, and none is asked for: 5 of 30 cells, for example"
            " fault=missing, severity=low; all with fault=missing"
        ),
    ]


def test_a_finding_holds_the_values_of_its_cells() -> None:
    """For a map: on each axis the values of such cells, missing apart, and how many cells there are."""
    rules = (rule("a", SORRY, NEXT, when=OneOf("fault", ("customer",), negated=True)),)
    known, unknown = checked(with_main(pack(*rules), ("fault", "severity")))

    assert known.cells is not None
    assert known.cells.count == 5
    assert {fact.spec.path: (fact.values, fact.missing) for fact in known.cells.facts} == {
        "fault": (("customer",), False),
        "severity": (("low", "medium", "high", "critical"), True),
    }
    assert unknown.cells is not None
    assert {fact.spec.path: (fact.values, fact.missing) for fact in unknown.cells.facts}["fault"] == ((), True)


def test_where_a_fact_is_asked_for_there_is_no_gap() -> None:
    """A question is something to say."""
    assert told(rule("a", propose("remedy", kind="redo"), SORRY, NEXT, when=OneOf("fit", ("none",)))) == []


def test_an_overlap_names_both_rules_and_stands_at_the_one_that_loses() -> None:
    """One finding a pair, in every cell in which both apply."""
    rules = (
        rule("a", propose("remedy", kind="replace"), SORRY, NEXT),
        rule("b", propose("remedy", kind="redo"), when=OURS),
    )

    (found,) = told(*rules)
    cause = "overlap: only their ids say that the remedy of a goes before that of b"
    assert found == f"{cause}: 1 of 6 cells, for example fault=company"


@pytest.mark.parametrize(
    "other",
    [
        rule("b", propose("remedy", kind="redo"), priority=1),
        rule("b", propose("remedy", kind="replace")),
        rule("b", propose("remedy", kind="redo"), when=OneOf("brand", ("x",))),
    ],
)
def test_priorities_equal_proposals_and_rules_that_do_not_apply_are_no_overlap(other: Rule) -> None:
    """Nothing is settled by an id."""
    assert told(rule("a", propose("remedy", kind="replace"), SORRY, NEXT), other) == []


def test_where_all_stand_or_rows_have_their_order_there_is_no_overlap() -> None:
    """The pack's own way to combine counts; rows of one table stand in the order that was meant."""
    remedies = [propose("remedy", kind=kind) for kind in ("replace", "redo")]
    rows = [
        Rule(**{name: getattr(one, name) for name in one.__slots__} | {"row": Row("t", Hit.COLLECT, number)})
        for number, one in enumerate((rule("t/row-1", remedies[0], SORRY, NEXT), rule("t/row-2", remedies[1])), start=1)
    ]

    assert told(*rows) == []
    several = (rule("a", remedies[0], SORRY, NEXT), rule("b", remedies[1]))
    assert told(*several, combine={ActionKind.REMEDY: Combine.ALL}) == []


def test_care_alone_serves_no_result_and_is_not_blamed_for_it() -> None:
    """The three justices are asked of decisions that do something substantive."""
    assert told(rule("a", SORRY, NEXT)) == []
    assert told(rule("a", propose("clarify", script=text("It is so.")), SORRY, NEXT)) == [
        (
            "justices: something substantive is done, and nothing serves distributive justice: 6 of 6 cells,"
            " for example fault=company"
        )
    ]


def test_money_is_blamed_on_the_rule_that_gives_it() -> None:
    """Only where no rule apologises."""
    gift = rule("gift", propose("goodwill", usd("5"), kind="credit"), propose("proactive_contact"), NEXT)

    assert told(gift, rule("sorry", SORRY, when=OURS)) == [
        "money-without-apology: rule gift gives money without an apology: 5 of 6 cells, for example fault=customer"
    ]
    assert told(gift, rule("sorry", SORRY)) == []


def care_and(*rules: Rule) -> tuple[Rule, ...]:
    return (rule("care", SORRY, NEXT), *rules)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            care_and(rule("a", propose("refund", percent("50", "amount_paid")), when=OneOf("fault", ("shared",)))),
            (
                "money back is less or none where more is our fault: 5 of 30 cells,"
                " for example fault=shared, severity=low; all with fault=shared"
            ),
        ),
        (
            care_and(
                rule("a", propose("goodwill", usd("9"), kind="credit"), when=LOW),
                rule("b", propose("goodwill", usd("5"), kind="credit")),
            ),
            (
                "goodwill is less or none where it is worse: 6 of 30 cells, for example fault=company, severity=medium;"
                " all with severity=medium"
            ),
        ),
        (
            care_and(rule("a", propose("remedy", kind="redo"), when=LOW)),
            (
                "remedy is less or none where it is worse: 6 of 30 cells, for example fault=company, severity=medium;"
                " all with severity=medium"
            ),
        ),
    ],
)
def test_more_never_gives_less(rules: tuple[Rule, ...], message: str) -> None:
    """Along severity, tier and fault: neither a lower sum nor nothing instead of something."""
    assert [one for one in told(*rules, main=("fault", "severity")) if "monotonic" in one] == [f"monotonic: {message}"]


@pytest.mark.parametrize(
    "rules",
    [
        care_and(
            rule("a", propose("refund", usd("50")), when=LOW),
            rule("b", propose("entitlement", usd("60"), basis="law"), when=OneOf("severity", ("high", "critical"))),
        ),
        care_and(rule("a", propose("escalate", to=text("a manager")), propose("remedy", kind="redo"), when=ALWAYS)),
        care_and(rule("a", propose("decline", what=text("more")), when=LOW)),
        care_and(rule("a", propose("audit_step", owner="it", step=text("Look")), when=LOW)),
        care_and(
            rule("a", propose("goodwill", usd("5"), kind="credit"), when=OneOf("fault", ("nobody", "third_party")))
        ),
    ],
)
def test_what_is_owed_words_care_and_what_is_not_ranked_are_no_loss(rules: tuple[Rule, ...]) -> None:
    """A refund gives way to an entitlement; a refusal that falls away is none; nobody's fault is on no scale."""
    assert [one for one in told(*rules, main=("fault", "severity")) if "monotonic" in one] == []


def test_what_a_missing_fact_may_still_bring_is_said_to_be_open() -> None:
    """The witness stands, and the reader learns that it may be only an unknown."""
    rules = care_and(
        rule("a", propose("remedy", kind="redo"), when=OneOf("fault", ("shared",))),
        rule("b", propose("remedy", kind="replace"), when=OneOf("fit", ("full",))),
    )

    (found,) = [one for one in told(*rules) if "monotonic" in one]
    assert "remedy is less or none where more is our fault, until missing facts are known: 1 of 6 cells" in found


def test_amounts_are_told_by_the_money_that_every_cell_knows() -> None:
    """The price is 100 in the pack's currency, so that a share of it is an amount."""
    share = PercentOf(percent("10", "amount_affected").percent, "amount_affected")
    found = told(rule("a", propose("refund", share), NEXT), rule("b", propose("proactive_contact")))

    assert [one.partition(":")[0] for one in found] == ["money-without-apology"]
