"""Decisions become messages exactly, and what was encoded before never shows in what is encoded next."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from google.protobuf.json_format import MessageToJson
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.application.decide import Decided
from amends.domain.action import Hold, ParameterValue, Scope, Span
from amends.domain.action_kinds import KINDS, ActionKind, ParameterSpec, ParameterType, Phase
from amends.domain.decision import (
    Adjustment,
    Change,
    ChangeKind,
    ConditionTrace,
    DerivedFact,
    Effect,
    Guardrail,
    NearMiss,
    NeededFact,
    RuleTrace,
    Step,
    Verdict,
)
from amends.domain.facts import FactType, Value
from amends.domain.money import Money
from amends.domain.situation import Subject
from amends.resolution.resolve import Resolved
from amends.v1 import action_pb2, decision_pb2, situation_pb2
from amends.v1.decision_service_pb2 import DecideResponse
from amends.wire.encode import Encoder
from tests.wire.plain_decision import plain
from tests.wire.samples import NOW, SIX, action, decision, plan_of, planned, six_actions

GOLDEN: Final = Path(__file__).parent / "golden" / "decision.json"
ROOT: Final = Path(__file__).parents[2]


def encoder(kept: int = 8) -> Encoder:
    return Encoder(software_version="0.1.0", kept=kept)


def content(resolved: Resolved, using: Encoder | None = None) -> bytes:
    return (using or encoder(0)).decision(resolved)


def message_of(resolved: Resolved, using: Encoder | None = None) -> decision_pb2.Decision:
    return decision_pb2.Decision.FromString(content(resolved, using))


def test_a_decision_is_written_whole() -> None:
    """Six actions, their money and times, what is missing, what may not be said, what is promised, and the trace."""
    message = message_of(six_actions(plan_of(), 1))

    assert MessageToJson(message, preserving_proto_field_name=True) + "\n" == GOLDEN.read_text()


def test_the_envelope_holds_what_is_not_content() -> None:
    """Id, time, version and policy stand around the decision; a preview has no id."""
    resolved = six_actions(plan_of())
    message = DecideResponse.FromString(
        encoder().response(Decided("0190", NOW + 7, recorded=False, resolved=resolved), policy="brand-x")
    )

    assert (message.decision_id, message.policy, message.software_version) == ("0190", "brand-x", "0.1.0")
    assert (message.decided_at.seconds, message.decided_at.nanos) == divmod(NOW + 7, 10**9)
    assert not message.recorded
    assert message.decision.SerializeToString(deterministic=True) == content(resolved)
    preview = encoder().response(Decided("", NOW, recorded=False, resolved=resolved), policy="default")
    assert not DecideResponse.FromString(preview).decision_id


def sample(spec: ParameterSpec) -> str | bool | Span | tuple[str, ...]:  # noqa: PLR0911  # one a type
    match spec.type:
        case ParameterType.COVERED:
            return ("refund", "goodwill")
        case ParameterType.DATE:
            return "2026-11-02"
        case ParameterType.BOOLEAN:
            return True
        case ParameterType.DURATION:
            return Span(nanos=90 * 10**9 + 1)
        case ParameterType.PATHS:
            return ("fit", "facts.need")
        case ParameterType.ENUM:
            return spec.values[-1]
        case _:
            return f"some {spec.name}"


def written(message: object, spec: ParameterSpec) -> ParameterValue:
    value = getattr(message, "after" if spec.name == "in" else spec.name)
    match spec.type:
        case ParameterType.DURATION:
            return Span(nanos=value.duration.ToNanoseconds(), business_days=value.business_days)
        case ParameterType.PATHS:
            return tuple(value)
        case ParameterType.COVERED:
            return tuple(
                ActionKind(situation_pb2.ActionKind.Name(one).removeprefix("ACTION_KIND_").lower()) for one in value
            )
        case ParameterType.DATE:
            return f"{value.year:04}-{value.month:02}-{value.day:02}"
        case ParameterType.ENUM:
            enum = message.DESCRIPTOR.fields_by_name[spec.name].enum_type  # type: ignore[attr-defined]  # any message
            name: str = enum.values_by_number[value].name
            return next(one for one in spec.values if name.endswith(f"_{one.upper()}"))
        case _:
            return value  # type: ignore[no-any-return]  # a text or a boolean, by the parameter's type


@pytest.mark.parametrize("kind", list(ActionKind))
def test_every_kind_is_written_with_every_parameter(kind: ActionKind) -> None:
    """The contract has a message for each kind and a field for each of its parameters, and each arrives as it was."""
    parameters = {spec.name: sample(spec) for spec in KINDS[kind].parameters}
    plan = plan_of()

    (message,) = message_of(Resolved(decision(plan, (action(planned(kind, **parameters)),)), plan)).actions

    assert message.WhichOneof("kind") == kind.value
    read = {spec.name: written(getattr(message, kind.value), spec) for spec in KINDS[kind].parameters}
    assert read == parameters


def test_declared_parameters_of_a_custom_action_keep_their_types() -> None:
    """A pack's own action carries its parameters by name: texts, yes or no, spans, lists."""
    plan = plan_of()
    custom = planned(
        ActionKind.CUSTOM,
        name="accept_return",
        label_url="a",
        insured=True,
        pickup=Span(nanos=5 * 10**9),
        back=Span(business_days=7),
        parts=("lid", "cable"),
    )

    (message,) = message_of(Resolved(decision(plan, (action(custom),)), plan)).actions

    assert message.custom.name == "accept_return"
    read = {one.name: one.value for one in message.custom.parameters}
    assert list(read) == ["label_url", "insured", "pickup", "back", "parts"]
    assert (read["label_url"].text, read["insured"].boolean, read["back"].text) == ("a", True, "7bd")
    assert read["pickup"].duration.seconds == 5
    assert list(read["parts"].set.values) == ["lid", "cable"]


