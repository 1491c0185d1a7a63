"""The use case of one decision: a valid situation and a compiled pack in, an envelope out. Decodes and pins nothing."""

from typing import NamedTuple

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import Clock, NewId
from amends.domain.situation import Situation
from amends.resolution.changes import Superseded
from amends.resolution.resolve import Resolved


class Decided(NamedTuple):
    """The envelope around a decision. A preview has no id (empty) and may not be executed. `decided_at` is nanoseconds.

    `recorded` says whether the decision is on disk; here nothing is recorded, so it is false.
    """

    decision_id: str
    decided_at: int
    recorded: bool
    resolved: Resolved


class Decide:
    """Decides one situation."""

    __slots__ = ("_clock", "_new_id")

    def __init__(self, clock: Clock, new_id: NewId) -> None:
        self._clock = clock
        self._new_id = new_id

    def __call__(  # noqa: PLR0913  # what a request says beside its situation
        self,
        situation: Situation,
        compiled: CompiledPack,
        *,
        role: str,
        preview: bool,
        explain_full: bool = False,
        superseded: Superseded | None = None,
    ) -> Decided:
        """Decide under the pinned pack, as seen by `role`; `explain_full` and `superseded` as the pack's `decide`."""
        resolved = compiled.decide(situation, role=role, explain_full=explain_full, superseded=superseded)
        return Decided(
            decision_id="" if preview else self._new_id(),
            decided_at=self._clock.now(),
            recorded=False,
            resolved=resolved,
        )
