"""Finish: identifiers and times, which are all that a case adds to what is settled.

The same purchase decided again has the same identifiers; every time is counted from observe_time alone.
"""

from collections.abc import Mapping
from typing import Any, Final

from amends.domain.action import Action, Scope
from amends.domain.decision import Obligation
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.due import due_time, promise_due
from amends.resolution.identify import place
from amends.resolution.oblige import obliged
from amends.resolution.ready import DUE, VALID_UNTIL, Timed
from amends.resolution.settle import Settled
from amends.resolution.words import Times

_made: Final = tuple.__new__
"""A named tuple's own constructor is written in Python; this runs for every action of every decision."""


def finish(
    settled: Settled, pack: Pack, situation: Situation, *, times: Times
) -> tuple[tuple[Action, ...], tuple[Obligation, ...]]:
    """The actions in their order, and what those promise that are not given yet."""
    of_case = place(situation, Scope.CASE)
    of_incident = place(situation, Scope.INCIDENT) if situation.incident_id else of_case
    subject, incident_id, start = situation.subject, situation.incident_id, situation.observe_time
    dues = {where: promise_due(promise, pack, start) for where, promise in settled.promises}
    actions: list[Action] = []
    obligations: list[Obligation] = []
    # Written in place and by position: this runs for every action of every decision.
    for index, (identity, scope, said, timed) in enumerate(settled.actions):
        action_id = (of_incident if scope is Scope.INCIDENT else of_case) + identity
        if timed is None:
            actions.append(_made(Action, (action_id, subject, incident_id, *said)))
            continue
        due = dues.get(index)
        filled = _with_times(said, timed, settled, pack, due=due, dues=dues, start=start, times=times)
        actions.append(_made(Action, (action_id, subject, incident_id, *filled)))
        if timed.owed:
            obligations += obliged(timed, action_id, due=due, owner=settled.team, timezone=pack.timezone, start=start)
    return tuple(actions), tuple(obligations)


def _with_times(  # noqa: PLR0913  # all that a time may be told by
    said: tuple[Any, ...],
    timed: Timed,
    settled: Settled,
    pack: Pack,
    *,
    due: int | None,
    dues: Mapping[int, int],
    start: int,
    times: Times,
) -> list[Any]:
    filled = list(said)
    filled[DUE] = due
    if timed.expires is not None:
        filled[VALID_UNTIL] = due_time(start, timed.expires, timezone=pack.timezone)
    for words in timed.words:
        filled[words] = times.fill(
            said[words],
            due=due or dues.get(timed.named),
            next_update=min([dues[where] for where in settled.cadences], default=None),
            owner=settled.owner,
        )
    return filled
