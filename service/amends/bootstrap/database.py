"""The database of the settings: whether it can be used, and what both the service and the commands make of it."""

from collections.abc import Callable
from typing import TypeVar

from amends.application.get_decision import GetDecision
from amends.application.log_errors import LogUnavailableError
from amends.application.make_outcome import MakeOutcome
from amends.application.ports import Clock, Engine
from amends.application.record_outcome import RecordOutcome
from amends.application.recorded_packs import RecordedPacks
from amends.application.replay import Replay
from amends.config import RecordingMode, Settings, SettingsError
from amends.server.errors import LogAwayError, LogUnusableError
from amends.server.new_id import NewUuid7
from amends.storage.engines import DatabaseUrlError
from amends.storage.opened import OpenedLog, UnusableSchemaError, check_schema, open_log
from amends.wire.codec import Codec
from amends.wire.compare_decisions import differences

T = TypeVar("T")


def check_log(settings: Settings) -> None:
    """Where decisions are to be recorded: SettingsError if that is no database, LogUnusableError or LogAwayError."""
    if settings.recording is not RecordingMode.OFF:
        _usable(settings, check_schema)


def open_database(settings: Settings, clock: Clock) -> OpenedLog:
    """The log of the settings' database, to be served from; errors as of `check_log`."""
    return _usable(settings, lambda url: open_log(url, clock))


def make_get_decision(opened: OpenedLog, clock: Clock) -> GetDecision:
    """The use case of one recorded decision."""
    return GetDecision(
        decisions=opened.decisions, outcomes=opened.outcomes, obligations=opened.obligations, clock=clock
    )


def make_record_outcome(opened: OpenedLog, packs: RecordedPacks, *, codec: Codec, clock: Clock) -> RecordOutcome:
    """The use case of reporting what was done."""
    make = MakeOutcome(
        decisions=opened.decisions,
        outcomes=opened.outcomes,
        obligations=opened.obligations,
        codec=codec,
        pack=packs,
        clock=clock,
        new_id=NewUuid7(clock),
    )
    return RecordOutcome(make, decisions=opened.decisions, outcomes=opened.outcomes)


def make_replay(opened: OpenedLog, engine: Engine, *, codec: Codec) -> Replay:
    """The use case of a recorded decision made again."""
    return Replay(log=opened.decisions, packs=opened.packs, engine=engine, codec=codec, compare=differences)


def _usable(settings: Settings, use: Callable[[str], T]) -> T:
    """What `use` makes of the database; what is wrong with it, in words for whoever set it."""
    try:
        return use(settings.database_url)
    except DatabaseUrlError as error:
        raise SettingsError((f"--database (AMENDS_DATABASE): {error}",)) from None
    except UnusableSchemaError as error:
        raise LogUnusableError(str(error)) from None
    except LogUnavailableError as error:
        raise LogAwayError(error.reason) from None
