"""The only wiring: settings into packs, a catalog, the use cases, the servicers and the process that serves them.

It imports gRPC and databases only on the way to serving: the local commands never do, and a supervisor no gRPC.
"""

import asyncio
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, assert_never

from amends import __version__, log
from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.decide import Decide
from amends.application.decide_recorded import DecideRecorded, Log
from amends.application.engine_errors import ConditionTooLargeError, EngineUnavailableError
from amends.application.forget import Forget
from amends.application.get_decision import GetDecision
from amends.application.list_decisions import ListDecisions
from amends.application.list_obligations import ListObligations
from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Clock, Engine
from amends.application.record_outcome import RecordOutcome
from amends.application.recorded_facts import RecordedFacts
from amends.application.recorded_packs import RecordedPacks
from amends.application.recording import RecordBestEffort, Recorder, RecordRequired
from amends.application.replay import Replay
from amends.application.retain import Retain
from amends.application.rule_statistics import GetRuleStatistics
from amends.config import PREFIX, EngineName, RecordingMode, Settings, SettingsError
from amends.engines.bitmap import BitmapEngine
from amends.engines.durable import DurableEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.load import load_rules
from amends.packs.model import Pack, Position
from amends.packs.source import PackSource, source_of
from amends.server.clock import SystemClock
from amends.server.errors import LogAwayError, RulesChangedError
from amends.server.new_id import NewUuid7
from amends.server.pack_prover import PackProver, Watch
from amends.server.ready import announce_ready
from amends.server.supervisor import Supervisor, WorkerProgram, check_port, reserve_port
from amends.wire.codec import Codec
from amends.wire.compare_decisions import differences
from amends.wire.encode import Encoder

if TYPE_CHECKING:
    from amends.server.record_servicer import RecordUseCases
    from amends.server.services import OfTheLog
    from amends.storage.opened import OpenedLog

T = TypeVar("T")

DEFAULT_POLICY = "default"
_USUAL_DEFAULT = "foundation"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What can decide; what was found on the way, by pack; and the policies whose pack did not load, to its id.

    `sources` are the texts of the packs that can decide, and `engine` is what they were compiled for.
    """

    catalog: Catalog
    diagnostics: Mapping[str, tuple[Diagnostic, ...]]
    unavailable: Mapping[str, str]
    sources: tuple[PackSource, ...]
    engine: Engine


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines that can be used on this machine, by name, and why the others cannot."""

    usable: Mapping[str, Engine]
    absent: Mapping[str, str]


def load(settings: Settings) -> Loaded:
    """Load every pack of the rules folder and point the policies at them.

    SettingsError if there is no such folder, or the engine cannot be had.
    """
    if not settings.rules.is_dir():
        raise SettingsError((_no_folder(settings.rules),))
    engine = _engine(settings)
    found = load_rules(settings.rules)
    packs: dict[str, CompiledPack] = {}
    diagnostics = dict(found.diagnostics)
    for pack_id, pack in found.packs.items():
        try:
            packs[pack_id] = CompiledPack(pack, engine)
        except ConditionTooLargeError as error:
            diagnostics[pack_id] = (*diagnostics[pack_id], _too_large(error, pack))
    policies = choose_policies(settings.policies, tuple(diagnostics))
    unavailable = {policy: pack_id for policy, pack_id in policies.items() if pack_id not in packs}
    sources = tuple(source_of(found, pack_id) for pack_id in packs)
    return Loaded(Catalog(packs, policies), diagnostics, unavailable, sources, engine)


def _engine(settings: Settings) -> Engine:
    try:
        return make_engine(settings.engine)
    except EngineUnavailableError as error:
        raise SettingsError((f"--engine (AMENDS_ENGINE): {error}",)) from None


def _too_large(error: ConditionTooLargeError, pack: Pack) -> Diagnostic:
    """Told where the condition was written; one that is no rule's and no case's, at the pack."""
    written = {case.when: (derive.path, case.position) for derive in pack.derives for case in derive.cases}
    written |= {rule.when: (rule.rule_id, rule.position) for rule in reversed(pack.rules)}
    about, position = written.get(error.condition, (pack.pack_id, Position(f"{pack.pack_id}/pack.yaml", 1, 1)))
    message = f"{about}: the engine {error.name} does not take this condition: {error.reason}"
    return Diagnostic(position, "too-large-for-engine", message, "split it, or choose another engine", about=(about,))


