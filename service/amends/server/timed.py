"""What is asked of an engine and of the log, with the time it takes."""

import time
from collections.abc import Callable, Hashable, Sequence

from amends.application.ports import Appended, DecisionLog, Engine, Matcher, ReadingMatcher
from amends.domain.facts import Facts, Vocabulary
from amends.domain.record import DecisionEntry
from amends.packs.conditions import Condition
from amends.resolution.matches import Matches

Took = Callable[[int], None]
"""Hears how many nanoseconds it took; must be cheap."""


class TimedEngine:
    """An engine whose matches are timed."""

    def __init__(self, engine: Engine, took: Took) -> None:
        self._engine = engine
        self._took = took

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> Matcher:
        """As the engine's."""
        matcher = self._engine.compile(vocabulary, conditions)
        return _Reading(matcher, self._took) if isinstance(matcher, ReadingMatcher) else _Timed(matcher, self._took)


class _Timed:
    __slots__ = ("_matcher", "_took")

    def __init__(self, matcher: Matcher, took: Took) -> None:
        self._matcher = matcher
        self._took = took

    def match(self, facts: Facts) -> Matches:
        began = time.perf_counter_ns()
        matches = self._matcher.match(facts)
        self._took(time.perf_counter_ns() - began)
        return matches


class _Reading(_Timed):
    __slots__ = ("_reader",)

    def __init__(self, matcher: ReadingMatcher, took: Took) -> None:
        super().__init__(matcher, took)
        self._reader = matcher

    def reading(self, facts: Facts) -> Hashable:
        return self._reader.reading(facts)


class TimedLog:
    """A decision log whose appends are timed, by how many entries they are of."""

    def __init__(self, log: DecisionLog, took: Callable[[int, int], None]) -> None:
        self._log = log
        self._took = took

    async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
        """As the log's."""
        began = time.perf_counter_ns()
        appended = await self._log.append(entries)
        self._took(len(entries), time.perf_counter_ns() - began)
        return appended

    async def decision(self, decision_id: str) -> DecisionEntry | None:
        """As the log's."""
        return await self._log.decision(decision_id)

    async def decision_of_request(self, caller: str, request_id: str) -> DecisionEntry | None:
        """As the log's."""
        return await self._log.decision_of_request(caller, request_id)
