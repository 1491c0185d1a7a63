"""What every contender of the race is: an engine that was given a policy, written as its own documentation recommends.

A contender has a page that it follows, an example published there that it reproduces before anything else, and answers
with all rules that match. What turns a situation into the form that a caller of that engine would already have is not
timed, nor what turns the engine's own list of matches into names; all between is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Protocol

from tests.benchmarks.engine_race.policies import Policy, Situation


class Contender(Protocol):
    """An engine with a policy."""

    def given(self, situation: Situation) -> Any:  # noqa: ANN401  # each engine has its own form
        """The situation as a caller of this engine has it."""

    def decide(self, given: Any) -> Any:  # noqa: ANN401  # what `given` returned; as the engine lists matches
        """All rules that match, collected."""

    def names(self, answer: Any) -> Iterable[str]:  # noqa: ANN401  # what `decide` returned
        """The names of those rules, in any order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender by name. `distribution` is what it is installed as, empty for our own engines.

    `slow` ones take too long at large sizes for a quick look. What compiles as it runs decides for so many seconds
    before it is timed.
    """

    name: str
    distribution: str
    page: str
    example: Callable[[], None]
    build: Callable[[Policy], Contender]
    slow: bool = False
    warm_up_seconds: float = 0.0

    @property
    def version(self) -> str | None:
        """As installed; None if it is not."""
        if not self.distribution:
            return "this checkout"
        try:
            return metadata.version(self.distribution)
        except metadata.PackageNotFoundError:
            return None
