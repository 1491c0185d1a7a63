"""Hold: actions of the kinds that an applied rule holds stand, but wait until a team releases them; entitlements too.

What was given already is not held. A rule that may hold leaves unsettled what it would hold, care excepted.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from amends.domain.action import Hold
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, Step
from amends.packs.model import Rule
from amends.resolution.draft import Draft

WOULD_HOLD: Final = "it would put this on hold"
"""Why a rule that may hold leaves an action unsettled."""


class Held(NamedTuple):
    """What a plan's applied rules hold: by kind one hold a team, in deciding order; and by kind each rule's reason."""

    by_kind: Mapping[ActionKind, tuple[Hold, ...]]
    rules: Mapping[ActionKind, tuple[tuple[str, str], ...]]


def held(applied: Sequence[Rule], *, locale: str) -> Held | None:
    """The holds of applied rules; None where there are none."""
    holding = [rule for rule in applied if rule.hold is not None]
    if not holding:
        return None
    by_kind: dict[ActionKind, dict[str, Hold]] = {}
    rules: dict[ActionKind, list[tuple[str, str]]] = {}
    for rule in holding:
        stop = rule.hold
        assert stop is not None
        for kind in stop.kinds:
            teams = by_kind.setdefault(kind, {})
            first = teams.get(stop.team, Hold(stop.team, stop.because.choose(locale), ()))
            teams[stop.team] = Hold(first.team, first.reason, (*first.rule_ids, rule.rule_id))
            rules.setdefault(kind, []).append((rule.rule_id, stop.because.choose(locale)))
    return Held(
        {kind: tuple(teams.values()) for kind, teams in by_kind.items()},
        {kind: tuple(found) for kind, found in rules.items()},
    )


def holds(rule: Rule, kind: ActionKind) -> bool:
    """Whether a rule, where it applies, holds that kind."""
    return rule.hold is not None and kind in rule.hold.kinds


def hold(drafts: Sequence[Draft], stops: Held) -> list[Adjustment]:
    """Mark what is held. The plan's own drafts are marked alike in each of its decisions."""
    adjustments: list[Adjustment] = []
    for draft in drafts:
        if draft.already_given or draft.kind not in stops.by_kind:
            continue
        draft.on_hold = stops.by_kind[draft.kind]
        adjustments += [
            Adjustment(
                step=Step.HOLD, effect=Effect.CHANGED, kind=draft.kind, rule_id=rule_id, by=by, why=f"on hold: {reason}"
            )
            for by, reason in stops.rules[draft.kind]
            for rule_id in draft.rule_ids
        ]
    return adjustments


def release_given(drafts: Sequence[Draft]) -> None:
    """What was given already does not wait for a rule that may hold."""
    for draft in drafts:
        if draft.already_given:
            draft.unsettled = tuple(found for found in draft.unsettled if found.why != WOULD_HOLD)
