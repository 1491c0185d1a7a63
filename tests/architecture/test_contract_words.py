"""Holds domain and contract to one set of words: what the domain can say, the wire can carry, under the same name."""

from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from typing import Final

import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from amends.domain import vocabulary
from amends.domain.action import Action, Hold, Scope
from amends.domain.action_kinds import GOODWILL_KINDS, KINDS, REMEDY_KINDS, ActionKind, Justice, ParameterType
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
    Obligation,
    ObligationKind,
    Outcome,
    RuleTrace,
    Step,
    Verdict,
)
from amends.domain.facts import FactSpec, FactType
from amends.domain.situation import FactSource
from amends.v1 import action_pb2, decision_pb2, rule_pack_service_pb2, situation_pb2

SITUATION: Final = situation_pb2.Situation.DESCRIPTOR
BUILT_IN: Final = vocabulary.built_in_facts(tiers=(), contact_reasons=())
RENAMED: Final = {"in": "after"}
"""`in` is a keyword of Python and TypeScript: a field of that name could not be written there."""

FIELD_TYPES: Final = {
    FactType.BOOLEAN: "bool",
    FactType.INTEGER: "int32",
    FactType.MONEY: "google.type.Money",
    FactType.DURATION: "google.protobuf.Duration",
    FactType.DATE: "google.protobuf.Timestamp",
    FactType.TEXT: "string",
}
SCALARS: Final = {
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_STRING: "string",
}
PARAMETER_TYPES: Final = {
    ParameterType.NAME: "string",
    ParameterType.TEXT: "string",
    ParameterType.TEAM: "string",
    ParameterType.OWNER: "string",
    ParameterType.BOOLEAN: "bool",
    ParameterType.DURATION: "amends.v1.Span",
    ParameterType.CALENDAR: "string",
    ParameterType.URL: "string",
    ParameterType.DATE: "google.type.Date",
}
PARTS: Final[tuple[tuple[Descriptor, type], ...]] = (
    (action_pb2.Hold.DESCRIPTOR, Hold),
    (decision_pb2.NeededFact.DESCRIPTOR, NeededFact),
    (decision_pb2.Guardrail.DESCRIPTOR, Guardrail),
    (decision_pb2.Obligation.DESCRIPTOR, Obligation),
    (decision_pb2.RuleTrace.DESCRIPTOR, RuleTrace),
    (decision_pb2.ConditionTrace.DESCRIPTOR, ConditionTrace),
    (decision_pb2.NearMiss.DESCRIPTOR, NearMiss),
    (decision_pb2.DerivedFact.DESCRIPTOR, DerivedFact),
    (decision_pb2.Adjustment.DESCRIPTOR, Adjustment),
    (decision_pb2.Change.DESCRIPTOR, Change),
)
"""Messages that say what a value of the domain says, field by field."""

NOT_SAID: Final = {"type"}
"""The type of a fact: on the wire a value has one of its own."""

SAID_AS: Final = {"due": "due_time"}
"""A moment is called a time there."""
ENUMS: Final = (
    (situation_pb2.Stage.DESCRIPTOR, vocabulary.STAGES),
    (situation_pb2.Severity.DESCRIPTOR, vocabulary.SEVERITIES),
    (situation_pb2.Sentiment.DESCRIPTOR, vocabulary.SENTIMENTS),
    (situation_pb2.PainType.DESCRIPTOR, vocabulary.PAIN_TYPES),
    (situation_pb2.InteractionType.DESCRIPTOR, vocabulary.INTERACTION_TYPES),
    (situation_pb2.Cause.DESCRIPTOR, vocabulary.CAUSES),
    (situation_pb2.Fault.DESCRIPTOR, vocabulary.FAULTS),
    (situation_pb2.FailureReality.DESCRIPTOR, vocabulary.FAILURE_REALITIES),
    (situation_pb2.Reporter.DESCRIPTOR, vocabulary.REPORTERS),
    (situation_pb2.Relationship.DESCRIPTOR, vocabulary.RELATIONSHIPS),
    (situation_pb2.Fit.DESCRIPTOR, vocabulary.FITS),
    (situation_pb2.Flag.DESCRIPTOR, vocabulary.FLAGS),
    (situation_pb2.Channel.DESCRIPTOR, vocabulary.Channel),
    (situation_pb2.Request.DESCRIPTOR, vocabulary.Request),
    (situation_pb2.FactSource.DESCRIPTOR, FactSource),
    (situation_pb2.ActionKind.DESCRIPTOR, ActionKind),
    (action_pb2.Scope.DESCRIPTOR, Scope),
    (action_pb2.Justice.DESCRIPTOR, Justice),
    (action_pb2.GoodwillKind.DESCRIPTOR, GOODWILL_KINDS),
    (action_pb2.RemedyKind.DESCRIPTOR, REMEDY_KINDS),
    (decision_pb2.Outcome.DESCRIPTOR, Outcome),
    (decision_pb2.Verdict.DESCRIPTOR, Verdict),
    (decision_pb2.Step.DESCRIPTOR, Step),
    (decision_pb2.Effect.DESCRIPTOR, Effect),
    (decision_pb2.ObligationKind.DESCRIPTOR, ObligationKind),
    (decision_pb2.ChangeKind.DESCRIPTOR, ChangeKind),
    (rule_pack_service_pb2.FactType.DESCRIPTOR, FactType),
)