def _no_folder(rules: Path) -> str:
    place = "" if rules.is_absolute() else f" in {Path.cwd()}: name the folder of the rule packs, or start elsewhere"
    return f"--rules (AMENDS_RULES): there is no folder {str(rules)!r}{place}"


def no_pack(rules: Path) -> str:
    """What to say of a rules folder in which there is no pack, broken or whole."""
    place = "" if rules.is_absolute() else f" ({rules.resolve()})"
    return f"no rule pack in {str(rules)!r}{place}: a pack is a folder with pack.yaml"


def policies_astray(loaded: Loaded) -> tuple[str, ...]:
    """What to say of each policy that points to a pack that is not there at all, broken or whole; a line each."""
    known = ", ".join(loaded.diagnostics) or "none"
    return tuple(
        f"AMENDS_POLICIES: {policy}={pack_id}: there is no pack {pack_id!r}; there are: {known}"
        for policy, pack_id in loaded.unavailable.items()
        if pack_id not in loaded.diagnostics
    )


def make_engine(name: EngineName) -> Engine:
    """The engine of that name; EngineUnavailableError where it cannot be had on this machine."""
    match name:
        case EngineName.BITMAP:
            return BitmapEngine()
        case EngineName.REFERENCE:
            return ReferenceEngine()
        case EngineName.DURABLE:
            return DurableEngine()
        case _:
            assert_never(name)


def make_engines() -> Engines:
    """Every engine that there is."""
    usable: dict[str, Engine] = {}
    absent: dict[str, str] = {}
    for name in EngineName:
        try:
            usable[name.value] = make_engine(name)
        except EngineUnavailableError as error:
            absent[name.value] = f"not available here: {error.reason}"
    return Engines(usable, absent)


def make_prover(*, seconds: int, most: int | None, watch: Watch) -> PackProver:
    """What proves packs in at most so many seconds each, on `most` boundary situations (None: the usual number)."""
    return PackProver(SystemClock(), seconds=seconds, most=most, watch=watch)


def make_decide() -> Decide:
    """The use case of one decision, by the machine's clock."""
    clock = SystemClock()
    return Decide(clock, NewUuid7(clock))


def choose_policies(wanted: Mapping[str, str], pack_ids: Sequence[str]) -> dict[str, str]:
    """Every pack under its own name, `default` at `foundation` or else the only pack, and over these what is wanted.

    `pack_ids` are all that were found, broken ones too: a mistake in one pack must not give its policy to another.
    """
    usual = {_USUAL_DEFAULT: _USUAL_DEFAULT} if _USUAL_DEFAULT in pack_ids else {}
    default = usual.get(_USUAL_DEFAULT) or (pack_ids[0] if len(pack_ids) == 1 else None)
    implied = {pack_id: pack_id for pack_id in pack_ids} | ({DEFAULT_POLICY: default} if default else {})
    return implied | dict(wanted)


def serve(settings: Settings) -> None:
    """Serve in this process until told to stop.

    CannotListenError if the address is not free, RulesChangedError if other workers of the port serve other rules,
    LogAwayError if decisions are to be recorded and the database is away.
    """
    from amends.server.calls import Calls
    from amends.server.lifecycle import run
    from amends.server.pack_checks import PackChecks
    from amends.server.services import make_services

    if settings.supervisor_fd is None:
        check_port(settings.host, settings.port)
    check_log(settings)
    logger = log.get()
    loaded = load(settings)
    _report(loaded, logger, rules=settings.rules)
    digest = _rules_digest(loaded.catalog)
    if settings.rules_digest not in {None, digest}:
        logger.error("rules_changed", serving=settings.rules_digest, found=digest)
        raise RulesChangedError
    clock = SystemClock()
    new_id = NewUuid7(clock)
    encoder = Encoder(software_version=__version__)
    with nullcontext() if settings.recording is RecordingMode.OFF else _open_log(settings, clock) as opened:
        services = make_services(
            loaded.catalog,
            calls=Calls(max_request_bytes=settings.max_request_bytes, new_id=new_id, logger=logger),
            clock=clock,
            new_id=new_id,
            encoder=encoder,
            checks=PackChecks(settings.rules, logger),
            log=None if opened is None else _of_the_log(opened, settings, loaded, encoder=encoder, clock=clock),
        )
        run(settings.model_copy(update={"rules_digest": digest}), services, logger)


