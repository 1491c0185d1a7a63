"""What can go wrong with an engine itself, whichever it is.

That one cannot be had, or does not take a condition, is an answer; that it breaks down while it matches is an accident.
"""

from amends.domain.errors import AmendsError
from amends.packs.conditions import Condition, paths


class EngineUnavailableError(AmendsError):
    """The engine cannot be used on this machine; `reason` says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the engine {name} is not available here: {reason}")
        self.name = name
        self.reason = reason


class ConditionTooLargeError(AmendsError):
    """The engine does not take this condition, the `place`th of those it was given; another engine may."""

    def __init__(self, name: str, condition: Condition, *, place: int, reason: str) -> None:
        read = ", ".join(sorted(paths(condition))) or "no fact"
        super().__init__(f"the engine {name} does not take condition {place + 1}, which reads {read}: {reason}")
        self.name = name
        self.condition = condition
        self.reason = reason


class EngineFailedError(Exception):
    """The engine broke down on one match, for the `count`th time since it was made. Set up anew, it may do it now."""

    def __init__(self, name: str, reason: str, *, count: int) -> None:
        super().__init__(f"the engine {name} failed, failure {count} since it was made: {reason}")
        self.name = name
        self.count = count


class EngineContradictionError(Exception):
    """The engine found conditions both true and false, so nothing that it says is to be trusted."""

    def __init__(self, name: str, places: tuple[int, ...]) -> None:
        super().__init__(f"the engine {name} finds true and false at once: conditions {', '.join(map(str, places))}")
        self.name = name
        self.places = places
