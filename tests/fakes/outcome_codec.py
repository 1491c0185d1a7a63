"""An OutcomeCodec without messages: what was written is what is read, and the same gives the same bytes."""

from amends.domain.action import Action
from amends.domain.situation import Granted


class FakeOutcomeCodec:
    """Knows the actions of the decisions that a test names."""

    def __init__(self) -> None:
        self.actions: dict[bytes, tuple[Action, ...]] = {b"": ()}
        self._granted: dict[bytes, Granted] = {}

    def read_actions(self, raw: bytes) -> tuple[Action, ...]:
        return self.actions[raw]

    def granted(self, granted: Granted) -> bytes:
        raw = repr(granted).encode()
        self._granted[raw] = granted
        return raw

    def read_granted(self, raw: bytes) -> Granted:
        return self._granted[raw]