@pytest.mark.parametrize(
    ("kind", "phase"),
    [
        (ActionKind.BROADCAST, Phase.PREPARED),
        (ActionKind.CLARIFY, Phase.TRUE),
        (ActionKind.REFUND, Phase.CARE),
    ],
)
def test_actions_say_when_they_are_done(kind: ActionKind, phase: Phase) -> None:
    """The list stands in the order of saying; the order of doing is told by the phase."""
    plan = plan_of()

    (message,) = message_of(Resolved(decision(plan, (action(planned(kind)),)), plan)).actions

    assert action_pb2.Phase.Name(message.phase) == f"PHASE_{phase.name}"


def test_a_moment_at_the_epoch_and_an_amount_of_zero_are_said() -> None:
    """Zero is a value: a message that holds it is present."""
    plan = plan_of()
    one = action(planned(ActionKind.REFUND), amount=Money("JPY", 0), due=0)._replace(
        valid_until=-1,
        granted_amount=Money("USD", -5),
    )

    (message,) = message_of(Resolved(decision(plan, (one,)), plan)).actions

    assert message.HasField("due_time")
    assert (message.valid_until.seconds, message.valid_until.nanos) == (-1, 999_999_999)
    assert (message.amount.currency_code, message.amount.units, message.amount.nanos) == ("JPY", 0, 0)
    assert (message.granted_amount.units, message.granted_amount.nanos) == (0, -50_000_000)


def test_a_subject_that_is_not_said_is_not_written() -> None:
    """Without order and item there is no subject, and not an empty one."""
    plan = plan_of()
    one = action(planned(ActionKind.REFUND))._replace(subject=Subject())

    (message,) = message_of(Resolved(decision(plan, (one,)), plan)).actions

    assert not message.HasField("subject")


PLANS: Final = tuple(plan_of() for _ in range(3))
OTHER: Final = planned(
    ActionKind.UPDATE_CADENCE, every=Span(business_days=1), channel="mail", owner="it", until="resolved"
)
POOL: Final = (*SIX, OTHER)
texts = st.text(max_size=8)
money = st.none() | st.builds(Money, st.sampled_from(["USD", "JPY", "KWD"]), st.integers(-(10**9), 10**9))
VALUES: Final[dict[FactType, st.SearchStrategy[Value]]] = {
    FactType.BOOLEAN: st.booleans(),
    FactType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    FactType.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False, places=4),
    FactType.MONEY: st.builds(Money, st.sampled_from(["USD", "JPY", "KWD"]), st.integers(-(10**9), 10**9)),
    FactType.DURATION: st.integers(-(10**12), 10**12),
    FactType.DATE: st.integers(0, NOW),
    FactType.TEXT: texts,
    FactType.ENUM: texts,
    FactType.SET: st.frozensets(texts, max_size=3),
}


