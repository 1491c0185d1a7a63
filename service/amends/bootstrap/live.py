"""What follows policies while calls are answered: which catalog decides, what checks packs, and who watches what."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from amends.application.activate_pack import ActivatePack
from amends.application.approve_activation import ApproveActivation
from amends.application.cancel_activation import CancelActivation
from amends.application.check_activation import CheckActivation, Kept, Rules
from amends.application.follow_policies import FollowPolicies
from amends.application.live_catalog import LiveCatalog
from amends.application.log_errors import LogUnavailableError
from amends.application.past_cases import LoggedCases
from amends.application.policy_ports import PastCases
from amends.application.ports import Clock, PackStore
from amends.application.proof import Case
from amends.application.prove_live import ProveLive
from amends.application.request_folder import FolderPolicy, RequestFolder
from amends.application.standing import Standings, WatchedStandings
from amends.bootstrap.folder import failing_tests, folder_policies
from amends.bootstrap.packs import Loaded
from amends.config import Settings
from amends.log import Logger
from amends.packs.model import Pack
from amends.server.activation_servicer import ActivationUseCases
from amends.server.bounded_process import LEAST_URGENT
from amends.server.errors import LogAwayError
from amends.server.new_id import NewUuid7
from amends.server.pack_prover import PackProver
from amends.server.pack_trial import PackTrial
from amends.server.pack_watch import PackWatch
from amends.server.policy_watch import PolicyWatch
from amends.server.services import Companion
from amends.storage.engines import shown
from amends.storage.in_memory import MemoryActivations, MemoryPackStore, MemoryProofs
from amends.storage.opened import OpenedLog
from amends.wire.codec import Codec


class Live(NamedTuple):
    """The catalog that decides, what is done about activations, what runs beside, and where packs are kept."""

    catalog: LiveCatalog
    activations: ActivationUseCases
    companions: tuple[Companion, ...]
    standings: Standings
    packs: PackStore


def live_policies(  # noqa: PLR0913 -- all by name, and in one place only
    opened: OpenedLog, settings: Settings, loaded: Loaded, *, codec: Codec, clock: Clock, logger: Logger
) -> Live:
    """By the database: what it says is live is taken over before anything is answered. LogAwayError."""
    kept = Kept(opened.activations, opened.packs, opened.proofs)
    past = LoggedCases(opened.listing, opened.decisions, codec)
    try:
        return _live(kept, settings, loaded, past=past, clock=clock, logger=logger, remembers=True)
    except LogUnavailableError as error:
        raise LogAwayError(f"{shown(opened.database.url)}: {error.reason}") from None


def follow_folder(
    settings: Settings, loaded: Loaded, *, shared: OpenedLog | None, clock: Clock, logger: Logger
) -> Live:
    """Without a log: what the folder changes is checked here, and kept until the service ends.

    `shared`: where the workers of one supervisor keep it, so that all of them follow; who is alone keeps it in memory.
    """
    kept = (
        Kept(MemoryActivations(), MemoryPackStore(), MemoryProofs())
        if shared is None
        else Kept(shared.activations, shared.packs, shared.proofs)
    )
    return _live(kept, settings, loaded, past=_no_past, clock=clock, logger=logger, remembers=False)


def _live(  # noqa: PLR0913 -- all by name
    kept: Kept,
    settings: Settings,
    loaded: Loaded,
    *,
    past: PastCases,
    clock: Clock,
    logger: Logger,
    remembers: bool,
) -> Live:
    """`remembers`: what is kept is there at the next start, so that what is proved once need not be proved again."""
    catalog, new_id = LiveCatalog(loaded.catalog), NewUuid7(clock)
    activations, packs = kept.activations, kept.packs
    worker = f"{socket.gethostname()}-{os.getpid()}-{new_id()}"
    rules = Rules(approvals=settings.approvals, allow_unverified=settings.allow_unverified)

    def checker(niceness: int) -> tuple[CheckActivation, PackProver]:
        prover = PackProver(clock, niceness=niceness)
        trial = PackTrial(settings.rules, logger, niceness=niceness)
        check = CheckActivation(kept, trial=trial, prover=prover, past=past, clock=clock, rules=rules, worker=worker)
        return check, prover

    (check, prover), (check_begun, patient) = checker(0), checker(LEAST_URGENT)

    def end_checks() -> None:
        prover.stop()
        patient.stop()

    follow = FollowPolicies(activations, packs, live=catalog, engine=loaded.engine)
    standings = WatchedStandings(activations, kept.proofs, live=catalog, remembers=remembers)
    watch = PolicyWatch(
        activations,
        follow,
        check,
        # Nobody waits for the proof of what decides already, and callers do wait: it takes what they leave.
        check_begun=check_begun,
        end_checks=end_checks,
        clock=clock,
        logger=logger,
        worker=worker,
        standings=standings,
    )
    request = RequestFolder(activations, clock=clock, new_id=new_id, on_news=watch.news)
    prove = ProveLive(activations, kept.proofs, clock=clock, new_id=new_id, on_news=watch.news)
    found = folder_policies(settings, loaded.found)
    # From here on the policies are what is followed, and nothing else.
    catalog.activate({})
    asyncio.run(_begin(kept, request, watch, loaded=loaded, found=found, prove=prove if remembers else None))
    _tell_differences(found, catalog, logger)
    use_cases = ActivationUseCases(
        ActivatePack(activations, packs, clock=clock, new_id=new_id, on_news=watch.news),
        ApproveActivation(activations, clock=clock, on_news=watch.news),
        CancelActivation(activations, clock=clock),
        activations,
    )
    companions: tuple[Companion, ...] = (watch,)
    if settings.watch:
        companions = (watch, PackWatch(settings.rules, _asking(request, settings, logger), logger))
    return Live(catalog, use_cases, companions, standings, packs)


async def _begin(  # noqa: PLR0913 -- all by name, and in one place only
    kept: Kept,
    request: RequestFolder,
    watch: PolicyWatch,
    *,
    loaded: Loaded,
    found: Sequence[FolderPolicy],
    prove: ProveLive | None,
) -> None:
    """Packs that may decide are kept before any does; then what is live is taken over.

    A policy that has nothing yet begins with the folder's pack where that passes its own tests, and else waits for one
    that does: what has failed is asked for as a change is, so that it is refused on record. Where nothing is proved
    (`prove` None) nothing is tested either, as that would be done again at every start.
    """
    decided = {pointed.policy for pointed in await kept.activations.policies()}
    new = [one for one in found if one.policy not in decided]
    failing = frozenset[str]() if prove is None else failing_tests(new, loaded.found)
    sources = {source.pack_id: source for source in loaded.sources}
    beginning = [one for one in new if one.pack_id in sources.keys() - failing]
    # What is kept can be asked for by its digest alone: nothing that was not tried.
    for pack_id in sorted({one.pack_id for one in beginning}):
        await kept.packs.add(sources[pack_id])
    await request.begin(beginning)
    await request([one for one in new if one.pack_id in failing])
    if prove is not None:
        await prove(found)
    await watch.take_over()


async def _no_past(policy: str, pack: Pack) -> Sequence[Case]:  # noqa: ARG001 -- as the port
    return ()


def _asking(request: RequestFolder, settings: Settings, logger: Logger) -> Callable[[], Awaitable[None]]:
    async def changed() -> None:
        found = await asyncio.to_thread(folder_policies, settings)
        for activation in await request(found):
            logger.info(
                "activation_requested",
                activation_id=activation.activation_id,
                policy=activation.policy,
                pack=activation.pack_id,
                origin=activation.origin.value,
            )

    return changed


def _tell_differences(found: Sequence[FolderPolicy], catalog: LiveCatalog, logger: Logger) -> None:
    """Whoever looks into the folder must not take it for what decides."""
    for one in found:
        live = catalog.activated.get(one.policy)
        if live is None and one.digest:
            reason = "its pack was refused, and there is none before it: activation_refused says why"
            logger.error("policy_unavailable", policy=one.policy, pack=one.pack_id, reason=reason)
        elif live is not None and one.digest != live.pack.digest:
            logger.warning(
                "folder_not_live",
                policy=one.policy,
                pack=one.pack_id,
                pack_digest=live.pack.digest,
                folder_digest=one.digest,
            )
