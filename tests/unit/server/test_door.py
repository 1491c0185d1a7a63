"""Who has an answer waiting when the door is told of, and who holds it open."""

import asyncio
import time
from functools import partial

from amends.server.door import Door


def test_an_answer_leaves_at_once_and_nobody_asks_to_whom() -> None:
    asked: list[str] = []

    def peer() -> str:
        asked.append("asked")
        return "a"

    asyncio.run(Door().leave(peer))

    assert asked == []


def test_what_is_held_leaves_when_it_is_let_go() -> None:
    left: list[str] = []

    async def work() -> None:
        door = Door()

        async def answer(name: str) -> None:
            await door.leave(lambda: name)
            left.append(name)

        holding = asyncio.create_task(door.hold())
        await asyncio.sleep(0)
        answers = [asyncio.create_task(answer(name)) for name in ("a", "b")]
        await holding
        assert left == []

        door.release()
        await asyncio.gather(*answers)
        await door.leave(lambda: "later")

    asyncio.run(work())

    assert sorted(left) == ["a", "b"]


def test_who_comes_while_it_is_held_is_waited_for() -> None:
    async def work() -> None:
        door = Door()
        answers: list[asyncio.Task[None]] = []
        holding = asyncio.create_task(door.hold())
        for name in ("a", "b", "c", "d", "e"):
            await asyncio.sleep(0.05)
            assert not holding.done()
            answers.append(asyncio.create_task(door.leave(partial(str, name))))
        await holding
        door.release()
        await asyncio.gather(*answers)

    asyncio.run(work())


def test_it_is_not_held_for_ever_by_those_who_keep_coming() -> None:
    async def work() -> None:
        door = Door()
        answers: list[asyncio.Task[None]] = []
        holding = asyncio.create_task(door.hold())
        names = iter(range(1_000_000))
        until = time.monotonic() + 30
        while not holding.done() and time.monotonic() < until:
            answers.append(asyncio.create_task(door.leave(lambda: str(next(names)))))
            await asyncio.sleep(0.01)
        assert holding.done()
        door.release()
        await asyncio.gather(*answers)

    asyncio.run(work())
