"""What the commands do with the log of one database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from amends import __version__
from amends.application.catalog import Catalog
from amends.application.forget import Forget
from amends.application.get_decision import GetDecision
from amends.application.list_decisions import ListDecisions
from amends.application.list_obligations import ListObligations
from amends.application.record_outcome import RecordOutcome
from amends.application.recorded_facts import RecordedFacts
from amends.application.recorded_packs import RecordedPacks
from amends.application.replay import Replay
from amends.application.retain import Retain
from amends.application.rule_statistics import GetRuleStatistics
from amends.bootstrap.database import make_get_decision, make_record_outcome, make_replay
from amends.bootstrap.engines import engine_of
from amends.config import Settings
from amends.server.clock import SystemClock
from amends.server.new_id import NewUuid7
from amends.storage.opened import open_log
from amends.storage.retention import DatabaseOldLog
from amends.wire.codec import Codec
from amends.wire.encode import Encoder


@dataclass(frozen=True, slots=True)
class LogTools:
    """The use cases, by this machine's clock."""

    now: Callable[[], int]
    get_decision: GetDecision
    list_decisions: ListDecisions
    record_outcome: RecordOutcome
    list_obligations: ListObligations
    rule_statistics: GetRuleStatistics
    facts: RecordedFacts
    replay: Replay
    forget: Forget
    retain: Callable[[int], Retain]


@contextmanager
def log_tools(settings: Settings) -> Iterator[LogTools]:
    """The log of the settings' database, for as long as it is used.

    SettingsError if the engine cannot be had; DatabaseUrlError, UnusableSchemaError, LogUnavailableError.
    """
    clock = SystemClock()
    codec = Codec(Encoder(software_version=__version__))
    engine = engine_of(settings)
    with open_log(settings.database_url, clock) as opened:
        old = DatabaseOldLog(opened.database)
        packs = RecordedPacks(Catalog({}, {}), opened.packs)
        yield LogTools(
            now=clock.now,
            get_decision=make_get_decision(opened, clock),
            list_decisions=ListDecisions(opened.listing),
            record_outcome=make_record_outcome(opened, packs, codec=codec, clock=clock),
            list_obligations=ListObligations(opened.obligations, clock),
            rule_statistics=GetRuleStatistics(opened.statistics, clock),
            facts=RecordedFacts(packs, codec),
            replay=make_replay(opened, engine, codec=codec),
            forget=Forget(old, clock=clock, new_id=NewUuid7(clock)),
            retain=lambda days: Retain(old, clock=clock, days=days),
        )
