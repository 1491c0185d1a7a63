"""The contract's enums and the domain's names say the same, in the same order."""

from typing import Protocol

import pytest
from google.protobuf.descriptor import EnumDescriptor

from amends.domain import vocabulary
from amends.domain.action import Scope
from amends.domain.action_kinds import GOODWILL_KINDS, REMEDY_KINDS, ActionKind, Justice, Phase
from amends.domain.decision import Effect, ObligationKind, Outcome, Step, Verdict
from amends.domain.facts import FactType
from amends.domain.identity import Permission
from amends.domain.situation import FactSource
from amends.v1 import action_pb2, decision_pb2, rule_pack_service_pb2, situation_pb2
from amends.wire.built_in_fields import PARTS
from amends.wire.names import Enum, names, numbers


class Generated(Enum[int], Protocol):
    """A generated enum type, with its description."""

    DESCRIPTOR: EnumDescriptor


@pytest.mark.parametrize(
    ("enum", "domain"),
    [
        (situation_pb2.Stage, vocabulary.STAGES),
        (situation_pb2.PainType, vocabulary.PAIN_TYPES),
        (situation_pb2.InteractionType, vocabulary.INTERACTION_TYPES),
        (situation_pb2.Cause, vocabulary.CAUSES),
        (situation_pb2.Fault, vocabulary.FAULTS),
        (situation_pb2.Severity, vocabulary.SEVERITIES),
        (situation_pb2.FailureReality, vocabulary.FAILURE_REALITIES),
        (situation_pb2.Reporter, vocabulary.REPORTERS),
        (situation_pb2.Request, tuple(vocabulary.Request)),
        (situation_pb2.Sentiment, vocabulary.SENTIMENTS),
        (situation_pb2.Fit, vocabulary.FITS),
        (situation_pb2.Relationship, vocabulary.RELATIONSHIPS),
        (situation_pb2.Channel, tuple(vocabulary.Channel)),
        (situation_pb2.Flag, vocabulary.FLAGS),
        (situation_pb2.FactSource, tuple(FactSource)),
        (situation_pb2.ActionKind, tuple(ActionKind)),
        (action_pb2.Scope, tuple(Scope)),
        (action_pb2.Justice, tuple(Justice)),
        (action_pb2.Phase, tuple(Phase)),
        (action_pb2.GoodwillKind, GOODWILL_KINDS),
        (action_pb2.RemedyKind, REMEDY_KINDS),
        (action_pb2.ReferralOutcome, ("not_a_fit", "other")),
        (decision_pb2.Outcome, tuple(Outcome)),
        (decision_pb2.Verdict, tuple(Verdict)),
        (decision_pb2.Step, tuple(Step)),
        (decision_pb2.Effect, tuple(Effect)),
        (decision_pb2.ObligationKind, tuple(ObligationKind)),
        (rule_pack_service_pb2.FactType, tuple(FactType)),
        (rule_pack_service_pb2.Permission, tuple(Permission)),
    ],
)
def test_enums_have_the_domains_members_in_its_order(enum: Generated, domain: tuple[str, ...]) -> None:
    """No member is missing on either side, so that no name is ever looked up in vain."""
    assert tuple(numbers(enum)) == domain
    assert tuple(names(enum.DESCRIPTOR).values()) == domain
    assert tuple(names(enum.DESCRIPTOR)) == tuple(numbers(enum).values())


def test_every_built_in_fact_has_its_field_of_its_type() -> None:
    """The tables cover the vocabulary: each built-in fact but the moment has one field."""
    paths = [field.path for part in PARTS for field in part.fields]
    built_in = [spec.path for spec in vocabulary.built_in_facts(tiers=(), contact_reasons=())]

    assert sorted([*paths, "observe_time"]) == sorted(built_in)


def test_every_field_of_a_situation_is_read() -> None:
    """A field of the contract is a fact, or one of the few that are not: none is passed over in silence."""
    identity = {
        "Situation": {
            "case_id", "subject", "customer", "incident", "granted", "unobtainable", "fact_sources", "observe_time",
            "locale", "facts",
        },
        "Subject": {"order_id", "item_id"},
        "Customer": {"customer_id", "account_id"},
        "Incident": {"incident_id"},
    }  # fmt: skip
    facts = {part.name.capitalize() or "Situation": {field.name for field in part.fields} for part in PARTS}

    for name, others in identity.items():
        fields = {field.name for field in situation_pb2.DESCRIPTOR.message_types_by_name[name].fields}
        assert fields == others | facts[name]
