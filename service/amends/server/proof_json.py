"""A proof as JSON, from the program that made it and for whoever asks for it; keys are stable."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from amends.application.proof import CaseKind, Count, Disagreement, Proof, Said


def proof_json(proof: Proof) -> dict[str, Any]:
    """Everything that the proof says, and what follows from it."""
    return {
        **asdict(proof),
        "situations": proof.situations,
        "agreed": proof.agreed,
        "independently_verified": proof.independently_verified,
    }


def proof_of(told: Mapping[str, Any]) -> Proof:
    """The proof that was written."""
    disagreement = told["disagreement"]
    return Proof(
        pack_id=told["pack_id"],
        version=told["version"],
        digest=told["digest"],
        semantics=told["semantics"],
        engines=tuple(told["engines"]),
        counts=tuple(Count(CaseKind(count["kind"]), count["taken"], count["of"]) for count in told["counts"]),
        absent=told["absent"],
        disagreement=None if disagreement is None else _disagreement(disagreement),
        unfinished=told["unfinished"],
        seconds=told["seconds"],
    )


def _disagreement(told: Mapping[str, Any]) -> Disagreement:
    said = tuple(Said(one["engine"], tuple(one["lines"])) for one in told["said"])
    return Disagreement(CaseKind(told["kind"]), told["about"], told["situation"], said)
