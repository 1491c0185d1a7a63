"""An earlier answer read back: every action is the one that was written."""

from decimal import Decimal

import pytest
from google.protobuf.json_format import MessageToJson

from amends.application.decide import Decided
from amends.domain.action import Action, Hold, ParameterValue, Span
from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.money import Money
from amends.resolution.resolve import Resolved
from amends.v1 import action_pb2, decision_pb2
from amends.v1.decision_service_pb2 import DecideResponse
from amends.wire.decode_decision import decode_superseded, superseded_of_json
from amends.wire.encode import Encoder
from amends.wire.violations import Malformed
from tests.wire.samples import NOW, action, decision, plan_of, planned, six_actions
from tests.wire.test_encode import sample

ENCODER = Encoder(software_version="1", kept=0)


def written(*actions: Action) -> decision_pb2.Decision:
    plan = plan_of()
    return decision_pb2.Decision.FromString(ENCODER.decision(Resolved(decision(plan, actions), plan)))


@pytest.mark.parametrize("kind", list(ActionKind))
def test_every_kind_comes_back_with_every_parameter(kind: ActionKind) -> None:
    """What was written is what is read, but for what the plan knew and the wire does not."""
    one = action(planned(kind, **{spec.name: sample(spec) for spec in KINDS[kind].parameters}), 1)

    assert decode_superseded(written(one)).actions == (one,)


def test_money_times_and_holds_come_back() -> None:
    """Everything that belongs to the case."""
    one = action(planned(ActionKind.REFUND), amount=Money("KWD", 1_234_567), due=NOW + 1)._replace(
        incident_id="incident-1",
        amount_needs=("fit",),
        already_given=True,
        granted_amount=Money("JPY", 0),
        valid_until=NOW - 1,
        approval_needed=True,
        on_hold=(Hold("it", "Chargeback open.", ("stop",)),),
    )

    assert decode_superseded(written(one)).actions == (one,)


def test_an_action_without_parameters_has_none() -> None:
    """What was not said is not made up: no empty text, no first member of an enum."""
    for kind in ActionKind:
        (read,) = decode_superseded(written(action(planned(kind)))).actions
        assert read.parameters == (), kind


def test_declared_parameters_come_back_by_name() -> None:
    """Of a pack's own action, with their types; business days as the text that they are on the wire."""
    said: dict[str, ParameterValue] = {
        "name": "accept_return",
        "label": "a",
        "insured": True,
        "count": 3,
        "share": Decimal("12.50"),
        "fee": Money("USD", 990),
        "pickup": Span(nanos=5 * 10**9),
        "parts": ("lid", "cable"),
    }
    plan = planned(ActionKind.CUSTOM, **said)  # type: ignore[arg-type]  # numbers and money are a custom action's alone

    (read,) = decode_superseded(written(action(plan))).actions
    (days,) = decode_superseded(
        written(action(planned(ActionKind.CUSTOM, name="a", back=Span(business_days=7))))
    ).actions

    assert dict(read.parameters) == said
    assert days.parameter("back") == "7bd"


def test_an_answer_in_json_is_read() -> None:
    """As `amends decide --format json` prints it."""
    resolved = six_actions(plan_of(), 1)
    answer = ENCODER.response(Decided("0190", NOW, recorded=False, resolved=resolved), policy="default")

    assert superseded_of_json(MessageToJson(DecideResponse.FromString(answer))).actions == resolved.decision.actions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "JSON"),
        ("[]", "no decision"),
        ('{"falt": 1}', "falt"),
        ("{}", "no decision"),
        ('{"decision": {"actions": [{}]}}', "kind"),
    ],
)
def test_what_is_no_answer_is_told(text: str, told: str) -> None:
    """One sentence, whatever is wrong."""
    with pytest.raises(ValueError, match=told):
        superseded_of_json(text)


def test_an_action_of_a_newer_version_is_not_guessed() -> None:
    """A kind that is not known here cannot be compared."""
    with pytest.raises(Malformed, match="'a-1' is of no kind"):
        decode_superseded(
            decision_pb2.Decision(actions=[action_pb2.Action(action_id="a-1", scope=action_pb2.SCOPE_CASE)])
        )
