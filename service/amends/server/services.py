"""What a process serves, put together from the catalog and the ports: a handler for each service of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import grpc
from google.protobuf.message import Message

from amends.application.catalog import Catalog
from amends.application.decide import Decide
from amends.application.ports import Clock, NewId
from amends.domain.errors import NotBuiltError
from amends.server.calls import Call, Calls
from amends.server.decision_servicer import DecisionServicer
from amends.server.pack_checks import PackChecks
from amends.server.rule_pack_servicer import RulePackServicer
from amends.v1 import decision_service_pb2, rule_pack_service_pb2
from amends.wire.encode import Encoder

_COMING: Final = (
    "GetDecision",
    "ListDecisions",
    "RecordOutcome",
    "ListObligations",
    "ReplayDecision",
    "GetRuleStatistics",
)
"""Of the decision log; each goes from here as it is built."""


def _not_built(_request: Message, _call: Call) -> Message:
    raise NotBuiltError("the decision log is not built yet")


@dataclass(frozen=True, slots=True)
class Services:
    """The handlers by the full names of their services, whether they can answer, and their calls in flight."""

    handlers: Mapping[str, grpc.GenericRpcHandler]
    serving: bool
    calls: Calls


def make_services(  # noqa: PLR0913 -- all by name, and in one place only
    catalog: Catalog, *, calls: Calls, clock: Clock, new_id: NewId, encoder: Encoder, checks: PackChecks
) -> Services:
    """Every service of the contract. Without a pack nothing can be decided, and health says so."""
    decisions = DecisionServicer(catalog, Decide(clock, new_id), encoder=encoder, clock=clock, calls=calls)
    packs = RulePackServicer(catalog, checks)
    decision_service = decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"]
    rule_pack_service = rule_pack_service_pb2.DESCRIPTOR.services_by_name["RulePackService"]
    return Services(
        handlers={
            decision_service.full_name: calls.service(
                decision_service,
                {
                    "Decide": decisions.decide,
                    "BatchDecide": decisions.batch_decide,
                    **dict.fromkeys(_COMING, _not_built),
                },
            ),
            rule_pack_service.full_name: calls.service(
                rule_pack_service,
                {
                    "ListRulePacks": packs.list_rule_packs,
                    "GetRulePack": packs.get_rule_pack,
                    "CheckRulePack": packs.check_rule_pack,
                },
            ),
        },
        serving=bool(catalog.packs),
        calls=calls,
    )
