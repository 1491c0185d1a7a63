"""The watch over policies: claims are kept while a check runs, given back at the end, dropped when they are lost."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from amends.application.activation import Activation, ActivationState, Origin, Person, Pointed
from amends.application.check_activation import CheckActivation
from amends.application.log_errors import LogUnavailableError
from amends.application.policy_ports import Claimed, Settlement
from amends.server.policy_watch import PolicyWatch
from tests.fakes.logger import RecordingLogger
from tests.unit.application.activating import WORKER, Publishing, texts
from tests.unit.server.turns import until

SOON: Final = 10.0


class Watched:
    """A watch whose checks last until `let` says so, and what it has ended."""

    def __init__(self, desk: Publishing, *, lease_seconds: float = 20.0) -> None:
        self.desk = desk
        self.let = asyncio.Event()
        self.begun = asyncio.Event()
        self.ended: list[str] = []
        self.settled = asyncio.Event()
        self.log = RecordingLogger(self._on_line)
        self.watch = PolicyWatch(
            desk.activations,
            desk.follow,
            _Slow(desk.check, self._wait),  # type: ignore[arg-type]  # called as the use case is
            check_begun=_Slow(desk.check, self._wait),  # type: ignore[arg-type]  # as above
            end_checks=lambda: self.ended.append("ended"),
            clock=desk.clock,
            logger=self.log,
            worker=WORKER,
            lease_seconds=lease_seconds,
        )
        self.task = asyncio.create_task(self.watch())

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task}, timeout=SOON)

    async def became(self, asked: Activation, state: ActivationState) -> None:
        """Returns once the activation is in that state."""
        while await state_of(self.desk, asked) is not state:  # noqa: ASYNC110 -- the store knows of no event
            await asyncio.sleep(0.01)

    async def _wait(self) -> None:
        self.begun.set()
        await self.let.wait()

    def _on_line(self, event: str) -> None:
        if event.startswith("activation_"):
            self.settled.set()


class _Slow:
    def __init__(self, check: CheckActivation, wait: Callable[[], Awaitable[None]]) -> None:
        self._check = check
        self._wait = wait

    async def __call__(self, claimed: Claimed) -> Activation | None:
        await self._wait()
        return await self._check(claimed)


async def state_of(desk: Publishing, asked: Activation) -> ActivationState:
    found = await desk.activations.activation(asked.activation_id)
    assert found is not None
    return found.state


async def test_what_waits_is_checked_told_and_followed() -> None:
    """Without anybody's asking, in one process."""
    desk = Publishing()
    asked = await desk.upload("1")
    watched = Watched(desk)
    watched.let.set()

    await asyncio.wait_for(watched.settled.wait(), SOON)
    await until(lambda: watched.log.of("policy_changed"))

    (checked,) = watched.log.of("activation_checked")
    (changed,) = watched.log.of("policy_changed")
    assert (checked["activation_id"], checked["state"]) == (asked.activation_id, "live")
    assert (changed["policy"], changed["version"], changed["before"]) == ("default", "1", "")
    assert desk.live.pin("default").pack.version == "1"
    await watched.stop()


async def test_a_refusal_is_told_with_its_reasons() -> None:
    """The first of them, cut, and how many there are."""
    desk = Publishing()
    desk.trial.problems = tuple(f"problem {number} " + "x" * 900 for number in range(5))
    await desk.upload("1")
    watched = Watched(desk)
    watched.let.set()

    await asyncio.wait_for(watched.settled.wait(), SOON)

    (refused,) = watched.log.of("activation_refused")
    assert refused["in_all"] == 5
    problems = refused["problems"]
    assert isinstance(problems, list)
    assert [problem[:9] for problem in problems] == ["problem 0", "problem 1", "problem 2"]
    assert max(map(len, problems)) == 500
    await watched.stop()


async def test_who_ends_gives_back_what_it_checks() -> None:
    """Its programs are ended, and the next worker finds it waiting."""
    desk = Publishing()
    asked = await desk.upload("1")
    watched = Watched(desk)
    await asyncio.wait_for(watched.begun.wait(), SOON)

    await watched.stop()

    assert watched.ended
    assert await state_of(desk, asked) is ActivationState.REQUESTED


