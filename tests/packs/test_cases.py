"""The written cases of `examples/cases`: each decides as its writer says, and together they leave nothing out."""

from pathlib import Path
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision, Outcome
from amends.domain.facts import Value
from amends.domain.situation import Situation
from amends.domain.vocabulary import CAUSES, FAULTS, PAIN_TYPES, STAGES
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.situation_file import CaseHeading, read_heading, read_situation

ROOT: Final = Path(__file__).parents[2]
FILES: Final = sorted((ROOT / "examples" / "cases").glob("*.yaml"))
COMPILED: Final = {
    pack_id: CompiledPack(load_pack(ROOT / "rules", pack_id), BitmapEngine())
    for pack_id in ("airline", "foundation", "retail", "saas", "starter")
}
NOON: Final = 1_767_528_000_000_000_000
"""2026-01-04T12:00:00Z: no case says when it was observed."""
HELD: Final = {
    ActionKind.ENTITLEMENT,
    ActionKind.REFUND,
    ActionKind.GOODWILL,
    ActionKind.REMEDY,
    ActionKind.DECLINE,
}
"""What is paid or refused."""


def read(file: Path) -> tuple[CaseHeading, Situation]:
    text = file.read_text(encoding="utf-8")
    heading = read_heading(text, file=file.name)
    pack = COMPILED[heading.policy].pack
    return heading, read_situation(text, file=file.name, pack=pack, default_observe_time=NOON)


def decide(file: Path) -> Decision:
    heading, situation = read(file)
    compiled = COMPILED[heading.policy]
    role = heading.role or compiled.pack.authority[0].role
    return compiled.decide(situation, role=role).decision


def values_of(path: str) -> set[Value]:
    return {situation.facts[path] for _, situation in map(read, FILES) if path in situation.facts}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_case_comes_to_the_outcome_that_its_writer_states(file: Path) -> None:
    """Every case has a title and a stated outcome, and decides to it with something to do or a fact to ask for."""
    heading, _ = read(file)
    assert heading.title
    assert heading.outcome is not None
    decision = decide(file)
    assert decision.outcome is heading.outcome, [fact.path for fact in decision.needed_facts]
    if heading.outcome is not Outcome.NO_RULE_MATCHED:
        assert decision.actions


def test_there_are_forty_eight_cases_of_as_many_customers() -> None:
    """Forty-eight cases, each its own."""
    assert len(FILES) == 48
    assert len({situation.case_id for _, situation in map(read, FILES)}) == 48


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("stage", STAGES), ("pain_type", PAIN_TYPES), ("cause", CAUSES), ("fault", FAULTS)],
)
def test_the_cases_cover_every_value(path: str, wanted: tuple[str, ...]) -> None:
    """Every stage, pain, cause and fault occurs."""
    assert values_of(path) == set(wanted)


@pytest.mark.parametrize("pack_id", COMPILED)
def test_the_cases_cover_every_tier(pack_id: str) -> None:
    """Every loyalty tier of every pack occurs in some case."""
    assert set(COMPILED[pack_id].pack.tiers) <= values_of("customer.loyalty_tier")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_sentence_is_said_twice_as_the_next_step(file: Path) -> None:
    """What comes next is said once: no two next steps of a decision are alike, to the agent or to the customer."""
    steps = [action for action in decide(file).actions if action.kind is ActionKind.SET_EXPECTATIONS]
    said = [action.reason_for_customer for action in steps if action.reason_for_customer]
    assert len({action.parameter("next") for action in steps}) == len(steps)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_where_a_named_human_looks_first_nothing_is_paid_or_refused_before(file: Path) -> None:
    """Safety, law, press, people's data, vulnerable people, a chargeback: money waits on hold, and says for whom."""
    _, situation = read(file)
    flags = situation.facts.get("flags", frozenset())
    assert isinstance(flags, frozenset)
    if flags - {"fraud_suspected"}:
        settling = [action for action in decide(file).actions if action.kind in HELD]
        assert all(action.on_hold and not action.may_grant_now for action in settling)


def test_some_case_is_on_hold() -> None:
    """The cases show money that waits for a named human."""
    assert any(action.on_hold and action.amount for file in FILES for action in decide(file).actions)


def test_the_cases_cover_every_outcome() -> None:
    """Every outcome occurs, as decided and not only as stated."""
    assert {decide(file).outcome for file in FILES} == set(Outcome)
