"""Proofs whose engine misbehaves: each comes to a proof that says so, and none to a traceback."""

from pathlib import Path

import pytest

from amends.application.proof import Proof
from amends.packs.load import load_pack
from amends.server.pack_prover import PackProver, Turn
from tests.fakes.clock import FakeClock

STARTER = load_pack(Path(__file__).parents[2] / "rules", "starter")
FAILING = "tests.faults.failing_proof_process"


@pytest.fixture(name="prove")
def prover_in(monkeypatch: pytest.MonkeyPatch) -> "Prove":
    """Proves the starter pack by the failing program, which stands beside the tests."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return Prove(monkeypatch)


class Prove:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(
        self, misbehaviour: str, *, seconds: int = 60, mebibytes: int = 2048, most: int | None = None
    ) -> Proof:
        self._monkeypatch.setenv("DURABLE", misbehaviour)
        prover = PackProver(FakeClock(), seconds=seconds, mebibytes=mebibytes, most=most, program=FAILING)
        return prover.prove(STARTER)


def test_a_crash_is_told_by_name_of_the_engine(prove: Prove) -> None:
    """And at which situation it came; nothing is proved."""
    proof = prove("crash")

    assert not proof.agreed
    assert proof.unfinished.startswith("the process was ended by SIGSEGV, in the turn of the engine durable at: ")
    assert proof.unfinished.endswith(" of 111 situations done)")
    assert (proof.pack_id, proof.digest, proof.disagreement) == ("starter", STARTER.digest, None)


def test_an_engine_that_never_returns_is_ended(prove: Prove) -> None:
    """Though it holds the interpreter's lock: the end comes from outside."""
    proof = prove("hang", seconds=8)

    assert proof.unfinished.startswith("not done in 8 seconds, in the turn of the engine durable at: ")


def test_an_engine_that_lies_is_shown(prove: Prove) -> None:
    """With the smallest situation on which it does: it says that nothing holds, and nothing is denied."""
    found = prove("lie").disagreement

    assert found is not None
    said = {one.engine: one.lines for one in found.said}
    assert said["reference"] == said["bitmap"] != said["durable"]
    assert all(": unknown" in line for line in said["durable"] if "decides" not in line and not line.startswith(" "))


def test_what_an_engine_prints_is_no_part_of_the_proof(prove: Prove) -> None:
    """Lines that are not ours are passed over."""
    assert prove("prints").independently_verified


def test_without_durable_rules_two_engines_agree_and_nothing_is_verified(prove: Prove) -> None:
    """The proof says why."""
    proof = prove("absent")

    assert proof.agreed
    assert not proof.independently_verified
    assert proof.engines == ("reference", "bitmap")
    assert "not available here" in proof.absent["durable"]


def test_an_engine_that_eats_all_memory_is_told(prove: Prove) -> None:
    """It is that of the program alone."""
    proof = prove("eats", mebibytes=1024)

    assert proof.unfinished.startswith("it takes more than 1024 MiB of memory, in the turn of the engine durable at: ")


def test_the_turns_are_told_as_they_come() -> None:
    """Every engine's, for every situation, in their order."""
    turns: list[Turn] = []
    proof = PackProver(FakeClock(), most=10, watch=turns.append).prove(STARTER)

    assert proof.independently_verified
    assert [turn.engine for turn in turns[:3]] == ["reference", "bitmap", "durable"]
    decided = [(turn.done, turn.engine) for turn in turns if turn.of]
    assert decided == [(done, engine) for done in range(10) for engine in proof.engines]
