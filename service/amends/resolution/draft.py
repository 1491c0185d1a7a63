"""A draft: an action while the steps that need money or time work on it.

One that no money is involved in is made with the plan and shared by all its decisions, as long as nothing about it
changes; every other lives within one `settle`.
"""

from dataclasses import dataclass

from amends.domain.action import Hold, ParameterValue, Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.resolution.candidates import Candidate
from amends.resolution.promise import Promise
from amends.resolution.ready import Ready


@dataclass(slots=True)
class Draft:
    """One action in the making.

    `answers` are the requests it meets or declines; `identity` tells it apart from the other actions of its case.
    `open_amount` says that the kind carries an amount here which is not known, or known only as a floor; `waiting` are
    the rules whose proposals could yet raise it; `last_role` that something else about its money is not known, so that
    the last role has to approve it: what bounds or covers it, or what was given before. `doubts` are those reasons why
    it is unsettled for which a step that cuts money may yet take it away. `on_hold` is the same in every decision of a
    plan, but for what was given already. `paid` is all that was given of it where an entitlement may have taken that:
    it tells what is left apart. `paid_by` says how much of an entitlement was paid as which kinds that it covers, in
    minor units. `shared` says that it is the plan's own; then `remembered` holds its action without identifiers and
    times, once it was made and if every decision of the plan with the same owner (`remembered_for`) says the same.
    """

    kind: ActionKind
    substantive: bool
    candidate: Candidate
    rule_ids: tuple[str, ...]
    parameters: tuple[tuple[str, ParameterValue], ...]
    unsettled: tuple[Unsettled, ...]
    answers: frozenset[str]
    identity: str
    promise: Promise | None
    amount: Money | None = None
    amount_needs: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    open_amount: bool = False
    already_given: bool = False
    granted: Money | None = None
    paid: Money | None = None
    paid_by: tuple[tuple[str, int], ...] = ()
    last_role: bool = False
    doubts: tuple[Unsettled, ...] = ()
    on_hold: tuple[Hold, ...] = ()
    shared: bool = False
    remembered: Ready | None = None
    remembered_for: str = ""

    @property
    def given_in_part(self) -> bool:
        """Whether some of it was given before."""
        return self.granted is not None and self.granted.minor_units > 0

    @property
    def stands(self) -> bool:
        """Whether anything is left of it: its amount, an unknown part of it, or that it was given before."""
        return self.candidate.amount is None or self.amount is not None or self.open_amount or self.already_given

    def doubt(self, reason: Unsettled) -> None:
        """Leave it unsettled and to the last role, for what may yet cut it: how much is left of it is not known."""
        self.unsettled += (reason,)
        self.doubts += (reason,)
        self.last_role = True

    def own(self) -> "Draft":
        """A draft of this decision alone, in place of the plan's."""
        return Draft(
            self.kind,
            self.substantive,
            self.candidate,
            self.rule_ids,
            self.parameters,
            self.unsettled,
            self.answers,
            self.identity,
            self.promise,
        )
