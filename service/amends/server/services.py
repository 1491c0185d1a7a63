"""What a process serves, put together from the catalog and the ports: a handler for each service of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import grpc
from google.protobuf.message import Message

from amends.application.catalog import Catalog
from amends.application.decide import Decide
from amends.application.decide_recorded import DecideRecorded
from amends.application.log_errors import NotRecordingError
from amends.application.ports import Clock, NewId
from amends.server.calls import Behaviour, Call, Calls
from amends.server.decision_servicer import DecisionServicer
from amends.server.log_watch import LogWatch
from amends.server.pack_checks import PackChecks
from amends.server.record_servicer import RecordServicer, RecordUseCases
from amends.server.recorded_decisions import RecordedDecisions
from amends.server.rule_pack_servicer import RulePackServicer
from amends.v1 import decision_service_pb2, rule_pack_service_pb2
from amends.wire.encode import Encoder

_OF_THE_PAST: Final = (
    "GetDecision",
    "ListDecisions",
    "RecordOutcome",
    "ListObligations",
    "ReplayDecision",
    "GetRuleStatistics",
)


def _not_recording(_request: Message, _call: Call) -> Message:
    raise NotRecordingError


@dataclass(frozen=True, slots=True)
class OfTheLog:
    """The use cases that need the log, and who watches whether it is there."""

    decide: DecideRecorded
    records: RecordUseCases
    watch: LogWatch


@dataclass(frozen=True, slots=True)
class Services:
    """The handlers by the full names of their services, whether they can answer, and their calls in flight.

    `watch` is set where decisions are recorded; `recording` are the services that then need the log to answer.
    """

    handlers: Mapping[str, grpc.GenericRpcHandler]
    serving: bool
    calls: Calls
    watch: LogWatch | None = None
    recording: tuple[str, ...] = ()


def _of_the_past(log: OfTheLog | None, clock: Clock) -> Mapping[str, Behaviour]:
    """The methods that tell of the past and record what was done, by name."""
    if log is None:
        return dict.fromkeys(_OF_THE_PAST, _not_recording)
    records = RecordServicer(log.records, clock)
    return {
        "GetDecision": records.get_decision,
        "ListDecisions": records.list_decisions,
        "RecordOutcome": records.record_outcome,
        "ListObligations": records.list_obligations,
        "ReplayDecision": records.replay_decision,
        "GetRuleStatistics": records.get_rule_statistics,
    }


def make_services(  # noqa: PLR0913 -- all by name, and in one place only
    catalog: Catalog,
    *,
    calls: Calls,
    clock: Clock,
    new_id: NewId,
    encoder: Encoder,
    checks: PackChecks,
    log: OfTheLog | None = None,
) -> Services:
    """Every service of the contract. Without a pack nothing can be decided, and health says so.

    Without a log nothing is recorded, and what tells of the past says that it has nothing to tell.
    """
    decisions: DecisionServicer | RecordedDecisions = (
        DecisionServicer(catalog, Decide(clock, new_id), encoder=encoder, clock=clock, calls=calls)
        if log is None
        else RecordedDecisions(catalog, log.decide, encoder=encoder, clock=clock, calls=calls)
    )
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
                    **_of_the_past(log, clock),
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
        watch=None if log is None else log.watch,
        recording=(decision_service.full_name,),
    )
