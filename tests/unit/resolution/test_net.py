"""Net: what was granted is taken off once, so that nothing is paid, and nobody apologised to, twice."""

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Outcome, Step
from amends.domain.situation import Subject
from tests.unit.resolution.building import (
    adjustments,
    amounts,
    blamed,
    cadence,
    decide,
    eur,
    gave,
    kinds,
    only,
    pack,
    percent,
    propose,
    rule,
    situation,
    usd,
)

PAID = {"amount_paid": usd("100"), "amount_refunded": usd("0")}
CREDIT = pack(rule("a", propose("goodwill", usd("30"), kind="credit")))
OWED = pack(rule("a", propose("entitlement", usd("30"), basis="law")))


def test_what_was_given_in_part_leaves_the_rest() -> None:
    """The rest is recommended, and the trace says what was taken off and why."""
    decision = decide(CREDIT, situation(granted=[gave("goodwill", usd("12"), kind="credit")]))
    action = only(decision, "goodwill")
    assert (action.amount, action.granted_amount, action.already_given) == (usd("18"), usd("12"), False)
    (taken,) = adjustments(decision, Step.NET)
    assert (taken.before, taken.after, taken.by, taken.why) == (
        usd("30"),
        usd("18"),
        "granted",
        "12.00 USD was given before",
    )


def test_what_was_given_wholly_is_shown_as_given() -> None:
    """Nothing left: no amount, nothing to grant or approve, and the case is settled."""
    decision = decide(CREDIT, situation(granted=[gave("goodwill", usd("30"), kind="credit")]))
    action = only(decision, "goodwill")
    assert (action.amount, action.granted_amount, action.already_given) == (None, usd("30"), True)
    assert (action.may_grant_now, action.approval_needed) == (False, False)
    assert decision.outcome is Outcome.ALREADY_SETTLED


def test_several_entries_add_up() -> None:
    """Two payments of ten leave ten of thirty."""
    ten = gave("goodwill", usd("10"), kind="credit")
    assert amounts(decide(CREDIT, situation(granted=[ten, ten])), "goodwill") == ["10.00 USD"]


def test_each_unit_of_money_is_taken_off_once() -> None:
    """Forty given of no said kind cover the credit of thirty, and ten of the gift of fifteen."""
    both = pack(
        rule("a", propose("goodwill", usd("30"), kind="credit"), propose("goodwill", usd("15"), kind="gift")),
    )
    assert amounts(decide(both, situation(granted=[gave("goodwill", usd("40"))])), "goodwill") == ["None", "5.00 USD"]
    assert amounts(decide(both, situation(granted=[gave("goodwill", usd("45"))])), "goodwill") == ["None", "None"]


def test_separate_refunds_are_not_paid_again() -> None:
    """Where a pack lets refunds stand apart, what was paid of both is taken off both."""
    two = pack(
        rule("a", propose("refund", usd("10"))),
        rule("b", propose("refund", usd("20"))),
        combine={ActionKind.REFUND: Combine.ALL},
    )
    assert amounts(decide(two, situation(PAID, granted=[gave("refund", usd("30"))])), "refund") == ["None", "None"]
    assert amounts(decide(two, situation(PAID, granted=[gave("refund", usd("10"))])), "refund") == ["None", "20.00 USD"]


def test_another_kind_of_goodwill_or_another_subject_is_not_taken_off() -> None:
    """A gift is no credit, and the other order's credit no credit for this one."""
    gift = gave("goodwill", usd("30"), kind="gift")
    other = gave("goodwill", usd("30"), kind="credit", subject=Subject("order-2"))
    for entry in (gift, other, gave("refund", usd("30"))):
        assert amounts(decide(CREDIT, situation(granted=[entry])), "goodwill") == ["30.00 USD"]


def test_an_entry_without_subject_is_for_this_one() -> None:
    """The contract says: unset means the situation's own."""
    own = gave("goodwill", usd("30"), subject=situation().subject)
    for entry in (own, gave("goodwill", usd("30"))):
        assert only(decide(CREDIT, situation(granted=[entry])), "goodwill").already_given


