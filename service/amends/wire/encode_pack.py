"""A rule pack into the contract's message: in short for a list, with facts and rules when it is asked for by name."""

from collections.abc import Sequence
from typing import Final

from amends.application.standing import Standing
from amends.domain.facts import FactSpec
from amends.domain.identity import Identity, Permission
from amends.packs.model import Pack
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_pack_request import COLLECTION
from amends.wire.names import numbers

_FACT_TYPES: Final = numbers(service_pb2.FactType)
_POLICY_STATES: Final = numbers(service_pb2.PolicyState)
_PERMISSIONS: Final = numbers(service_pb2.Permission)


def encode_pack_in_short(pack: Pack, *, name: str, policies: Sequence[str]) -> service_pb2.RulePack:
    """The pack without its facts and rules. `name` is its own in the catalog, `policies` are those that point to it."""
    return service_pb2.RulePack(
        name=COLLECTION + name,
        pack_id=pack.pack_id,
        version=pack.version,
        title=pack.title,
        digest=pack.digest,
        currency=pack.currency,
        tiers=pack.tiers,
        roles=[role.role for role in pack.authority],
        policies=policies,
        extends=pack.extends,
        time_zone=pack.timezone,
        teams=[service_pb2.Team(team_id=team_id, label=pack.teams[team_id].label) for team_id in sorted(pack.teams)],
    )


def encode_pack(pack: Pack, *, name: str, policies: Sequence[str]) -> service_pb2.RulePack:
    """The whole pack."""
    message = encode_pack_in_short(pack, name=name, policies=policies)
    message.facts.extend(_fact(spec) for spec in pack.vocabulary)
    message.main.extend(pack.main)
    message.rules.extend(service_pb2.Rule(rule_id=rule.rule_id, title=rule.title) for rule in pack.rules)
    return message


def encode_standing(standing: Standing) -> service_pb2.PolicyStatus:
    """How a policy stands."""
    return service_pb2.PolicyStatus(
        policy=standing.policy,
        state=_POLICY_STATES[standing.state.value],
        digest=standing.digest,
        activation_id=standing.activation_id,
        reason=standing.reason,
    )


def encode_permissions(identity: Identity) -> "list[service_pb2.Permission.ValueType]":
    """What they may do, in the order of the contract."""
    return [_PERMISSIONS[one.value] for one in Permission if one in identity.permissions]


def _fact(spec: FactSpec) -> service_pb2.FactSpec:
    return service_pb2.FactSpec(
        path=spec.path,
        type=_FACT_TYPES[spec.type],
        unit=spec.unit,
        values=spec.values,
        ordered=spec.ordered,
        minimum=spec.minimum,
        maximum=spec.maximum,
        question=spec.question,
    )