def check_log(settings: Settings) -> None:
    """SettingsError where decisions are to be recorded and the database cannot be used, LogAwayError if it is away."""
    from amends.storage.opened import check_schema

    if settings.recording is not RecordingMode.OFF:
        _usable(settings, check_schema)


def _open_log(settings: Settings, clock: Clock) -> "OpenedLog":
    from amends.storage.opened import open_log

    return _usable(settings, lambda url: open_log(url, clock))


def _usable(settings: Settings, use: Callable[[str], T]) -> T:
    """What `use` makes of the database; what is wrong with it, in words for whoever set it."""
    from amends.storage.engines import DatabaseUrlError
    from amends.storage.opened import UnusableSchemaError

    try:
        return use(settings.database_url)
    except DatabaseUrlError as error:
        raise SettingsError((f"--database (AMENDS_DATABASE): {error}",)) from None
    except UnusableSchemaError as error:
        raise SettingsError((f"the decision log: {error} (or say --recording off)",)) from None
    except LogUnavailableError as error:
        raise LogAwayError(error.reason) from None


def _of_the_log(
    opened: "OpenedLog", settings: Settings, loaded: Loaded, *, encoder: Encoder, clock: Clock
) -> "OfTheLog":
    """The use cases that need the log. The packs that may decide now are kept in it first."""
    from amends.server.log_watch import LogWatch
    from amends.server.services import OfTheLog
    from amends.storage.engines import shown

    logger = log.get()
    try:
        asyncio.run(_keep_packs(opened, loaded.sources))
    except LogUnavailableError as error:
        raise LogAwayError(f"{shown(opened.database.url)}: {error.reason}") from None
    watch = LogWatch(opened.reach, logger)
    recorder: Recorder
    if settings.recording is RecordingMode.BEST_EFFORT:
        recorder = best_effort = RecordBestEffort(opened.decisions, on_away=watch.away)
        watch.follow(best_effort)
    else:
        recorder = RecordRequired(opened.decisions, on_away=watch.away)
    codec, packs = Codec(encoder), RecordedPacks(loaded.catalog, opened.packs)
    decide = DecideRecorded(
        Log(
            decisions=opened.decisions,
            memory=opened.outcomes,
            ledger=opened.ledgers,
            packs=packs,
            recorder=recorder,
        ),
        codec=codec,
        engine=loaded.engine,
        clock=clock,
        new_id=NewUuid7(clock),
        software_version=__version__,
    )
    return OfTheLog(
        decide=decide, records=_records(opened, packs, loaded.engine, codec=codec, clock=clock), watch=watch
    )


def _records(
    opened: "OpenedLog", packs: RecordedPacks, engine: Engine, *, codec: Codec, clock: Clock
) -> "RecordUseCases":
    """The use cases that tell of the past and record what was done."""
    from amends.server.record_servicer import RecordUseCases

    return RecordUseCases(
        get_decision=GetDecision(
            decisions=opened.decisions, outcomes=opened.outcomes, obligations=opened.obligations, clock=clock
        ),
        list_decisions=ListDecisions(opened.listing),
        record_outcome=RecordOutcome(
            decisions=opened.decisions,
            outcomes=opened.outcomes,
            obligations=opened.obligations,
            codec=codec,
            pack=packs,
            clock=clock,
            new_id=NewUuid7(clock),
        ),
        list_obligations=ListObligations(opened.obligations, clock),
        rule_statistics=GetRuleStatistics(opened.statistics, clock),
        replay=_replay(opened, engine, codec=codec),
    )


def _replay(opened: "OpenedLog", engine: Engine, *, codec: Codec) -> Replay:
    return Replay(log=opened.decisions, packs=opened.packs, engine=engine, codec=codec, compare=differences)


async def _keep_packs(opened: "OpenedLog", sources: Sequence[PackSource]) -> None:
    for source in sources:
        await opened.packs.add(source)


@dataclass(frozen=True, slots=True)
class LogTools:
    """What the commands do with the log of one database, by this machine's clock."""

    now: Callable[[], int]
    get_decision: GetDecision
    list_decisions: ListDecisions
    facts: RecordedFacts
    replay: Replay
    forget: Forget
    retain: Callable[[int], Retain]


