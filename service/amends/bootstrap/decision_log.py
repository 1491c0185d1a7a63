"""The use cases that need the decision log, for a process that serves."""

from amends import __version__
from amends.application.catalog import Policies
from amends.application.check_reply import CheckRecordedReply, CheckReply
from amends.application.decide_recorded import DecideRecorded, Log
from amends.application.list_decisions import ListDecisions
from amends.application.list_obligations import ListObligations
from amends.application.observing import Observer
from amends.application.ports import Clock, DecisionLog, Engine
from amends.application.recorded_packs import RecordedPacks
from amends.application.recording import RecordBestEffort, Recorder, RecordRequired
from amends.application.rule_statistics import GetRuleStatistics
from amends.bootstrap.database import make_get_decision, make_record_outcome, make_replay
from amends.config import RecordingMode, Settings
from amends.log import Logger
from amends.server.log_watch import LogWatch
from amends.server.new_id import NewUuid7
from amends.server.record_servicer import RecordUseCases
from amends.server.services import OfTheLog
from amends.server.timed import TimedLog
from amends.storage.opened import OpenedLog
from amends.telemetry import Telemetry
from amends.wire.codec import Codec
from amends.wire.encode import Encoder


def of_the_log(  # noqa: PLR0913 -- all by name, and in one place only
    opened: OpenedLog,
    settings: Settings,
    catalog: Policies,
    *,
    check_reply: CheckReply,
    engine: Engine,
    encoder: Encoder,
    clock: Clock,
    observer: Observer,
    telemetry: Telemetry | None,
    logger: Logger,
) -> OfTheLog:
    """The use cases that need the log."""
    watch = LogWatch(opened.reach, logger)
    written = opened.decisions if telemetry is None else TimedLog(opened.decisions, telemetry.logged)
    codec, packs = Codec(encoder), RecordedPacks(catalog, opened.packs)
    decide = DecideRecorded(
        Log(
            decisions=opened.decisions,
            memory=opened.outcomes,
            ledger=opened.ledgers,
            packs=packs,
            recorder=_recorder(written, settings.recording, watch),
        ),
        codec=codec,
        engine=engine,
        clock=clock,
        new_id=NewUuid7(clock),
        software_version=__version__,
        observer=observer,
    )
    return OfTheLog(
        decide=decide,
        records=_records(opened, packs, engine, codec=codec, clock=clock),
        replies=CheckRecordedReply(check_reply, catalog, packs=packs, codec=codec),
        watch=watch,
    )


def _recorder(written: DecisionLog, recording: RecordingMode, watch: LogWatch) -> Recorder:
    if recording is not RecordingMode.BEST_EFFORT:
        return RecordRequired(written, on_away=watch.away)
    best_effort = RecordBestEffort(written, on_away=watch.away, on_refused=watch.refused)
    watch.follow(best_effort)
    return best_effort


def _records(opened: OpenedLog, packs: RecordedPacks, engine: Engine, *, codec: Codec, clock: Clock) -> RecordUseCases:
    """The use cases that tell of the past and record what was done."""
    return RecordUseCases(
        get_decision=make_get_decision(opened, clock),
        list_decisions=ListDecisions(opened.listing),
        record_outcome=make_record_outcome(opened, packs, codec=codec, clock=clock),
        list_obligations=ListObligations(opened.obligations, clock),
        rule_statistics=GetRuleStatistics(opened.statistics, clock),
        replay=make_replay(opened, engine, codec=codec),
    )