@st.composite
def conditions(draw: st.DrawFn) -> ConditionTrace:
    """A condition on a fact of any type, present or missing, or a group."""
    truth, depth = draw(st.sampled_from([True, False, None])), draw(st.integers(0, 3))
    if draw(st.booleans()):
        return ConditionTrace(depth, "any of", truth)
    fact_type = draw(st.sampled_from(list(FactType)))
    return ConditionTrace(depth, "asks", truth, "facts.it", fact_type, draw(st.none() | VALUES[fact_type]))


@st.composite
def derived_facts(draw: st.DrawFn) -> DerivedFact:
    """A derived fact of any type, known or not."""
    fact_type = draw(st.sampled_from(list(FactType)))
    return DerivedFact("facts.it", fact_type, draw(st.none() | VALUES[fact_type]), draw(st.integers(0, 3)), ("fit",))


rules = st.builds(
    RuleTrace,
    texts,
    texts,
    st.sampled_from(list(Verdict)),
    st.just(("D1",)),
    st.sampled_from([(), ("fit",)]),
    st.lists(conditions(), max_size=3).map(tuple),
    st.lists(st.builds(NearMiss, texts, texts), max_size=2).map(tuple),
)
derived = st.lists(derived_facts(), max_size=2).map(tuple)
changed = st.builds(
    Change, st.sampled_from(list(ChangeKind)), texts, st.sampled_from(list(ActionKind)), money, money, texts
)
needed = st.builds(NeededFact, texts, texts, st.lists(texts, max_size=2).map(tuple))


@st.composite
def resolved_decisions(draw: st.DrawFn) -> Resolved:
    """A decision of one of a few plans, which takes from its plan now this as it is, now that."""
    plan = draw(st.sampled_from(PLANS))
    actions = tuple(
        action(one, draw(st.integers(0, 3)))._replace(
            incident_id=draw(texts),
            parameters=draw(st.sampled_from([one.parameters, one.parameters[:1], one.parameters[:-1]])),
            amount=draw(money),
            amount_needs=draw(st.lists(texts, max_size=2).map(tuple)),
            already_given=draw(st.booleans()),
            granted_amount=draw(money),
            due=draw(st.none() | st.integers(-5, NOW)),
            valid_until=draw(st.none() | st.integers(-5, NOW)),
            rule_ids=draw(st.sampled_from([("late-delivery-shipping-back", "gold-gesture"), ("other",), ()])),
            authority_role=draw(st.sampled_from(["frontline", "director", ""])),
            may_grant_now=draw(st.booleans()),
            approval_needed=draw(st.booleans()),
            on_hold=draw(st.sampled_from([(), (Hold("it", "Chargeback open.", ("stop",)),)])),
            reason_for_agent=draw(st.sampled_from([one.reason_for_agent, "", "other"])),
            reason_for_customer=draw(st.sampled_from([one.reason_for_customer, "", "other"])),
        )
        for one in draw(st.lists(st.sampled_from(POOL), max_size=4))
    )
    full = decision(plan, actions)
    adjustment = Adjustment(
        Step.BOUND, Effect.CHANGED, ActionKind.REFUND, "r", "amount_paid", "why", draw(money), draw(money)
    )
    fired = draw(st.sampled_from([full.rules, full.rules[:1], ()]))
    explained = draw(st.none() | st.tuples(st.lists(rules, max_size=3).map(tuple), derived))
    return Resolved(
        full._replace(
            rules=fired if explained is None else explained[0],
            derived=() if explained is None else explained[1],
            changes=draw(st.lists(changed, max_size=2).map(tuple)),
            adjustments=draw(st.sampled_from([plan.adjustments, (*plan.adjustments, adjustment), ()])),
            needed_facts=draw(st.just(plan.needed_facts) | st.lists(needed, max_size=2).map(tuple)),
            ask_next=draw(st.sampled_from([full.ask_next, None]) | needed),
            unobtainable_facts=draw(st.sampled_from([plan.unobtainable_facts, (), ("fit",)])),
            guardrails=draw(st.sampled_from([plan.guardrails, (), (Guardrail("g", "n", "i"),)])),
            unanswered_requests=draw(st.lists(st.sampled_from(["refund", "other"]), max_size=2).map(tuple)),
            obligations=draw(st.sampled_from([full.obligations, ()])),
        ),
        plan,
        None if explained is None else fired,
    )


