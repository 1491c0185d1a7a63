"""What every peer of the comparison is: a language with three policies, and a host that asks it."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Protocol

from tests.benchmarks.peers.cases import Case

HERE: Final = Path(__file__).parent
OURS: Final = "Amends"


class Host(Protocol):
    """A policy, loaded, as a program in Python uses it."""

    def given(self, case: Case) -> Any:  # noqa: ANN401  # each engine has its own form
        """The case as a caller of this engine has it."""

    def decide(self, given: Any) -> Any:  # noqa: ANN401  # what `given` returned
        """The decision, as the engine gives it."""

    def answer(self, decided: Any) -> dict[str, Any]:  # noqa: ANN401  # what `decide` returned
        """The decision in the words of the comparison."""

    def asks(self, decided: Any) -> list[str]:  # noqa: ANN401  # as above
        """The facts that it says it misses, by the names of the comparison; none where it cannot say so."""

    def why(self, given: Any) -> object:  # noqa: ANN401  # as above
        """What the engine itself can tell about why, as JSON; None for nothing."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer by name. `distribution` is what it is installed as; `stem` names its folder of policies and its host.

    `pages` are those that its policies follow, by address, with what each is about. `helpers` are files beside the host
    that do for it what its policies cannot say.
    """

    name: str
    distribution: str
    licence: str
    stem: str
    pages: Mapping[str, str]
    helpers: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its policies are."""
        return HERE / "policies" / self.stem

    @property
    def version(self) -> str | None:
        """As installed; None if it is not."""
        if self.name == OURS:
            return "this checkout"
        try:
            return metadata.version(self.distribution)
        except metadata.PackageNotFoundError:
            return None

    def load(self, policy: str) -> Host:
        """The policy, loaded; its engine is imported only now."""
        module: Any = importlib.import_module(f"tests.benchmarks.peers.{self.stem}_host")
        host: Host = module.Host(self.folder, policy)
        return host