async def test_where_everything_ends_at_once_its_programs_do_too() -> None:
    """As a loop ends that is closed: the check's own task may be over before the watch hears of it."""
    desk = Publishing()
    await desk.upload("1")
    watched = Watched(desk)
    await asyncio.wait_for(watched.begun.wait(), SOON)
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    # The work before the one that waits for it.
    for task in sorted(tasks, key=lambda one: "_Slow" not in repr(one.get_coro())):
        task.cancel()
    await asyncio.wait(tasks, timeout=SOON)

    assert watched.ended


async def test_a_proof_of_what_decides_makes_way() -> None:
    """For what somebody asks: it is ended, given back and made afterwards."""
    desk = Publishing()
    begun = await Publishing().upload("1")
    proof = replace(begun, activation_id="proof", origin=Origin.PROOF, validate_only=True)
    await desk.activations.ask(proof, texts("1"))
    watched = Watched(desk)
    await asyncio.wait_for(watched.begun.wait(), SOON)

    asked = await desk.upload("2")
    watched.watch.news()

    await asyncio.wait_for(watched.became(asked, ActivationState.CHECKING), SOON)
    assert watched.ended
    assert await state_of(desk, proof) is ActivationState.REQUESTED
    watched.let.set()
    await asyncio.wait_for(watched.became(asked, ActivationState.LIVE), SOON)
    await asyncio.wait_for(watched.became(proof, ActivationState.VALID), SOON)
    await watched.stop()


async def test_a_check_is_kept_while_it_runs() -> None:
    """However long it takes: the lease is renewed before it is over."""
    desk = Publishing()
    await desk.upload("1")
    watched = Watched(desk, lease_seconds=0.1)
    await asyncio.wait_for(watched.begun.wait(), SOON)
    renewed = _Renewals(desk)

    await asyncio.wait_for(renewed.some.wait(), SOON)
    watched.let.set()
    await asyncio.wait_for(watched.settled.wait(), SOON)

    assert watched.log.of("activation_checked")
    await watched.stop()


class _Renewals:
    def __init__(self, desk: Publishing) -> None:
        self.some = asyncio.Event()
        self._count = 0
        self._renew = desk.activations.renew
        desk.activations.renew = self._counted  # type: ignore[method-assign]  # to see it happen

    async def _counted(self, activation_id: str, worker: str, *, until: int) -> bool:
        self._count += 1
        if self._count == 3:
            self.some.set()
        return await self._renew(activation_id, worker, until=until)


async def test_what_is_ended_by_somebody_is_not_checked_on() -> None:
    """The next renewal finds out, and the programs are ended."""
    desk = Publishing()
    asked = await desk.upload("1")
    watched = Watched(desk, lease_seconds=0.1)
    await asyncio.wait_for(watched.begun.wait(), SOON)

    await desk.activations.settle(asked.activation_id, Settlement(ActivationState.CANCELLED, 0, by=Person()))
    await until(lambda: watched.ended)

    assert await state_of(desk, asked) is ActivationState.CANCELLED
    await watched.stop()


async def test_what_cannot_be_followed_is_told_once() -> None:
    """Not each second."""
    desk = Publishing()
    watched = Watched(desk)
    await desk.activations.begin([await _live_without_a_pack(desk)])
    watched.watch.news()
    await until(lambda: watched.log.of("policy_not_followed"))

    for _ in range(3):
        await watched.watch.take_over()

    (told,) = watched.log.of("policy_not_followed")
    assert (told["policy"], told["pack_digest"]) == ("lost", "f" * 64)
    await watched.stop()


async def _live_without_a_pack(desk: Publishing) -> Activation:
    asked = await desk.upload("1", policy="lost", validate_only=True)
    return replace(asked, activation_id=desk.new_id(), state=ActivationState.LIVE, digest="f" * 64)


async def test_while_the_database_is_away_nothing_changes() -> None:
    """Nor is it told here: who watches the log does. A bug is told, and the next look is made all the same."""
    desk = Publishing()
    looks = asyncio.Event()
    errors: list[Exception] = [LogUnavailableError("away"), ValueError("a bug")]

    async def failing() -> list[Pointed]:
        if errors:
            raise errors.pop(0)
        looks.set()
        return []

    desk.activations.policies = failing  # type: ignore[method-assign]  # as a database that is away
    watched = Watched(desk)
    while not looks.is_set():
        watched.watch.news()
        await asyncio.sleep(0)

    assert [event for event, _ in watched.log.lines] == ["policies_not_seen"]
    await watched.stop()