@given(st.lists(resolved_decisions(), min_size=1, max_size=6), st.sampled_from([0, 1, 2, 64]))
@settings(max_examples=100, deadline=None)
def test_keeping_planned_messages_changes_no_byte(decisions: list[Resolved], kept: int) -> None:
    """Whatever was encoded before, and however little is kept, each decision has the bytes of a naive encoding."""
    using = encoder(kept)

    for one in [*decisions, *decisions]:
        assert content(one, using) == plain(one.decision).SerializeToString(deterministic=True)


def test_what_is_kept_is_bounded() -> None:
    """However many plans there are, no more messages are kept than allowed."""
    keeping = encoder(4)

    plan = plan_of()
    for _ in range(20):
        keeping.decision(six_actions(plan_of()))
        for _ in range(40):
            keeping.decision(Resolved(decision(plan, (action(replace(OTHER)),)), plan))

    assert len(keeping._planned) == 4
    assert max(len(shared._actions) for shared in keeping._planned.values()) <= 128


def test_planned_messages_hold_nothing_of_a_case() -> None:
    """What is kept for the next case names rules, roles and facts: no id, amount or time of this one is in it."""
    keeping = encoder()
    plan = plan_of()
    resolved = six_actions(plan, 470_811)
    first = content(resolved, keeping)
    kept = all_kept(keeping)

    assert b"470811" in first
    assert b"470811" not in kept
    for one in resolved.decision.actions:
        assert one.action_id.encode() in first
        assert one.action_id.encode() not in kept
    assert b"late-delivery-shipping-back" in kept


def all_kept(keeping: Encoder) -> bytes:
    """Every part that an encoder keeps, and what it knows them by."""
    found: list[bytes] = []
    for shared in keeping._planned.values():
        found += [shared._pack, shared._asked, shared._guardrails, shared._adjustments]
        for settled in shared._settled.values():
            found += [settled.head, settled.asked, settled.trace]
            found += [part for around in settled.actions for part in around or ()]
        found += [part for _, part in shared._traces.values()]
        for parts in shared._actions.values():
            found += [parts.scope, parts._reasons, parts._kind]
            found += [part + repr(said).encode() for said, part in parts._usual]
    return b"".join(found)


def test_what_is_told_in_full_is_not_kept() -> None:
    """What a condition saw is of this case alone: the next one, told in full or not, has none of it."""
    keeping = encoder()
    usual = six_actions(plan_of())
    saw = ConditionTrace(0, "facts.balance: above 3", truth=True, path="facts.balance", type=FactType.INTEGER, saw=4711)
    told = (replace(usual.decision.rules[0], conditions=(saw,)),)
    full = Resolved(usual.decision._replace(rules=told), usual.plan, usual.decision.rules)

    first = message_of(full, keeping)

    assert first.trace.rules[0].conditions[0].saw.integer == 4711
    assert b"facts.balance" not in all_kept(keeping)
    assert content(usual, keeping) == plain(usual.decision).SerializeToString(deterministic=True)
    assert len(keeping._planned) == 1


SCOPED: Final = replace(planned(ActionKind.BROADCAST), scope=Scope.INCIDENT, justices=(), retention=True, meets=())


def test_what_a_plan_says_of_an_action_is_written() -> None:
    """Scope, retention, justices and the requests it meets come from the plan."""
    plan = plan_of()
    one, other = message_of(Resolved(decision(plan, (action(SCOPED), action(SIX[0]))), plan)).actions

    assert (one.scope, one.retention, list(one.meets), list(one.justices)) == (action_pb2.SCOPE_INCIDENT, True, [], [])
    assert other.scope == action_pb2.SCOPE_CASE
    assert [action_pb2.Justice.Name(justice) for justice in other.justices] == ["JUSTICE_INTERACTIONAL"]
    assert not other.retention


PROGRAM: Final = """
import hashlib
from amends.wire.decode_situation import decode_situation
from amends.wire.encode_situation import encode_situation
from tests.wire.plain_decision import plain
from tests.wire.samples import NOW, VOCABULARY, full_situation, plan_of, six_actions
from amends.wire.encode import Encoder
situation = decode_situation(full_situation(), VOCABULARY, now=NOW)
said = encode_situation(situation, VOCABULARY).SerializeToString(deterministic=True)
print(hashlib.sha256(Encoder(software_version="1").decision(six_actions(plan_of(), 1)) + said).hexdigest())
"""


def test_bytes_are_the_same_in_every_process() -> None:
    """No order of a hash gets into a message: processes with other hash seeds write the same bytes."""
    made = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }

    assert len(made) == 1
    assert len(made.pop().strip()) == 64
