"""An action that another of the same rule always beats is told, and only where that is certain."""

from dataclasses import replace

import pytest

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind, Combine
from amends.packs.checks import beaten_by_itself
from amends.packs.model import FactParameter, Hit, Proposal, Row
from tests.unit.resolution.building import cadence, eur, owed, pack, percent, propose, rule, usd

REPLACE = propose("remedy", kind="replace")
REPAIR = propose("remedy", kind="repair")


def told(*then: Proposal, combine: dict[ActionKind, Combine] | None = None) -> list[str]:
    """What is said of a rule that proposes these."""
    built = pack(rule("a", *then), combine=combine or {})
    return [found.message for found in beaten_by_itself.check(built)]


@pytest.mark.parametrize(
    ("then", "lost"),
    [
        ((REPLACE, REPAIR), 2),
        ((propose("refund", usd("5")), propose("refund", usd("9"))), 1),
        ((owed(usd("5")), owed(None)), 2),
        ((cadence(60), cadence(30)), 1),
        ((propose("apology"), propose("apology", literal=True)), 1),
        ((propose("apology", channel="mail"), propose("apology", channel="voice")), 1),
        (
            (
                propose("referral", outcome="other", target="x", evidence=("a",)),
                propose("referral", outcome="not_a_fit", target="y", evidence=("a",)),
            ),
            1,
        ),
    ],
)
def test_the_one_that_never_stands_is_named(then: tuple[Proposal, ...], lost: int) -> None:
    """By the way in which proposals of its kind become one."""
    (message,) = told(*then)

    assert message.startswith(f"rule a: action {lost} of `then` ({then[0].kind}) never stands: of several the ")


@pytest.mark.parametrize(
    "then",
    [
        (REPLACE, REPLACE),
        (REPLACE, propose("remedy", kind="repair", scope=Scope.INCIDENT)),
        (propose("goodwill", usd("5"), kind="credit"), propose("goodwill", usd("9"), kind="points")),
        (owed(usd("5"), basis="law"), owed(usd("9"), basis="promise")),
        (propose("refund", usd("5")), propose("refund", eur("9"))),
        (propose("refund", usd("5")), propose("refund", percent("50", "amount_affected"))),
        (propose("apology", channel=FactParameter("channel")), propose("apology", channel="mail")),
        (cadence(30), cadence(60, channel="chat")),
        (cadence(30), cadence(60, owner="same_person")),
        (propose("decline", what="x"), propose("decline", what="y")),
    ],
)
def test_what_may_stand_or_gives_something_is_not_told(then: tuple[Proposal, ...]) -> None:
    """Another key, amounts that only a case compares, what is kept of the one that loses, or all of the kind."""
    assert told(*then) == []


def test_how_the_pack_combines_counts() -> None:
    """Amounts that are added both stand; where the first is taken, a higher one later does not."""
    two = (propose("refund", usd("5")), propose("refund", usd("9")))

    assert told(*two, combine={ActionKind.REFUND: Combine.SUM}) == []
    (message,) = told(*two, combine={ActionKind.REFUND: Combine.FIRST})
    assert "action 2 of" in message


def test_a_table_is_told_once() -> None:
    """What all of its rows have in common is one mistake."""
    first = rule("t/row-1", REPLACE, REPAIR, row=Row("t", Hit.FIRST, 1))
    second = replace(first, rule_id="t/row-2", row=Row("t", Hit.FIRST, 2))

    (found,) = beaten_by_itself.check(pack(first, second))

    assert found.about == ("t/row-1", "t")
