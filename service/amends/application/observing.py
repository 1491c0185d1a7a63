"""The port of whoever counts what is decided."""

from typing import Protocol

from amends.domain.decision import Decision


class Observer(Protocol):
    """Hears of every decision; must be cheap, and never fails."""

    def decided(self, policy: str, decision: Decision) -> None:
        """A decision was made by a policy, a preview too."""
        ...


class Nobody:
    """Counts nothing."""

    def decided(self, policy: str, decision: Decision) -> None:
        """Nothing is done with it."""
