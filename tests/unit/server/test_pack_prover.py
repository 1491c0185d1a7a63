"""A proof that does not come to its end says what kept it; one that does comes back whole."""

import json
from dataclasses import replace
from pathlib import Path

from amends.application.proof import INDEPENDENT, Case, CaseKind, Count, Disagreement, Proof, Said
from amends.packs.load import load_rules
from amends.server.pack_prover import PackProver
from amends.server.proof_json import proof_json, proof_of
from tests.fakes.clock import FakeClock
from tests.unit.resolution.building import situation

PACKS = load_rules(Path(__file__).parents[3] / "rules").packs
STARTER = PACKS["starter"]


def test_a_program_that_ends_at_once_says_why() -> None:
    """Before it has read what it was sent, which is more than a pipe holds: no error of ours."""
    assert len(str(PACKS["foundation"])) > 100_000
    proof = PackProver(FakeClock(), program="amends.nowhere").prove(PACKS["foundation"])

    assert not proof.agreed
    assert proof.unfinished.startswith("the process ended with 1: ")
    assert "amends.nowhere" in proof.unfinished


def test_what_no_request_could_say_is_told() -> None:
    """A text beyond all limits, in a test say: it can't be proved on that."""
    long = Case(CaseKind.TEST, "t_test.yaml:3:5: long", situation({"brand": "x" * 5_000}), "frontline")
    proof = PackProver(FakeClock()).prove(STARTER, others=[long])

    assert proof.unfinished.startswith("no request could say this: ")
    assert "t_test.yaml:3:5: long.brand" in proof.unfinished


def test_what_was_decided_before_need_not_be_said_by_a_request() -> None:
    """Another pack has read it, and a server completed it: where this pack takes it for none, it is left out."""
    long = Case(CaseKind.LOGGED, "the decision 1", situation({"brand": "x" * 5_000}), "frontline")
    short = Case(CaseKind.LOGGED, "the decision 2", situation({"brand": "x"}), "frontline")
    proof = PackProver(FakeClock(), most=20).prove(STARTER, others=[long, short])

    assert proof.agreed
    assert [count.taken for count in proof.counts if count.kind is CaseKind.LOGGED] == [1]


def test_a_pack_that_is_not_what_its_digest_says_is_a_bug() -> None:
    """The program reads the canonical form back and refuses what it does not know; that is told with its place."""
    strange = replace(STARTER, currency=("USD",))  # type: ignore[arg-type]  # on purpose
    proof = PackProver(FakeClock()).prove(strange)

    assert proof.unfinished.startswith("it met a bug: ")
    assert "NotCanonicalError" in proof.unfinished


def test_the_same_day_gives_the_same_proof() -> None:
    """But for the time that it took; the others that it is given are counted with the rest."""
    noon = FakeClock(1_767_225_600_000_000_000 + 12 * 3_600_000_000_000)
    odd = Case(CaseKind.LOGGED, "one", situation({"fault": "company"}), "frontline")
    one, other = (PackProver(clock, most=20).prove(STARTER, others=[odd]) for clock in (FakeClock(), noon))

    assert replace(one, seconds={}) == replace(other, seconds={})
    assert one.counts[-1] == Count(CaseKind.LOGGED, 1, 1)
    assert set(one.seconds) == set(one.engines)


def test_a_proof_comes_back_from_json() -> None:
    """With everything that it says."""
    said = Disagreement(CaseKind.MAIN, "a", "title: a\n", (Said("bitmap", ("x: true", "y: false")),))
    proof = Proof(
        *("p", "1", "d", 1, ("reference", "bitmap"), (Count(CaseKind.MAIN, 1, 2),)),
        absent={INDEPENDENT: "gone"},
        disagreement=said,
        unfinished="no",
        seconds={"bitmap": 0.5},
    )
    assert proof_of(json.loads(json.dumps(proof_json(proof)))) == proof
    assert proof_of(json.loads(json.dumps(proof_json(replace(proof, disagreement=None))))).disagreement is None
