"""Spliced bytes are those of the message: whatever the rules say, and whatever was encoded before."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings

from amends.application.compiled_pack import CompiledPack
from amends.application.decide import Decided
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.packs.situation_file import read_heading, read_situation
from amends.resolution.changes import Superseded
from amends.resolution.resolve import Resolved
from amends.v1.decision_service_pb2 import DecideResponse
from amends.wire.encode import Encoder
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.pack_generators import full_packs
from tests.agreement.situation_generators import situations
from tests.wire.plain_decision import plain

ROOT: Final = Path(__file__).parents[2]
CASES: Final = sorted((ROOT / "examples" / "cases").glob("*.yaml"))
NOON: Final = 1_767_528_000_000_000_000
PACKS: Final = {
    pack_id: CompiledPack(load_pack(ROOT / "rules", pack_id), BitmapEngine())
    for pack_id in ("airline", "foundation", "retail", "saas", "starter")
}
few: Final = settings(thorough, max_examples=max(EXAMPLES // 3, 1))
"""Each example decides a random pack several times."""


@pytest.fixture(scope="module")
def used() -> Encoder:
    """An encoder that remembers what all tests here made of it."""
    return Encoder(software_version="1")


def assert_same_bytes(resolved: Resolved, using: Encoder) -> None:
    """As asked for, at `explain: fired`, and in the envelope: the bytes that protobuf gives the whole message."""
    told = resolved.decision
    fired = told if resolved.fired is None else told._replace(rules=resolved.fired, derived=())
    whole = DecideResponse(decision_id="0190", software_version="1", policy="p", decision=plain(told))
    whole.decided_at.FromNanoseconds(NOON)

    assert using.decision(resolved) == plain(told).SerializeToString(deterministic=True)
    assert using.fired(resolved) == plain(fired).SerializeToString(deterministic=True)
    answer = using.response(Decided("0190", NOON, recorded=False, resolved=resolved), policy="p")
    assert answer == whole.SerializeToString(deterministic=True)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_written_cases_have_the_bytes_of_their_messages(file: Path, used: Encoder) -> None:
    """Under every pack that can read the case, by every role, explained or not, and after another case."""
    text = file.read_text(encoding="utf-8")
    compiled = PACKS[read_heading(text, file=file.name).policy]
    situation = read_situation(text, file=file.name, pack=compiled.pack, default_observe_time=NOON)
    for role in compiled.pack.authority:
        for full in (False, True):
            resolved = compiled.decide(situation, role=role.role, explain_full=full)
            assert_same_bytes(resolved, used)
            assert_same_bytes(resolved, Encoder(software_version="1", kept=0))


@few
@given(pack=full_packs(), before=situations(), after=situations())
def test_random_decisions_have_the_bytes_of_their_messages(pack: Pack, before: Situation, after: Situation) -> None:
    """First time or again, as seen by the first and the last role, in full, and with what has changed."""
    compiled, used = CompiledPack(pack, BitmapEngine()), Encoder(software_version="1")
    for role in (pack.authority[0].role, pack.authority[-1].role):
        first = compiled.decide(before, role=role)
        earlier = Superseded(first.decision.actions)
        for one in (before, after, before):
            assert_same_bytes(compiled.decide(one, role=role), used)
        assert_same_bytes(compiled.decide(after, role=role, superseded=earlier), used)
        assert_same_bytes(compiled.decide(after, role=role, explain_full=True, superseded=earlier), used)
