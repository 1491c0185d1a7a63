"""A situation written as a case file is read back as it was."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from amends.domain.facts import FactType
from amends.domain.situation import Granted, Situation, Subject
from amends.packs.situation_file import read_heading, read_situation
from amends.packs.words_of_situations import case_file, quoted
from tests.agreement.action_generators import ACTIONS
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.generators import pack_of
from tests.agreement.situation_generators import situations
from tests.unit.resolution.building import HOUR, NOW, SECOND, pack, usd

PACK = replace(pack_of(()), actions=ACTIONS)


def in_whole_seconds(situation: Situation) -> Situation:
    """A file has no shorter length of time."""
    shorter = {
        path: value - value % SECOND
        for path, value in situation.facts.items()
        if PACK.vocabulary.specs[path].type is FactType.DURATION and isinstance(value, int)
    }
    return situation._replace(facts={**situation.facts, **shorter})


@settings(thorough, max_examples=EXAMPLES // 5)
@given(situation=situations().map(in_whole_seconds))
def test_every_situation_comes_back(situation: Situation) -> None:
    """Every fact, whatever its type, and all that stands beside the facts."""
    written = case_file(situation, PACK, title="a case: the first", role="frontline")
    assert read_situation(written, file="case.yaml", pack=PACK, default_observe_time=0) == situation


def test_what_a_file_cannot_hold_is_told() -> None:
    """A length of time to the nanosecond is shown as it is, with a remark."""
    situation = Situation("case", NOW, {"waited": SECOND + 1, "observe_time": NOW})
    written = case_file(situation, PACK, title="a", role="b")
    assert "  waited: 1.000000001s # a file holds whole seconds; a request holds nanoseconds\n" in written


def test_it_looks_as_an_owner_would_write_it() -> None:
    """The heading names the policy; what goes together stands together; only what could be mistaken is quoted."""
    situation = Situation(
        "case-7",
        NOW,
        {
            "fault": "company",
            "waited": 36 * HOUR,
            "customer.loyalty_tier": "gold",
            "observe_time": NOW,
            "brand": "no x",
        },
        subject=Subject("order-1"),
        granted=(Granted("refund", amount=usd("9.90"), parameters={"to": "the card"}),),
    )
    assert case_file(situation, replace(pack(), pack_id="shop"), title="a: b", role="clerk") == (
        'title: "a: b"\n'
        "policy: shop\n"
        "role: clerk\n"
        "situation:\n"
        '  case_id: "case-7"\n'
        "  fault: company\n"
        "  waited: 1d12h\n"
        '  brand: "no x"\n'
        "  observe_time: 2026-11-02T12:00:00Z\n"
        "  subject:\n"
        '    order_id: "order-1"\n'
        "  customer:\n"
        "    loyalty_tier: gold\n"
        "  granted:\n"
        '    - {kind: refund, parameters: {to: "the card"}, amount: 9.90 USD}\n'
    )


@pytest.mark.parametrize("text", ["null", "true", "no", "1", 'a "b" \\', "- x", "{", "😀"])
def test_text_is_never_mistaken(text: str) -> None:
    """Neither for another type, nor for YAML."""
    written = f"title: {quoted(text)}\nsituation: {{}}\n"
    assert read_heading(written, file="case.yaml").title == text
