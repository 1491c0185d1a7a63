"""Changes: what differs from the decision before, and who has to take what back."""

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Change, ChangeKind, Decision
from amends.domain.situation import Granted, Situation, Subject
from amends.packs.conditions import Between, Bound, Condition, OneOf
from amends.packs.model import Pack, Proposal
from amends.resolution.changes import Superseded, changes
from tests.unit.resolution.building import decide, eur, gave, only, pack, percent, propose, rule, situation, text, usd

OURS = OneOf("fault", ("company",))
COMPANY = situation({"fault": "company"})
CUSTOMER = situation({"fault": "customer"})


def compared(
    before: Decision,
    after: Decision,
    *,
    offered: frozenset[str] = frozenset(),
    executed: frozenset[str] = frozenset(),
    granted: tuple[Granted, ...] = (),
) -> list[Change]:
    return list(changes(Superseded(before.actions, offered, executed), after, combine={}, granted=granted))


def told(found: list[Change]) -> list[tuple[ChangeKind, str, str, str]]:
    return [(one.kind, one.action_kind.value, str(one.before or ""), str(one.after or "")) for one in found]


def shop(when: Condition = OURS, *then: Proposal) -> Pack:
    return pack(rule("back", *(then or (propose("goodwill", usd("20"), kind="credit"),)), when=when))


def test_nothing_has_changed_where_nothing_has() -> None:
    """The same case decided again says nothing, care included."""
    built = shop(OURS, propose("goodwill", usd("20"), kind="credit"), propose("apology", literal=True))
    assert compared(decide(built, COMPANY), decide(built, COMPANY)) == []


def test_what_was_not_there_is_new_and_what_is_not_there_is_gone() -> None:
    """Each by the decision that has it, with its amount and a reason."""
    built = shop()
    with_it, without = decide(built, COMPANY), decide(built, CUSTOMER)

    (new,) = compared(without, with_it)
    (gone,) = compared(with_it, without)

    credit = only(with_it, "goodwill").action_id
    assert new == Change(ChangeKind.NEW, credit, ActionKind.GOODWILL, None, usd("20"), "asked for by back")
    why = "back does not ask for it any more"
    assert gone == Change(ChangeKind.GONE, credit, ActionKind.GOODWILL, usd("20"), None, why)


def test_a_removal_says_who_removed_it() -> None:
    """And a rule that waits says for what."""
    built = pack(
        rule("back", propose("goodwill", usd("20"), kind="credit")),
        rule("stop", forbids=["goodwill"], when=OURS),
    )
    (gone,) = compared(decide(built, CUSTOMER), decide(built, COMPANY))
    assert gone.why.startswith("back asks for it, and stop removes it: ")

    (waits,) = compared(decide(shop(), COMPANY), decide(shop(), situation()))
    assert waits.why == "back waits for fault"


def test_a_removal_of_another_rules_proposal_explains_nothing() -> None:
    """The gift is forbidden; the credit is gone because its rule does not match."""
    built = pack(
        rule("back", propose("goodwill", usd("20"), kind="credit"), when=OURS),
        rule("gift", propose("goodwill", usd("5"), kind="gift")),
        rule("stop", forbids=["goodwill"], when=OneOf("fault", ("customer",))),
    )
    found = compared(decide(built, COMPANY), decide(built, CUSTOMER))
    assert [one.why.partition(" ")[0] for one in found] == ["back", "gift"]
    assert found[0].why == "back does not ask for it any more"


def test_an_amount_is_higher_or_lower() -> None:
    """Half of what is affected, of more and of less."""
    built = shop(OURS, propose("goodwill", percent("50", "amount_affected"), kind="credit"))
    small = decide(built, situation({"fault": "company", "amount_affected": usd("10")}))
    large = decide(built, situation({"fault": "company", "amount_affected": usd("100")}))

    assert told(compared(small, large)) == [(ChangeKind.HIGHER, "goodwill", "5.00 USD", "50.00 USD")]
    assert told(compared(large, small)) == [(ChangeKind.LOWER, "goodwill", "50.00 USD", "5.00 USD")]


def test_an_amount_that_became_known_or_unknown_is_told() -> None:
    """What was said of it no longer holds."""
    built = shop(OURS, propose("goodwill", percent("50", "amount_affected"), kind="credit"))
    known = decide(built, situation({"fault": "company", "amount_affected": usd("10")}))
    unknown = decide(built, COMPANY)

    (higher,), (lower,) = compared(unknown, known), compared(known, unknown)
    assert (higher.kind, higher.before, higher.after) == (ChangeKind.HIGHER, None, usd("5"))
    assert (lower.kind, lower.before, lower.after) == (ChangeKind.LOWER, usd("5"), None)
    assert "amount_affected" in lower.why


def test_what_was_given_counts_with_what_is_left() -> None:
    """Paid in part or in whole, the same is due in all: nothing has changed."""
    built = shop()
    before = decide(built, COMPANY)
    for paid in ("5", "20"):
        given = gave("goodwill", usd(paid), kind="credit")
        after = decide(built, situation({"fault": "company"}, granted=[given]))
        assert compared(before, after, granted=(given,)) == []


def test_what_was_offered_has_to_be_withdrawn() -> None:
    """Somebody heard of it; what nobody heard of is only gone."""
    before, after = decide(shop(), COMPANY), decide(shop(), CUSTOMER)
    offered = frozenset({only(before, "goodwill").action_id})
    assert [one.kind for one in compared(before, after, offered=offered)] == [ChangeKind.WITHDRAW]