def test_an_entitlement_is_netted_by_its_own_basis_only() -> None:
    """What another law paid, or a payment of no said basis, does not pay this."""
    for entry in (gave("entitlement", usd("30"), basis="other"), gave("entitlement", usd("30"))):
        assert amounts(decide(OWED, situation(granted=[entry])), "entitlement") == ["30.00 USD"]
    assert only(
        decide(OWED, situation(granted=[gave("entitlement", usd("30"), basis="law")])), "entitlement"
    ).already_given


def test_incident_scope_is_netted_by_the_incident() -> None:
    """Given once for everybody in it, whatever the order; another incident's does not count."""
    built = pack(rule("a", propose("goodwill", usd("5"), kind="credit", scope=Scope.INCIDENT)))
    for incident, left in (("inc-1", "None"), ("inc-2", "5.00 USD")):
        entry = gave("goodwill", usd("5"), subject=Subject("order-9"), incident_id=incident)
        assert amounts(decide(built, situation(granted=[entry], incident_id="inc-1")), "goodwill") == [left]


def test_without_an_incident_its_scope_is_the_case() -> None:
    """Nothing is shared: the other order's gesture is not this one's."""
    built = pack(rule("a", propose("goodwill", usd("5"), kind="credit", scope=Scope.INCIDENT)))
    entry = gave("goodwill", usd("5"), subject=Subject("order-2"))
    assert amounts(decide(built, situation(granted=[entry])), "goodwill") == ["5.00 USD"]


def test_care_is_not_given_twice() -> None:
    """An apology made by mail is an apology made: none by voice follows."""
    built = pack(rule("a", propose("apology", literal=True, channel="voice"), propose("ask_perspective")))
    decision = decide(built, situation(granted=[gave("apology", channel="mail"), gave("ask_perspective")]))
    assert [action.already_given for action in decision.actions] == [True, True]
    assert decision.outcome is Outcome.CARE_ONLY


def test_one_entry_stands_for_one_action() -> None:
    """Of two next steps, the one that was said is told by its words; without words one of them is."""
    built = pack(rule("a", propose("set_expectations", next="we call"), propose("set_expectations", next="you wait")))
    said = decide(built, situation(granted=[gave("set_expectations", next="you wait")]))
    assert [action.already_given for action in said.actions] == [False, True]
    something = decide(built, situation(granted=[gave("set_expectations")]))
    assert [action.already_given for action in something.actions] == [True, False]


def test_a_length_of_time_is_compared_however_it_is_written() -> None:
    """A cadence of half an hour was given; one of an hour would be another promise."""
    built = pack(rule("a", cadence(30)))
    for said, given in (("30m", True), ("1800s", True), ("1h", False), ("soon", False)):
        decision = decide(built, situation(granted=[gave("update_cadence", channel="mail", every=said)]))
        assert only(decision, "update_cadence").already_given is given


def test_what_does_not_compare_leaves_the_action_unsettled() -> None:
    """An amount not said, or in another currency, can't be taken off: the last role has to look."""
    for entry in (gave("goodwill", kind="credit"), gave("goodwill", eur("30"), kind="credit")):
        action = only(decide(CREDIT, situation(granted=[entry])), "goodwill")
        assert action.amount == usd("30")
        assert blamed(action) == {("", ())}
        assert action.approval_needed


def test_nothing_given_is_nothing_in_any_currency() -> None:
    """An entry of no money leaves nothing open, and is no payment."""
    action = only(decide(CREDIT, situation(granted=[gave("goodwill", eur("0"), kind="credit")])), "goodwill")
    assert (action.amount, action.granted_amount, action.unsettled) == (usd("30"), None, ())
    assert action.action_id == only(decide(CREDIT), "goodwill").action_id


def test_nothing_given_is_left_for_what_has_no_amount() -> None:
    """An entry of no money pays none of the first, and shows that the second was given."""
    built = pack(
        rule("a", propose("goodwill", usd("30"), kind="credit")),
        rule("b", propose("goodwill", kind="credit")),
        combine={ActionKind.GOODWILL: Combine.ALL},
    )
    decision = decide(built, situation(granted=[gave("goodwill", usd("0"), kind="credit")]))
    assert [(action.amount, action.already_given) for action in decision.actions] == [(usd("30"), False), (None, True)]


