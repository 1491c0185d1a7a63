"""Follows the policies of the database beside the calls: what is live is taken over, what is to be checked is checked.

Every process does so, and looks every second and whenever something was asked of it. A check is claimed for a while and
the claim renewed: whoever dies over it is followed by another. Policies are the database's to say: while that is away,
each goes on with the pack that it has.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from amends.application.activation import Activation, ActivationState, Origin, Pointed
from amends.application.check_activation import WITHDRAWN, CheckActivation
from amends.application.follow_policies import Followed, FollowPolicies
from amends.application.log_errors import LogUnavailableError
from amends.application.policy_ports import Activations, Claimed
from amends.application.ports import Clock
from amends.application.standing import WatchedStandings
from amends.log import Logger, failure

EVERY_SECONDS: Final = 1.0
LEASE_SECONDS: Final = 20
_RENEWALS: Final = 4
_LOOKS_BETWEEN_STANDINGS: Final = 5
_NANOS: Final = 1_000_000_000
_TOLD_PROBLEMS: Final = 3
_TOLD_CHARACTERS: Final = 500


class PolicyWatch:
    """The companion of one process; for one event loop."""

    def __init__(  # noqa: PLR0913  # what it does, by what, and how often
        self,
        activations: Activations,
        follow: FollowPolicies,
        check: CheckActivation,
        *,
        check_begun: CheckActivation,
        end_checks: Callable[[], None],
        clock: Clock,
        logger: Logger,
        worker: str,
        standings: WatchedStandings | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """`check_begun` checks what decides already, and `check` everything else.

        `end_checks` ends the programs of a check at once; `standings` are kept up to date.
        """
        self._activations = activations
        self._follow = follow
        self._check = check
        self._check_begun = check_begun
        self._end_checks = end_checks
        self._clock = clock
        self._log = logger
        self._worker = worker
        self._lease = lease_seconds
        self._news = asyncio.Event()
        self._checking: asyncio.Task[None] | None = None
        self._is_begun = False
        self._left: dict[str, Pointed] = {}
        self._standings = standings
        self._looks = 0

    def news(self) -> None:
        """There is something to do now."""
        self._news.set()

    async def take_over(self) -> None:
        """Before anything is answered: what is live now. LogUnavailableError."""
        followed = await self._follow()
        self._tell(followed)
        if self._standings is not None:
            # Each look would ask too much; and what a fellow worker has settled may wait a moment.
            if self._looks % _LOOKS_BETWEEN_STANDINGS == 0 or followed.changes or followed.gone:
                await self._standings.look({one.pointed.policy: (one.pointed, one.why) for one in followed.left})
            self._looks += 1

    async def __call__(self) -> None:
        """Until cancelled; then what is being checked is given back."""
        try:
            while True:
                self._news.clear()
                await self._look()
                # Not by wait_for: before Python 3.12 it may lose a cancellation that comes with the news.
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY_SECONDS):
                        await self._news.wait()
        finally:
            if self._checking is not None:
                self._checking.cancel()
                await asyncio.wait({self._checking})

    async def _look(self) -> None:
        try:
            await self.take_over()
            await self._make_way()
            if self._checking is None and await self._activations.is_any_waiting(now=self._clock.now()):
                claimed = await self._activations.claim(self._worker, now=self._clock.now(), until=self._until())
                if claimed is not None:
                    self._is_begun = claimed.activation.origin is Origin.PROOF
                    self._checking = asyncio.create_task(self._checked(claimed))
        except LogUnavailableError:
            # Whoever watches the log tells of it.
            return
        except Exception as error:  # noqa: BLE001 -- what decides goes on, and the next look may find it mended
            self._log.error("policies_not_seen", **failure(error))

    async def _make_way(self) -> None:
        """Who asks for something waits for no proof of what decides already: that is given back, and made after it."""
        if self._checking is None or not self._is_begun:
            return
        if await self._activations.is_any_waiting(now=self._clock.now(), asked=True):
            self._checking.cancel()
            await asyncio.wait({self._checking})

    async def _checked(self, claimed: Claimed) -> None:
        activation_id = claimed.activation.activation_id
        check = self._check_begun if claimed.activation.origin is Origin.PROOF else self._check
        work = asyncio.create_task(check(claimed))
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=self._lease / _RENEWALS)
                if not work.done() and not await self._renewed(activation_id):
                    break
            if work.done():
                self._tell_settled(work.result())
        except asyncio.CancelledError:
            # Where the process ends, the work is cancelled as this is, and may be done; its programs are not.
            self._end_checks()
            await self._give_up(work)
            with suppress(LogUnavailableError):
                await self._activations.release(activation_id, self._worker)
            raise
        except LogUnavailableError as error:
            self._log.warning("activation_put_off", activation_id=activation_id, reason=error.reason)
            # If it is back by now, nobody has to wait until the time is up.
            with suppress(LogUnavailableError):
                await self._activations.release(activation_id, self._worker)
        except Exception as error:  # noqa: BLE001 -- as of a look; when its time is up it is begun again
            self._log.error("activation_put_off", activation_id=activation_id, **failure(error))
        finally:
            await self._give_up(work)
            self._checking = None
            self._looks = 0
            self.news()

    async def _give_up(self, work: "asyncio.Task[Activation | None]") -> None:
        if not work.done():
            self._end_checks()
            work.cancel()
            await asyncio.wait({work})

    async def _renewed(self, activation_id: str) -> bool:
        try:
            return await self._activations.renew(activation_id, self._worker, until=self._until())
        except LogUnavailableError:
            # It may be back before anybody else can take it.
            return True

    def _until(self) -> int:
        return self._clock.now() + int(self._lease * _NANOS)

    def _tell(self, followed: Followed) -> None:
        for change in followed.changes:
            pack = change.compiled.pack
            self._log.info(
                "policy_changed",
                policy=change.pointed.policy,
                pack=pack.pack_id,
                version=pack.version,
                pack_digest=pack.digest,
                before=change.before,
                activation_id=change.pointed.activation_id,
            )
        for policy in followed.gone:
            self._log.error("policy_withdrawn", policy=policy, reason=WITHDRAWN)
        left = {one.pointed.policy: one.pointed for one in followed.left}
        for one in followed.left:
            if self._left.get(one.pointed.policy) != one.pointed:
                self._log.error(
                    "policy_not_followed",
                    policy=one.pointed.policy,
                    pack_digest=one.pointed.digest,
                    activation_id=one.pointed.activation_id,
                    reason=one.why,
                )
        self._left = left

    def _tell_settled(self, activation: Activation | None) -> None:
        if activation is None:
            return
        problems = activation.findings.problems
        if activation.state is ActivationState.REFUSED:
            self._log.error(
                "activation_refused",
                activation_id=activation.activation_id,
                policy=activation.policy,
                pack=activation.pack_id,
                pack_digest=activation.digest,
                problems=[problem[:_TOLD_CHARACTERS] for problem in problems[:_TOLD_PROBLEMS]],
                in_all=len(problems),
            )
            return
        self._log.info(
            "activation_checked",
            activation_id=activation.activation_id,
            policy=activation.policy,
            state=activation.state.value,
            pack=activation.pack_id,
            pack_digest=activation.digest,
        )