def test_what_was_given_is_never_gone() -> None:
    """Nobody takes back what was paid: as the log says, as the action said, or as the situation says now."""
    before, after = decide(shop(), COMPANY), decide(shop(), CUSTOMER)
    credit = only(before, "goodwill").action_id
    both = frozenset({credit})
    assert compared(before, after, offered=both, executed=both) == []
    assert compared(before, after, granted=(gave("goodwill", usd("20"), kind="credit"),)) == []
    assert compared(before, after, granted=(Granted("goodwill", action_id=credit),)) == []
    paid = decide(shop(), situation({"fault": "company"}, granted=[gave("goodwill", usd("5"), kind="credit")]))
    assert compared(paid, after) == []


def test_care_that_was_given_is_not_gone_either() -> None:
    """An apology has no amount, and was made all the same."""
    built = shop(OURS, propose("apology", literal=True))
    made = decide(built, situation({"fault": "company"}, granted=[gave("apology")]))
    assert made.actions[0].already_given
    assert compared(made, decide(built, CUSTOMER)) == []


def test_what_was_given_for_something_else_does_not_count() -> None:
    """Another kind, goodwill kind, order or action."""
    before, after = decide(shop(), COMPANY), decide(shop(), CUSTOMER)
    for entry in (
        gave("refund", usd("20")),
        gave("goodwill", usd("20"), kind="gift"),
        gave("goodwill", usd("20"), subject=Subject("order-2")),
        gave("goodwill", usd("20"), incident_id="incident-2"),
        Granted("goodwill", action_id="another"),
    ):
        assert [one.kind for one in compared(before, after, granted=(entry,))] == [ChangeKind.GONE], entry


def test_actions_are_the_same_by_what_they_are_combined_by() -> None:
    """A gift in place of a credit is another action; a spoken apology in place of a written one is the same."""
    credit, gift = (shop(OURS, propose("goodwill", usd("20"), kind=kind)) for kind in ("credit", "gift"))
    assert [one.kind for one in compared(decide(credit, COMPANY), decide(gift, COMPANY))] == [
        ChangeKind.NEW,
        ChangeKind.GONE,
    ]
    mail, voice = (shop(OURS, propose("apology", channel=channel)) for channel in ("mail", "voice"))
    assert compared(decide(mail, COMPANY), decide(voice, COMPANY)) == []


def test_of_kinds_of_which_all_stand_everything_counts() -> None:
    """Two expectations are two actions; where the pack lets all of a kind stand, so are two apologies."""
    one, other = (shop(OURS, propose("set_expectations", next=text(words))) for words in ("A call.", "A letter."))
    found = compared(decide(one, COMPANY), decide(other, COMPANY))
    assert [change.kind for change in found] == [ChangeKind.NEW, ChangeKind.GONE]

    mail, voice = (decide(shop(OURS, propose("apology", channel=name)), COMPANY) for name in ("mail", "voice"))
    apart = changes(Superseded(mail.actions), voice, combine={ActionKind.APOLOGY: Combine.ALL}, granted=())
    assert [change.kind for change in apart] == [ChangeKind.NEW, ChangeKind.GONE]


def test_what_is_denied_is_as_good_as_not_said() -> None:
    """An answer that was written down does not tell them apart."""
    denied = decide(shop(OURS, propose("apology", literal=False)), COMPANY)
    unsaid = decide(shop(OURS, propose("apology")), COMPANY)
    found = changes(Superseded(denied.actions), unsaid, combine={ActionKind.APOLOGY: Combine.ALL}, granted=())
    assert found == ()


def test_what_is_done_once_for_an_incident_is_the_same_for_every_order() -> None:
    """Of a case it is another one's."""
    for scope, expected in ((Scope.INCIDENT, []), (Scope.CASE, [ChangeKind.NEW, ChangeKind.GONE])):
        built = shop(OURS, propose("goodwill", usd("20"), scope=scope, kind="credit"))
        one, other = (
            decide(built, situation({"fault": "company"}, subject=Subject(order), incident_id="incident-1"))
            for order in ("order-1", "order-2")
        )
        assert [change.kind for change in compared(one, other)] == expected


def test_another_currency_is_another_action() -> None:
    """Dollars and euros have no order."""
    dollars, euros = (
        decide(shop(OURS, propose("goodwill", money, kind="credit")), COMPANY) for money in (usd("20"), eur("20"))
    )
    assert [one.kind for one in compared(dollars, euros)] == [ChangeKind.NEW, ChangeKind.GONE]


def test_another_order_is_another_place() -> None:
    """What was to be done for one item is not done for the other."""
    there: Situation = situation({"fault": "company"}, subject=Subject("order-2"))
    found = compared(decide(shop(), COMPANY), decide(shop(), there))
    assert [one.kind for one in found] == [ChangeKind.NEW, ChangeKind.GONE]


def test_changes_stand_in_the_order_said_and_what_is_gone_last() -> None:
    """As the decision itself does."""
    days = Between("facts.count", Bound(3, inclusive=True), None)
    built = pack(
        rule(
            "few",
            propose("goodwill", usd("20"), kind="credit"),
            when=Between("facts.count", None, Bound(3, inclusive=False)),
        ),
        rule("many", propose("refund", usd("5")), propose("apology", literal=True), when=days),
    )
    paid = {"amount_paid": usd("100"), "amount_refunded": usd("0")}
    before, after = (decide(built, situation({"facts.count": count, **paid})) for count in (1, 5))
    assert [(one.kind, one.action_kind.value) for one in compared(before, after)] == [
        (ChangeKind.NEW, "apology"),
        (ChangeKind.NEW, "refund"),
        (ChangeKind.GONE, "goodwill"),
    ]
