"""What adds nothing to what stands before it is told; what adds anything at all is not."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from amends.domain.action_kinds import ActionKind, Combine
from amends.packs.checks import shadowed
from amends.packs.checks.shadowed import LAW, check
from amends.packs.conditions import ALWAYS, AllOf, AnyOf, Between, Bound, Condition, OneOf, Present, Within
from amends.packs.model import Case, Derive, Forbid, Hit, Holding, Pack, Position, Row, Rule
from tests.unit.packs.checks.examples import line_of, pack_of
from tests.unit.resolution.building import pack, propose, rule, text, usd

SORRY = propose("apology", literal=True)
OURS = OneOf("fault", ("company",))
OURS_OR_SHARED = OneOf("fault", ("company", "shared"))
HERE = Position("built.yaml", 7, 1)


def at_least(count: int) -> Between:
    return Between("facts.count", Bound(count, inclusive=True), None)


def told(built: Pack) -> list[tuple[str, ...]]:
    """The ids that each finding is about."""
    return [diagnostic.about for diagnostic in check(built)]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (ALWAYS, OURS),
        (OURS_OR_SHARED, OURS),
        (at_least(3), AllOf((at_least(5), OURS))),
        (AnyOf((at_least(3), OURS)), AnyOf((OURS, at_least(4)))),
        (Present("fault", expected=True), OURS),
        (Within("observe_time", "observe_time", 9), Within("observe_time", "observe_time", 5)),
    ],
)
def test_the_same_asked_under_a_narrower_condition_adds_nothing(wide: Condition, narrow: Condition) -> None:
    """The earlier rule applies wherever the later does; the other way round nothing is told."""
    assert told(pack(rule("a", SORRY, when=wide), rule("b", SORRY, when=narrow))) == [("b", "a")]
    assert told(pack(rule("a", SORRY, when=narrow), rule("b", SORRY, when=wide))) == []


def test_conditions_that_say_the_same_in_other_words_shadow_each_other() -> None:
    """Whichever comes later adds nothing."""
    denied = OneOf("fault", ("customer", "third_party", "nobody"), negated=True)

    assert told(pack(rule("a", SORRY, when=denied), rule("b", SORRY, when=OURS_OR_SHARED))) == [("b", "a")]
    assert told(pack(rule("a", SORRY, when=OURS_OR_SHARED), rule("b", SORRY, when=denied))) == [("b", "a")]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (OURS, OURS_OR_SHARED),
        (at_least(5), at_least(3)),
        (AllOf((OURS, at_least(3))), OURS),
        (Present("fault", expected=True), ALWAYS),
        (AnyOf((OURS, OneOf("fault", ("shared",)))), OURS_OR_SHARED),
        (OURS, OneOf("requested", (frozenset({"apology"}),))),
    ],
)
def test_what_is_not_certain_is_not_told(wide: Condition, narrow: Condition) -> None:
    """Also where it is true and cannot be seen alternative by alternative."""
    assert told(pack(rule("a", SORRY, when=wide), rule("b", SORRY, when=narrow))) == []


@pytest.mark.parametrize(
    "later",
    [
        rule("b", SORRY, propose("ask_perspective"), when=OURS),
        rule("b", propose("goodwill", usd("5"), kind="credit"), when=OURS),
        rule("b", SORRY, when=OURS, forbids=["goodwill"]),
        rule("b", SORRY, when=OURS, priority=5),
        rule("b", propose("remedy", kind="repair", meets=("other",)), when=OURS),
        rule("b", SORRY, when=AllOf((OURS, OneOf("requested", (frozenset({"apology"}),))))),
    ],
)
def test_whoever_asks_for_more_adds_something(later: Rule) -> None:
    """Another action, another amount, a ban, other words that come first, an answered request."""
    assert told(pack(rule("a", SORRY, propose("remedy", kind="replace")), later)) == []


def test_of_a_kind_of_which_one_stands_a_later_one_never_does() -> None:
    """The second remedy is never taken; of two referrals the honest one is, so nothing is said of these."""
    remedies = (rule("a", propose("remedy", kind="replace")), rule("b", propose("remedy", kind="repair"), when=OURS))
    referrals = [
        rule(ident, propose("referral", outcome=outcome, target=text("them"), evidence=("fit",)))
        for ident, outcome in (("a", "other"), ("b", "not_a_fit"))
    ]

    assert told(pack(*remedies)) == [("b", "a")]
    assert told(pack(*remedies, combine={ActionKind.REMEDY: Combine.ALL})) == []
    assert told(pack(*referrals)) == []


def test_where_amounts_add_up_the_same_amount_again_adds() -> None:
    """Under `sum` equal proposals do not become one."""
    gifts = [rule(ident, propose("goodwill", usd("5"), kind="credit")) for ident in ("a", "b")]

    assert told(pack(*gifts)) == [("b", "a")]
    assert told(pack(*gifts, combine={ActionKind.GOODWILL: Combine.SUM})) == []


def test_a_ban_or_hold_that_stands_already_adds_nothing() -> None:
    """A ban of some gestures is a part of the ban of all; a hold has to be the same."""
    credit = Forbid(ActionKind.GOODWILL, ("credit",))
    everything = Forbid(ActionKind.GOODWILL)

    assert told(pack(rule("a", forbids=[everything]), rule("b", forbids=[credit], when=OURS))) == [("b", "a")]
    assert told(pack(rule("a", forbids=[credit]), rule("b", forbids=[everything], when=OURS))) == []
    holding = Holding((ActionKind.REFUND,), "it", text("wait"))
    assert told(pack(rule("a", SORRY), with_part(rule("b", SORRY, when=OURS), hold=holding))) == []


def with_part(one: Rule, **parts: object) -> Rule:
    fields: Mapping[str, object] = {name: getattr(one, name) for name in one.__slots__}
    return Rule(**{**fields, **parts})  # type: ignore[arg-type]  # the fields of a rule


def test_a_row_behind_a_wider_row_of_the_same_table_never_applies() -> None:
    """Hit first, whatever it asks for; a row of another table may not apply where its cells hold."""
    rows = [
        with_part(rule("t/row-1", SORRY, when=at_least(3)), row=Row("t", Hit.FIRST, 1)),
        with_part(rule("t/row-2", propose("ask_perspective"), when=at_least(5)), row=Row("t", Hit.FIRST, 2)),
    ]
    other = rule("z", SORRY, when=at_least(5))
    later = with_part(rule("t/row-10", SORRY, when=ALWAYS), row=Row("t", Hit.FIRST, 10))

    assert told(pack(*rows)) == [("t/row-2", "t/row-1")]
    assert told(pack(rows[0], later)) == []
    assert told(pack(rows[0], other)) == []


def test_a_case_behind_a_wider_one_never_decides() -> None:
    """Of a derived fact the first case that holds decides."""
    cases = tuple(Case(when, severity, HERE) for when, severity in ((at_least(1), "high"), (at_least(9), "low")))
    built = pack(rule("a", SORRY))
    derived = Pack(
        **{name: getattr(built, name) for name in built.__slots__}
        | {"derives": (Derive("severity", cases, Hit.FIRST, None, HERE),)}
    )

    (found,) = check(derived)
    assert (found.about, found.position) == (("severity",), HERE)
    assert "case 2 of severity never decides: case 1 holds" in found.message


def test_where_it_would_take_too_long_the_check_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence would look like a result."""
    monkeypatch.setattr(shadowed, "_MOST_COMPARISONS", 10)
    rules = [rule(f"r{number:02}", SORRY, when=at_least(99 - number)) for number in range(20)]

    *_, last = check(pack(*rules))

    assert "not all rules were compared" in last.message


def test_the_examples_are_what_they_are_called(tmp_path: Path) -> None:
    """Both load; of the bad one the later rule is told."""
    (found,) = check(pack_of(tmp_path, LAW.bad))
    assert (found.code, found.about, line_of(LAW, found)) == (LAW.name, ("long-delay", "any-delay"), "- id: long-delay")

    assert list(check(pack_of(tmp_path, LAW.good))) == []
