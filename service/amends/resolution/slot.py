"""A slot: one place in a decision for which candidates compete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind, Combine
from amends.resolution.candidates import Candidate, is_substantive
from amends.resolution.draft import Draft


@dataclass(frozen=True, slots=True)
class Share:
    """What a proposal brings to the action that it asks for: what undetermined rules could change, and requests met."""

    unsettled: tuple[Unsettled, ...]
    answers: frozenset[str]


class Shares:
    """What each candidate brings to a slot. Candidates are known by identity: the slot keeps them."""

    __slots__ = ("_of",)

    def __init__(self, brought: Iterable[tuple[Candidate, Share]]) -> None:
        self._of = {id(candidate): share for candidate, share in brought}

    def of(self, candidates: Sequence[Candidate]) -> Share:
        """What these bring to the action that they ask for together."""
        return together([self._of[id(candidate)] for candidate in candidates])


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """The candidates of one kind and key, in deciding order; compared by identity, as a place in its plan.

    A slot without money is closed by the plan: `closed` is the draft of its action. It is open where `settle` has to
    price the candidates first; then `shares` holds what each candidate brings. `identity` tells the action apart
    from the others of its case; where all stand, an open slot's actions add their own. `alike` is set where an open
    slot's candidates say the same, so that they are one action whatever they come to: its draft, but for an amount.
    """

    kind: ActionKind
    substantive: bool
    mode: Combine
    candidates: tuple[Candidate, ...]
    closed: Draft | None
    shares: Shares
    identity: str
    alike: Draft | None = None


def together(shares: Sequence[Share]) -> Share:
    """What several proposals bring, each thing once."""
    first, *others = shares
    if not others:
        return first
    # Many shares wait for the very same.
    distinct = dict.fromkeys(share.unsettled for share in shares)
    unsettled = dict.fromkeys(found for each in distinct for found in each)
    return Share(tuple(unsettled), first.answers.union(*[share.answers for share in others]))


def lacking_parameters(candidate: Candidate) -> tuple[Unsettled, ...]:
    """A substantive action whose parameter lacks a fact stands without it, unsettled."""
    if not candidate.missing or not is_substantive(candidate.kind):
        return ()
    return (Unsettled(candidate.rule_id, candidate.missing, "it stands without a parameter that is not known"),)
