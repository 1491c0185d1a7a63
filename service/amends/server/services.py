"""What a process serves, put together from the catalog and the ports: a behaviour for each method of the contract."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message

from amends.application.catalog import Policies
from amends.application.check_reply import CheckRecordedReply, CheckReply
from amends.application.choose_pack import ChoosePack
from amends.application.decide import Decide
from amends.application.decide_recorded import DecideRecorded
from amends.application.find_texts import FindTexts
from amends.application.log_errors import NotRecordingError
from amends.application.ports import Clock, NewId
from amends.application.standing import Standings
from amends.server.activation_servicer import ActivationServicer, ActivationUseCases, no_activations
from amends.server.answering import Answering, Behaviour, Call, Method
from amends.server.decision_servicer import DecisionServicer
from amends.server.flat_servicer import FlatDecisions
from amends.server.log_watch import LogWatch
from amends.server.pack_checks import PackChecks
from amends.server.record_servicer import RecordServicer, RecordUseCases
from amends.server.recorded_decisions import RecordedDecisions
from amends.server.reply_servicer import RecordedReplies, ReplyServicer
from amends.server.rule_pack_servicer import RulePackServicer
from amends.server.streams import BeginStream, StreamMethod, Streams
from amends.server.work_servicer import WorkServicer
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


def methods_of(
    service: ServiceDescriptor, behaviours: Mapping[str, Behaviour], streams: Mapping[str, BeginStream]
) -> tuple[Method | StreamMethod, ...]:
    """The methods of a whole service; KeyError for one of the contract that has no behaviour."""
    return tuple(
        StreamMethod(method, streams[method.name])
        if method.client_streaming
        else Method(method, behaviours[method.name])
        for method in service.methods
    )


@dataclass(frozen=True, slots=True)
class OfTheLog:
    """The use cases that need the log, and who watches whether it is there."""

    decide: DecideRecorded
    records: RecordUseCases
    replies: CheckRecordedReply
    watch: LogWatch


Companion: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
"""What runs beside the calls for as long as the process serves, and is cancelled at its end."""


@dataclass(frozen=True, slots=True)
class Services:
    """The methods by the full names of their services, whether they can answer, and who answers their calls.

    `watch` is set where decisions are recorded; `recording` are the services that then need the log to answer.
    """

    methods: Mapping[str, tuple[Method | StreamMethod, ...]]
    serving: Callable[[], bool]
    answering: Answering
    streams: Streams
    watch: LogWatch | None = None
    recording: tuple[str, ...] = ()
    companions: tuple[Companion, ...] = ()
    metrics: Callable[[], bytes] | None = None
    standings: Standings = tuple


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


def _of_activations(activations: ActivationUseCases | None, *, can_activate: bool) -> Mapping[str, Behaviour]:
    """The methods about activations, by name. What the folder alone may change can be read of all the same."""
    if activations is None:
        return no_activations()
    servicer = ActivationServicer(activations)
    return servicer.behaviours() if can_activate else {**no_activations(), **servicer.readings()}


def make_services(  # noqa: PLR0913 -- all by name, and in one place only
    catalog: Policies,
    *,
    answering: Answering,
    clock: Clock,
    new_id: NewId,
    encoder: Encoder,
    checks: PackChecks,
    texts: FindTexts,
    check_reply: CheckReply,
    log: OfTheLog | None = None,
    activations: ActivationUseCases | None = None,
    companions: tuple[Companion, ...] = (),
    metrics: Callable[[], bytes] | None = None,
    standings: Standings = tuple,
) -> Services:
    """Every service of the contract. Without a pack nothing can be decided, and health says so.

    Without a log nothing is recorded, and what tells of the past says that it has nothing to tell.
    """
    decisions: DecisionServicer | RecordedDecisions = (
        DecisionServicer(catalog, Decide(clock, new_id), encoder=encoder, clock=clock, answering=answering)
        if log is None
        else RecordedDecisions(catalog, log.decide, encoder=encoder, clock=clock, answering=answering)
    )
    packs = RulePackServicer(catalog, checks, texts, standings)
    recorded = None if log is None else RecordedReplies(log.records.get_decision, log.replies)
    replies = ReplyServicer(catalog, check_reply, clock=clock, recorded=recorded)
    decision_service = decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"]
    rule_pack_service = rule_pack_service_pb2.DESCRIPTOR.services_by_name["RulePackService"]
    return Services(
        methods={
            decision_service.full_name: methods_of(
                decision_service,
                {
                    "Decide": decisions.decide,
                    "DecideFlat": FlatDecisions(catalog, decisions.decide, clock=clock).decide_flat,
                    "BatchDecide": decisions.batch_decide,
                    **_of_the_past(log, clock),
                    "CheckReply": replies.check_reply,
                },
                {"StreamDecide": decisions.stream_decide},
            ),
            rule_pack_service.full_name: methods_of(
                rule_pack_service,
                {
                    "ListRulePacks": packs.list_rule_packs,
                    "GetRulePack": packs.get_rule_pack,
                    "GetRulePackFiles": packs.get_rule_pack_files,
                    "CheckRulePack": packs.check_rule_pack,
                    **WorkServicer(ChoosePack(catalog, texts), checks).behaviours(),
                    **_of_activations(activations, can_activate=log is not None),
                },
                {},
            ),
        },
        serving=lambda: catalog.pinned().decides,
        answering=answering,
        streams=Streams(answering),
        watch=None if log is None else log.watch,
        recording=(decision_service.full_name,),
        companions=companions,
        metrics=metrics,
        standings=standings,
    )
