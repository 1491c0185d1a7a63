"""Serving in this process: the packs, the services and, where decisions are recorded, the log."""

import hashlib
from contextlib import nullcontext
from functools import partial

from amends import __version__, log
from amends.application.catalog import Catalog
from amends.application.check_reply import CheckReply
from amends.application.find_texts import FindTexts
from amends.application.live_catalog import LiveCatalog
from amends.application.standing import Standings, standings_of
from amends.bootstrap.access import make_gate, tls_files
from amends.bootstrap.database import check_log, open_database
from amends.bootstrap.decision_log import of_the_log
from amends.bootstrap.live import follow_folder, live_policies
from amends.bootstrap.pack_report import report
from amends.bootstrap.packs import load
from amends.config import RecordingMode, Settings
from amends.console.pages import pages
from amends.server.answering import Answering
from amends.server.clock import SystemClock
from amends.server.counted_log import CountedLog
from amends.server.errors import RulesChangedError
from amends.server.lifecycle import run
from amends.server.new_id import NewUuid7
from amends.server.pack_checks import PackChecks
from amends.server.services import make_services
from amends.server.supervisor import check_port
from amends.server.tally import LivePolicies, Tally
from amends.server.tracing import is_wanted, make_tracing
from amends.storage.opened import open_log
from amends.telemetry import Telemetry
from amends.wire.codec import Codec
from amends.wire.encode import Encoder


def serve(settings: Settings) -> None:
    """Serve in this process until told to stop.

    CannotListenError if the address is not free, RulesChangedError if other workers of the port serve other rules,
    LogAwayError if decisions are to be recorded and the database is away.
    """
    if settings.supervisor_fd is None:
        check_port(settings.host, settings.port)
    check_log(settings)
    telemetry = Telemetry(version=__version__) if settings.http_port is not None or is_wanted() else None
    logger = log.get() if telemetry is None else CountedLog(log.get(), telemetry)
    tracing = None if telemetry is None else make_tracing(telemetry, logger, version=__version__)
    tally = None if telemetry is None else Tally(telemetry, None if tracing is None else tracing.calls)
    loaded = load(settings, None if tally is None else tally.matched)
    report(loaded, logger, rules=settings.rules)
    # Where policies are kept all workers follow what is kept, whatever each of them found in the folder.
    keeps = settings.recording is not RecordingMode.OFF or settings.shared_policies is not None
    digest = "" if keeps else _rules_digest(loaded.catalog)
    if settings.rules_digest not in {None, digest}:
        logger.error("rules_changed", serving=settings.rules_digest, found=digest)
        raise RulesChangedError
    clock = SystemClock()
    gate, keeping_the_gate = make_gate(settings, clock, logger)
    tls = tls_files(settings)
    new_id = NewUuid7(clock)
    encoder = Encoder(software_version=__version__)
    answering = Answering(
        max_request_bytes=settings.max_request_bytes,
        max_in_flight=settings.max_concurrent_rpcs,
        new_id=new_id,
        logger=logger,
        gate=gate,
        tally=tally,
    )
    with (
        nullcontext() if settings.recording is RecordingMode.OFF else open_database(settings, clock) as opened,
        nullcontext() if settings.shared_policies is None else open_log(settings.shared_policies, clock) as shared,
    ):
        live, of_log = LiveCatalog(loaded.catalog), None
        check_reply = CheckReply()
        use_cases, companions, kept = None, keeping_the_gate, None
        standings: Standings = partial(standings_of, loaded.catalog)
        if opened is not None:
            live, use_cases, following, standings, kept = live_policies(
                opened, settings, loaded, codec=Codec(encoder), clock=clock, logger=logger
            )
            companions = (*companions, *following)
            of_log = of_the_log(
                opened,
                settings,
                live,
                check_reply=check_reply,
                engine=loaded.engine,
                encoder=encoder,
                clock=clock,
                observer=answering.observer,
                telemetry=telemetry,
                logger=logger,
            )
        elif settings.watch and (settings.supervisor_fd is None or shared is not None):
            live, use_cases, following, standings, kept = follow_folder(
                settings, loaded, shared=shared, clock=clock, logger=logger
            )
            companions = (*companions, *following)
        if telemetry is not None:
            told = standings
            telemetry.serve(LivePolicies(live), lambda: [(one.policy, one.state, one.activation_id) for one in told()])
        services = make_services(
            live,
            answering=answering,
            clock=clock,
            new_id=new_id,
            encoder=encoder,
            checks=PackChecks(settings.rules, logger),
            texts=FindTexts(settings.rules, loaded.sources, kept),
            check_reply=check_reply,
            log=of_log,
            activations=use_cases,
            standings=standings,
            companions=companions,
            metrics=None if telemetry is None else telemetry.text,
        )
        shown = () if settings.http_port is None else pages(settings.frame_origins)
        run(settings.model_copy(update={"rules_digest": digest}), services, logger, tls=tls, pages=shown)
    if tracing is not None:
        tracing.end()


def _rules_digest(catalog: Catalog) -> str:
    """Of all that decides an answer: each policy with its pack's digest, and none where the pack does not compile."""
    digests = {pack_id: compiled.pack.digest for pack_id, compiled in catalog.packs.items()}
    lines = [f"{policy} {pack_id} {digests.get(pack_id, '')}" for policy, pack_id in sorted(catalog.policies.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
