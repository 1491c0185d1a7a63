"""What `amends verify` has to say of the packs it proved: in lines for a person, and as JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from amends.application.proof import INDEPENDENT, CaseKind, Count, Disagreement, Proof
from amends.cli.exit_codes import ExitCode
from amends.server.proof_json import proof_json

_KINDS: Final = {
    CaseKind.VALUE: "one fact on its bounds and beside them, alone or among others",
    CaseKind.CONDITION: "a condition that holds, then one of its facts moved or taken away",
    CaseKind.MISSING: "one fact missing of all that are read",
    CaseKind.MAIN: "two facts of `main`, in all combinations",
    CaseKind.TEST: "the pack's own tests",
    CaseKind.LOGGED: "decided before",
}
_INSTALL: Final = (
    "Install it, on Python 3.11 or 3.12, with: pip install 'amends[durable]'",
    "(it is compiled where it is installed). --allow-unverified does without it.",
)


def exit_code(proof: Proof, *, allow_unverified: bool) -> ExitCode:
    """What a proof comes to. A proof without its end is no proof, whatever is allowed."""
    if proof.disagreement is not None:
        return ExitCode.DISAGREEMENT
    if not proof.agreed:
        return ExitCode.UNEXPECTED
    return ExitCode.OK if proof.independently_verified or allow_unverified else ExitCode.TESTS_FAILED


def human(proofs: Sequence[Proof]) -> str:
    """Of each pack whether its engines agree, on what, and in which time; or the smallest disagreement."""
    return "\n".join("".join(f"{line}\n" for line in _lines(proof)) for proof in proofs)


def as_json(proofs: Sequence[Proof]) -> str:
    """Everything, for a program; keys are stable."""
    return json.dumps({"packs": [proof_json(proof) for proof in proofs]}, indent=2) + "\n"


def _lines(proof: Proof) -> Iterator[str]:
    yield f"{proof.pack_id}: {_verdict(proof)}"
    yield f"  version {proof.version}, semantics {proof.semantics}"
    yield f"  digest {proof.digest}"
    if proof.disagreement is not None:
        yield from _disagreement(proof.disagreement)
    else:
        yield from _counted(proof)
    for engine, reason in proof.absent.items():
        yield f"  without {engine}: {reason}"
    if INDEPENDENT in proof.absent:
        yield from (f"  {line}" for line in _INSTALL)


def _verdict(proof: Proof) -> str:
    if proof.disagreement is not None:
        return f"{_listed(proof.engines)} DISAGREE on {proof.disagreement.about}"
    if proof.unfinished:
        return f"NOT PROVED: {proof.unfinished}"
    if not proof.agreed:
        return "NOT PROVED: one engine alone proves nothing"
    said = f"{_listed(proof.engines)} decide {proof.situations:,} situations alike"
    return said if proof.independently_verified else f"not independently verified; {said}"


def _counted(proof: Proof) -> Iterator[str]:
    """A line a kind of situation, then the time of each engine."""
    if not proof.counts:
        return
    rows = [
        (_taken(count), _KINDS[count.kind]) for count in sorted(proof.counts, key=lambda one: [*_KINDS].index(one.kind))
    ]
    width = max(len(number) for number, _ in rows)
    yield from (f"  {number.rjust(width)}  {words}" for number, words in rows)
    times = ", ".join(f"{engine} {seconds:.1f} s" for engine, seconds in proof.seconds.items())
    yield f"  each decided by {_listed(proof.engines)}; processor time: {times}"


def _taken(count: Count) -> str:
    return f"{count.taken:,}" if count.taken == count.of else f"{count.taken:,} of {count.of:,}"


def _disagreement(found: Disagreement) -> Iterator[str]:
    yield "  The smallest situation on which they differ:"
    yield ""
    yield from (f"    {line}" for line in found.situation.splitlines())
    for said in found.said:
        yield ""
        yield f"  {said.engine} says"
        yield from (f"    {line}" for line in said.lines)


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
