"""The messages of the contract as bytes: what the log keeps and what leaves the process."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from amends.domain.action import Action
from amends.domain.decision import Guardrail
from amends.domain.facts import Value
from amends.domain.record import Supplied
from amends.domain.situation import Granted, Situation
from amends.packs.model import Pack
from amends.resolution.resolve import Resolved


class DecisionCodec(Protocol):
    """The messages of the contract, as bytes: what the log keeps and what leaves the process."""

    def decision(self, resolved: Resolved) -> bytes:
        """The decision's deterministic bytes, at the level of explanation that it was resolved for."""
        ...

    def fired(self, resolved: Resolved) -> bytes:
        """The decision's deterministic bytes at `explain: fired`, whatever it was resolved for: what the log keeps."""
        ...

    def completed(self, raw: bytes, *, granted: Sequence[Granted] | None, facts: Mapping[str, Value]) -> bytes:
        """A situation with what the server supplies: more that was granted (None: nothing is known), built-in facts."""
        ...

    def as_asked(self, raw: bytes, supplied: Supplied) -> bytes:
        """A situation without what the server supplied: equal for requests that asked for the same."""
        ...

    def read_situation(self, raw: bytes, pack: Pack) -> Situation:
        """A situation that was kept, under the pack it was decided by."""
        ...

    def read_actions(self, raw: bytes) -> tuple[Action, ...]:
        """The actions of a decision that was kept."""
        ...


class ReplyCodec(Protocol):
    """What was decided, as far as a reply is held against it; ValueError where the bytes are none."""

    def read_situation(self, raw: bytes, pack: Pack) -> Situation:
        """A situation that was kept, under the pack it was decided by."""
        ...

    def read_actions(self, raw: bytes) -> tuple[Action, ...]:
        """The actions of a decision that was kept."""
        ...

    def read_guardrails(self, raw: bytes) -> tuple[Guardrail, ...]:
        """The guardrails of a decision that was kept."""
        ...


class OutcomeCodec(Protocol):
    """What was decided and what was given, as the messages of the contract that the log keeps."""

    def read_actions(self, raw: bytes) -> tuple[Action, ...]:
        """The actions of a decision that was kept; ValueError where the bytes are none."""
        ...

    def granted(self, granted: Granted) -> bytes:
        """The deterministic bytes."""
        ...

    def read_granted(self, raw: bytes) -> Granted:
        """What was kept; ValueError where the bytes are none."""
        ...


class CompareDecisions(Protocol):
    """Says where two decisions differ."""

    def __call__(self, recorded: bytes, again: bytes) -> Sequence[str]:
        """A line in words for each field that differs; none exactly for the same bytes."""
        ...