@contextmanager
def log_tools(settings: Settings) -> Iterator[LogTools]:
    """The log of the settings' database, for as long as it is used.

    SettingsError if the engine cannot be had; DatabaseUrlError, UnusableSchemaError, LogUnavailableError.
    """
    from amends.storage.opened import open_log
    from amends.storage.retention import DatabaseOldLog

    clock = SystemClock()
    codec = Codec(Encoder(software_version=__version__))
    engine = _engine(settings)
    with open_log(settings.database_url, clock) as opened:
        old = DatabaseOldLog(opened.database)
        yield LogTools(
            now=clock.now,
            get_decision=GetDecision(
                decisions=opened.decisions, outcomes=opened.outcomes, obligations=opened.obligations, clock=clock
            ),
            list_decisions=ListDecisions(opened.listing),
            facts=RecordedFacts(RecordedPacks(Catalog({}, {}), opened.packs), codec),
            replay=_replay(opened, engine, codec=codec),
            forget=Forget(old, clock=clock, new_id=NewUuid7(clock)),
            retain=lambda days: Retain(old, clock=clock, days=days),
        )


def _rules_digest(catalog: Catalog) -> str:
    """Of all that decides an answer: each policy with its pack's digest, and none where the pack does not compile."""
    digests = {pack_id: compiled.pack.digest for pack_id, compiled in catalog.packs.items()}
    lines = [f"{policy} {pack_id} {digests.get(pack_id, '')}" for policy, pack_id in sorted(catalog.policies.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def supervise(settings: Settings) -> int:
    """Serve in several processes until told to stop; their exit code. CannotListenError if the address is not free."""
    logger = log.get()
    # Said once, before there are workers to say it.
    check_log(settings)
    with reserve_port(settings.host, settings.port) as held:
        port = held.getsockname()[1]
        # The workers are whole services of one process each; only the supervisor speaks of the port.
        worker = settings.model_copy(update={"workers": 1, "port": port, "port_file": None})
        program = WorkerProgram(
            command=(sys.executable, "-P", "-m", "amends", "serve"),
            environment={**os.environ, **worker.environment()},
            link_variable=f"{PREFIX}SUPERVISOR_FD",
            rules_variable=f"{PREFIX}RULES_DIGEST",
            drain_seconds=settings.drain_seconds,
        )
        supervisor = Supervisor(
            program, settings.workers, log=logger, on_ready=lambda: announce_ready(settings, port, logger)
        )
        return supervisor.run()


def _why_unavailable(pack_id: str, loaded: Loaded) -> str:
    if pack_id in loaded.diagnostics:
        return "its rule pack does not compile"
    return f"there is no rule pack {pack_id!r}; there are: {', '.join(loaded.diagnostics) or 'none'}"


def _report(loaded: Loaded, logger: log.Logger, *, rules: Path) -> None:
    for pack_id, found in loaded.diagnostics.items():
        for diagnostic in found:
            _report_diagnostic(pack_id, diagnostic, logger)
    for pack_id, compiled in loaded.catalog.packs.items():
        logger.info(
            "rule_pack_loaded",
            pack=pack_id,
            version=compiled.pack.version,
            pack_digest=compiled.pack.digest,
            rules=len(compiled.pack.rules),
            policies=list(loaded.catalog.policies_of(pack_id)),
        )
    for policy, pack_id in loaded.unavailable.items():
        logger.error("policy_unavailable", policy=policy, pack=pack_id, reason=_why_unavailable(pack_id, loaded))
    if not loaded.catalog.packs:
        logger.error("not_serving", reason="no rule pack compiles" if loaded.diagnostics else no_pack(rules))
    elif DEFAULT_POLICY not in loaded.catalog.policies:
        logger.warning(
            "no_default_policy", reason="several packs, none of them foundation: calls have to name a policy"
        )


def _report_diagnostic(pack_id: str, found: Diagnostic, logger: log.Logger) -> None:
    line = logger.error if found.severity is Severity.ERROR else logger.warning
    line(
        "rule_pack_diagnostic",
        pack=pack_id,
        position=str(found.position),
        code=found.code,
        message=found.message,
        hint=found.hint,
    )
