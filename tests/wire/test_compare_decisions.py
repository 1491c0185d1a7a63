"""Where two decisions differ is told field by field, and the same bytes differ nowhere."""

from collections.abc import Callable

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from amends.v1 import action_pb2, decision_pb2
from amends.wire.compare_decisions import differences
from amends.wire.splice import serialised


def decision() -> decision_pb2.Decision:
    """A decision with two actions and what stands around them."""
    return decision_pb2.Decision(
        pack_id="shop",
        outcome=decision_pb2.OUTCOME_ACTIONS_RECOMMENDED,
        actions=[
            action_pb2.Action(
                action_id="a",
                amount=Money(currency_code="USD", units=9, nanos=900_000_000),
                refund=action_pb2.Refund(),
                rule_ids=["r"],
            ),
            action_pb2.Action(action_id="b", apology=action_pb2.Apology(literal=True)),
        ],
        needed_facts=[decision_pb2.NeededFact(path="fault", question="Whose?")],
        obligations=[
            decision_pb2.Obligation(
                kind=decision_pb2.OBLIGATION_KIND_PAY, action_id="a", due_time=Timestamp(seconds=60), owner="it"
            )
        ],
        trace=decision_pb2.Trace(
            rules=[decision_pb2.RuleTrace(rule_id="r", title="R"), decision_pb2.RuleTrace(rule_id="s", title="S")]
        ),
    )


Change = Callable[[decision_pb2.Decision], object]

CHANGES: list[tuple[Change, str]] = [
    (lambda made: setattr(made, "pack_id", "other"), "pack_id: shop; again other"),
    (lambda made: setattr(made, "pack_id", ""), "pack_id: shop; again nothing"),
    (
        lambda made: setattr(made, "outcome", decision_pb2.OUTCOME_CARE_ONLY),
        "outcome: OUTCOME_ACTIONS_RECOMMENDED; again OUTCOME_CARE_ONLY",
    ),
    (
        lambda made: setattr(made.actions[0].amount, "nanos", 800_000_000),
        "actions[a].amount: 9.90 USD; again 9.80 USD",
    ),
    (lambda made: made.actions[0].ClearField("amount"), "actions[a].amount: 9.90 USD; again nothing"),
    (lambda made: setattr(made.actions[0].amount, "nanos", 1), "actions[a].amount: 9.90 USD; again 9 and 1 nanos USD"),
    (lambda made: made.actions.pop(0), "actions[a]: a; again nothing"),
    (lambda made: made.actions.add(action_id="c", apology=action_pb2.Apology()), "actions[c]: nothing; again c"),
    (lambda made: made.actions.reverse(), "actions: in another order: a, b; again b, a"),
    (lambda made: setattr(made.actions[0], "action_id", "b"), "actions[0].action_id: a; again b"),
    (lambda made: made.actions[0].rule_ids.append("s"), "actions[a].rule_ids[1]: nothing; again s"),
    (lambda made: setattr(made.actions[1].apology, "literal", False), "actions[b].apology.literal: True; again False"),
    (
        lambda made: made.obligations[0].due_time.FromSeconds(120),
        "obligations[OBLIGATION_KIND_PAY a].due_time: 1970-01-01T00:01:00Z; again 1970-01-01T00:02:00Z",
    ),
    (lambda made: setattr(made.trace.rules[1], "title", "T"), "trace.rules[s].title: S; again T"),
    (
        lambda made: made.ClearField("trace"),
        'trace: rules { rule_id: "r" title: "R" } rules { rule_id: "s" title: "S" }; again nothing',
    ),
]


@pytest.mark.parametrize(("change", "told"), CHANGES, ids=[told for _, told in CHANGES])
def test_a_change_is_told_where_it_is(change: Change, told: str) -> None:
    """One line with the path, what was recorded and what comes out now."""
    again = decision()
    change(again)
    assert differences(serialised(decision()), serialised(again)) == (told,)


def test_the_same_bytes_differ_nowhere() -> None:
    """Only they are the same decision."""
    assert differences(serialised(decision()), serialised(decision())) == ()


def test_other_bytes_of_equal_content_are_told() -> None:
    """A field that this version does not know, or a field written twice: the bytes are not the same."""
    raw = serialised(decision())
    (told,) = differences(raw, raw + b"\xf8\x3f\x01")
    assert "the bytes differ from byte" in told


def test_bytes_that_are_no_decision() -> None:
    """Told as that."""
    assert differences(b"\xff\xff", serialised(decision())) == ("the recorded bytes are no decision",)


def test_very_many_differences_are_cut() -> None:
    """A person gets the first hundred, and how many there are beside."""
    many = decision()
    many.unobtainable_facts.extend(f"facts.f{number}" for number in range(150))
    told = differences(serialised(decision()), serialised(many))
    assert len(told) == 101
    assert told[-1] == "and 50 more"
