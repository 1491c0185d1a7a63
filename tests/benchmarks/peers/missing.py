"""What becomes of a decision when one fact is not known: shown by taking each fact away from each of some cases.

Whether it matters is no matter of opinion: every value that the fact may have is put in its place, and if all of them
lead to the same answer, the case is settled without it; otherwise it is open. A peer that answers an open case as
though nothing were missing has guessed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.benchmarks.peers.cases import POLICIES, VALUES, Case, draw, without_each
from tests.benchmarks.peers.peer import Host, Peer

CASES: Final = 40
SEED: Final = 5

ASKED: Final = "says which fact"
REFUSED: Final = "refuses"
GUESSED: Final = "guesses"
RIGHT: Final = "right"
WRONG: Final = "wrong"


@dataclass(frozen=True, slots=True)
class Question:
    """A case less one fact. `settled` is the answer that every value of the fact leads to; None where they differ."""

    policy: str
    case: Case
    fact: str
    settled: Mapping[str, Any] | None


def questions(peer: Peer, *, cases: int = CASES) -> list[Question]:
    """All of them; what each value would lead to is told by a peer that gives the same answers as all others."""
    found = []
    for policy in POLICIES:
        host = peer.load(policy)
        for case, fact in without_each(policy, draw(policy, cases, seed=SEED)):
            answers = [_answer(host, {**case, fact: value}) for value in VALUES[policy][fact]]
            settled = answers[0] if all(answer == answers[0] for answer in answers) else None
            found.append(Question(policy, case, fact, settled))
    return found


def outcomes(asked: Sequence[Question], told: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """How many open and how many settled questions came to what, and how many of the refusals name the fact."""
    open_ones, settled = Counter[str](), Counter[str]()
    named = 0
    for question, answer in zip(asked, told, strict=True):
        outcome = _outcome(question, answer)
        (open_ones if question.settled is None else settled)[outcome] += 1
        named += outcome == REFUSED and question.settled is None and question.fact in answer["error"]
    return {"open": dict(sorted(open_ones.items())), "settled": dict(sorted(settled.items())), "named": {"open": named}}


def _outcome(question: Question, answer: Mapping[str, Any]) -> str:
    if "error" in answer:
        return REFUSED
    if question.fact in answer["asks"]:
        return ASKED
    if question.settled is None:
        return GUESSED
    return RIGHT if answer["answer"] == question.settled else WRONG


def _answer(host: Host, case: Case) -> dict[str, Any]:
    return host.answer(host.decide(host.given(case)))
