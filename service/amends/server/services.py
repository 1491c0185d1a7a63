"""What a process serves, put together from the catalog and the ports: a handler for each service of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc

from amends.application.catalog import Catalog
from amends.application.decide import Decide
from amends.application.ports import Clock, NewId
from amends.server.calls import Calls
from amends.server.decision_servicer import DecisionServicer
from amends.server.pack_checks import PackChecks
from amends.server.rule_pack_servicer import RulePackServicer
from amends.v1 import decision_service_pb2, rule_pack_service_pb2
from amends.wire.encode import Encoder


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
                decision_service, {"Decide": decisions.decide, "BatchDecide": decisions.batch_decide}
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
