"""A slot: one place in a decision for which candidates compete."""

from dataclasses import dataclass

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind, Combine
from amends.resolution.candidates import Candidate, is_substantive
from amends.resolution.combine import Combined
from amends.resolution.promise import Promise


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """The candidates of one kind and key, in deciding order; compared by identity, as a place in its plan.

    `combined` is their result where no money is involved, None where `fill` has to price them first; `unsettled` says
    what undetermined rules could change. `promise` is made where `combined` is. `answers` are the requests that
    its candidates meet or decline. `identity` tells the action apart from the others of its case.
    """

    kind: ActionKind
    substantive: bool
    mode: Combine
    candidates: tuple[Candidate, ...]
    combined: Combined | None
    unsettled: tuple[Unsettled, ...]
    promise: Promise | None
    answers: frozenset[str]
    identity: str


def lacking_parameters(candidate: Candidate) -> tuple[Unsettled, ...]:
    """A substantive action whose parameter lacks a fact stands without it, unsettled."""
    if not candidate.missing or not is_substantive(candidate.kind):
        return ()
    return (Unsettled(candidate.rule_id, candidate.missing, "it stands without a parameter that is not known"),)