def test_what_does_not_compare_is_of_no_matter_where_nothing_is_left() -> None:
    """Everything was given, and something besides."""
    entries = [gave("goodwill", usd("30"), kind="credit"), gave("goodwill", eur("1"), kind="credit")]
    action = only(decide(CREDIT, situation(granted=entries)), "goodwill")
    assert (action.already_given, action.unsettled) == (True, ())


def test_a_floor_wholly_given_stays_open() -> None:
    """More may be owed: it is neither settled nor without what it needs."""
    built = pack(
        rule("a", propose("goodwill", usd("10"), kind="credit")),
        rule("b", propose("goodwill", percent("10", "facts.fare"), kind="credit")),
    )
    decision = decide(built, situation(granted=[gave("goodwill", usd("10"), kind="credit")]))
    action = only(decision, "goodwill")
    assert (action.amount, action.already_given, action.granted_amount) == (None, False, usd("10"))
    assert action.amount_needs == ("facts.fare",)
    assert (action.approval_needed, decision.outcome) == (True, Outcome.ACTIONS_RECOMMENDED)


def test_an_unknown_amount_is_not_settled_by_what_was_given() -> None:
    """It shows what was given, and still waits for its fact."""
    built = pack(rule("a", propose("goodwill", percent("10", "facts.fare"), kind="credit")))
    action = only(decide(built, situation(granted=[gave("goodwill", usd("10"))])), "goodwill")
    assert (action.amount, action.already_given, action.granted_amount) == (None, False, usd("10"))


def test_an_unknown_amount_is_told_only_what_no_other_action_took() -> None:
    """Every unit of what was given is told once."""
    known = propose("goodwill", usd("4"), kind="credit")
    unknown = propose("goodwill", percent("10", "facts.fare"), kind="gift")
    for proposals in ((known, unknown), (unknown, known)):
        decision = decide(pack(rule("a", *proposals)), situation(granted=[gave("goodwill", usd("10"))]))
        told = {str(action.parameter("kind")): action.granted_amount for action in decision.actions}
        assert told == {"credit": usd("4"), "gift": usd("6")}


def test_granted_unset_or_empty_takes_nothing_off() -> None:
    """Not knowing what was given is no reason to give less."""
    for granted in (None, ()):
        decision = decide(CREDIT, situation(granted=granted))
        assert (kinds(decision), amounts(decision, "goodwill")) == (["goodwill"], ["30.00 USD"])


def test_an_entry_that_is_not_needed_is_left_for_the_next() -> None:
    """A gesture of no money is told by an entry of no money."""
    built = pack(rule("a", propose("goodwill", kind="recognition"), propose("goodwill", usd("5"), kind="credit")))
    mixed = situation(granted=[gave("goodwill", usd("5")), gave("goodwill")])
    assert [action.already_given for action in decide(built, mixed).actions] == [True, True]


def test_the_order_in_which_they_are_listed_means_nothing() -> None:
    """The credit is taken for the credit first, and the gesture of no said kind for the gift."""
    built = pack(rule("a", propose("goodwill", usd("30"), kind="credit"), propose("goodwill", usd("30"), kind="gift")))
    bare, credit = gave("goodwill", usd("30")), gave("goodwill", usd("30"), kind="credit")
    for entries in ([bare, credit], [credit, bare]):
        assert amounts(decide(built, situation(granted=entries)), "goodwill") == ["None", "None"]


def test_what_was_given_for_the_incident_is_left_for_its_action() -> None:
    """Also where the case's own action stands first; and where both name the incident, each takes one."""
    built = pack(rule("a", propose("escalate", to="us"), propose("escalate", to="us", scope=Scope.INCIDENT)))
    for named in ("", "inc-1"):
        entries = [gave("escalate", incident_id="inc-1"), gave("escalate", incident_id=named)]
        decision = decide(built, situation(granted=entries, incident_id="inc-1"))
        assert [action.already_given for action in decision.actions] == [True, True]
