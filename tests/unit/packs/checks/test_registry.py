"""The static checks together: their examples, limits and requirements without use, overdue reviews."""

from dataclasses import replace
from pathlib import Path

import pytest

from amends.domain.action import Span
from amends.domain.action_kinds import ActionKind
from amends.packs.amounts import Fixed
from amends.packs.checks import stale_review, useless_limit, useless_requirement
from amends.packs.checks.law import Law
from amends.packs.checks.registry import STATIC_LAWS, static_warnings
from amends.packs.conditions import ALWAYS
from amends.packs.diagnostics import Severity
from amends.packs.model import Limit, Position, Requirement, TableParameter
from tests.unit.packs.checks.examples import load_example, pack_of
from tests.unit.resolution.building import NOW, SECOND, pack, propose, rule, text, usd

HERE = Position("built.yaml", 1, 1)
DAY = 24 * 3600 * SECOND
YEAR_2026 = 1_767_225_600 * SECOND
"""2026-01-01."""


@pytest.mark.parametrize(
    "law", [law for law in STATIC_LAWS if law.severity is Severity.WARNING], ids=lambda law: law.name
)
def test_the_examples_of_a_warning_load_and_are_what_they_are_called(law: Law, tmp_path: Path) -> None:
    """Only the bad one is told, by that check alone, and it may be served all the same."""
    found = {diagnostic.code for diagnostic in static_warnings(pack_of(tmp_path, law.bad), today=NOW)}
    assert found == {law.name}

    assert list(static_warnings(pack_of(tmp_path, law.good), today=NOW)) == []


@pytest.mark.parametrize(
    "law", [law for law in STATIC_LAWS if law.severity is Severity.ERROR], ids=lambda law: law.name
)
def test_the_examples_of_an_error_are_what_they_are_called(law: Law, tmp_path: Path) -> None:
    """The bad one is not served."""
    bad = load_example(tmp_path, law.bad)
    assert ({found.code for found in bad.diagnostics["example"]}, bad.packs) == ({law.name}, {})

    assert list(static_warnings(pack_of(tmp_path, law.good), today=NOW)) == []


def test_what_an_entitlement_covers_counts_as_proposed() -> None:
    """It counts as that kind in limits."""
    owed = propose("entitlement", usd("10"), basis="law", covers=("refund",))
    limit = Limit("cap", (ActionKind.REFUND,), Fixed((usd("5"),)), "", HERE)

    assert list(useless_limit.check(replace(pack(rule("a", owed)), limits=(limit,)))) == []
    (told,) = useless_limit.check(replace(pack(rule("a", propose("apology"))), limits=(limit,)))
    assert (told.about, told.position) == (("cap",), HERE)


def test_a_requirement_is_told_where_its_kind_or_every_companion_is_missing() -> None:
    """The first is never asked, the second removes its kind always."""
    apology = rule("a", propose("apology"))
    unasked = Requirement("no-decline", ActionKind.DECLINE, ALWAYS, (ActionKind.APOLOGY,), HERE)
    unmet = Requirement("no-bare", ActionKind.APOLOGY, ALWAYS, (ActionKind.REFUND, ActionKind.REMEDY), HERE)

    told = [found.message for found in useless_requirement.check(replace(pack(apology), requires=(unasked, unmet)))]

    assert told == [
        "requirement no-decline speaks of decline, which no rule proposes",
        "requirement no-bare is never met: no rule proposes refund or remedy",
    ]


def test_a_review_is_stale_from_the_day_after_it_was_due() -> None:
    """Of a referral too, whether its date stands in the rule or in a table; without `review_every` nothing is."""
    table = TableParameter(by="need", rows=(("speed", "2026-01-01"), ("price", None)))
    built = pack(
        rule("one", propose("referral", outcome="other", target=text("x"), reviewed="2026-01-01", evidence=("fit",))),
        rule("two", propose("referral", outcome="other", target=text("x"), reviewed=table, evidence=("fit",))),
    )
    within_ten_days = replace(built, review_every=Span(nanos=10 * DAY))

    assert list(stale_review.check(built, today=NOW)) == []
    assert list(stale_review.check(within_ten_days, today=YEAR_2026 + 10 * DAY)) == []
    told = list(stale_review.check(within_ten_days, today=YEAR_2026 + 11 * DAY))
    assert [found.about for found in told] == [("one",), ("two",)]
    assert "was last reviewed on 2026-01-01; a review was due on 2026-01-11" in told[0].message


def test_business_days_of_a_review_are_days_of_weeks_of_five() -> None:
    """Ten of them are two weeks."""
    proposal = propose("referral", outcome="other", target=text("x"), reviewed="2026-01-01", evidence=("fit",))
    built = replace(pack(rule("one", proposal)), review_every=Span(business_days=10))

    assert list(stale_review.check(built, today=YEAR_2026 + 14 * DAY)) == []
    assert len(list(stale_review.check(built, today=YEAR_2026 + 15 * DAY))) == 1