def _members(enum: EnumDescriptor | None) -> list[str]:
    assert enum is not None, "not an enum"
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return [value.name.removeprefix(prefix).lower() for value in enum.values if value.number != 0]


def _words(values: Iterable[str | StrEnum]) -> list[str]:
    return [str(value) for value in values]


def _message_of(field: FieldDescriptor) -> Descriptor:
    assert field.message_type is not None, f"{field.full_name} is not a message"
    return field.message_type


def _type_of(field: FieldDescriptor) -> str:
    if field.message_type is not None:
        return field.message_type.full_name
    return SCALARS[field.type]


def _field_of(path: str) -> FieldDescriptor:
    message = SITUATION
    *parents, name = path.split(".")
    for parent in parents:
        message = _message_of(message.fields_by_name[parent])
    return message.fields_by_name[name]


@pytest.mark.parametrize(("enum", "values"), ENUMS, ids=[enum.name for enum, _ in ENUMS])
def test_enums_have_the_same_members_in_the_same_order(
    enum: EnumDescriptor, values: tuple[str, ...] | type[StrEnum]
) -> None:
    """A value can be sent if and only if rules can speak of it, and an ordered enum has one order."""
    assert _members(enum) == _words(values)


@pytest.mark.parametrize("spec", BUILT_IN, ids=[spec.path for spec in BUILT_IN])
def test_every_built_in_fact_is_a_field_of_its_type(spec: FactSpec) -> None:
    """A built-in fact's path is the path of a field of the situation that can hold its type, and be absent."""
    field = _field_of(spec.path)
    assert field.has_presence or field.enum_type is not None
    match spec.type:
        case FactType.SET:
            members = _message_of(field).fields_by_name["values"]
            assert members.is_repeated
            assert members.enum_type is None or _members(members.enum_type) == list(spec.values)
        case FactType.ENUM if spec.values:
            assert _members(field.enum_type) == list(spec.values)
        case FactType.ENUM:
            assert _type_of(field) == "string"
        case _:
            assert _type_of(field) == FIELD_TYPES[spec.type]


def test_an_action_has_one_message_for_each_kind() -> None:
    """The kinds of the rule language and the cases of the action's oneof are the same, in the same order."""
    cases = action_pb2.Action.DESCRIPTOR.oneofs_by_name["kind"].fields
    assert [case.name for case in cases] == _words(KINDS)
    assert [_message_of(case).name for case in cases] == [kind.name.title().replace("_", "") for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_is_a_field_of_its_kind(kind: ActionKind) -> None:
    """What a rule may say of an action reaches the caller: each parameter has a field of its name and type."""
    message = _message_of(action_pb2.Action.DESCRIPTOR.fields_by_name[kind.value])
    for parameter in KINDS[kind].parameters:
        field = message.fields_by_name[RENAMED.get(parameter.name, parameter.name)]
        match parameter.type:
            case ParameterType.ENUM:
                assert _members(field.enum_type) == list(parameter.values)
            case ParameterType.PATHS:
                assert field.is_repeated
                assert _type_of(field) == "string"
            case ParameterType.COVERED:
                assert field.is_repeated
                assert _members(field.enum_type) == _words(ActionKind)
            case _:
                assert _type_of(field) == PARAMETER_TYPES[parameter.type]


@pytest.mark.parametrize(("message", "value"), PARTS, ids=[message.name for message, _ in PARTS])
def test_a_part_of_a_decision_has_a_field_for_each_of_its_own(message: Descriptor, value: type) -> None:
    """What resolution says of a rule, a fact or a change reaches the caller, under the same name and in that order."""
    own = [SAID_AS.get(one.name, one.name) for one in fields(value) if one.name not in NOT_SAID]
    assert [one.name for one in message.fields] == own


def test_a_condition_is_true_false_or_unknown() -> None:
    """The three values of the language."""
    assert _members(decision_pb2.Truth.DESCRIPTOR) == ["true", "false", "unknown"]


def test_every_field_of_an_action_is_one_of_the_contract() -> None:
    """Every field of an action is one of the contract's, in the action itself or in what was planned."""
    named = {one.name for one in action_pb2.Action.DESCRIPTOR.fields}
    told = {SAID_AS.get(name, name) for name in Action._fields} - {"planned", "parameters"}
    assert told <= named
