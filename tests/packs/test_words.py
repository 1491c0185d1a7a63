"""The words that a customer hears fit what happened: which of several wordings of one action stands."""

from pathlib import Path
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.situation_file import read_situation

ROOT: Final = Path(__file__).parents[2]
COMPILED: Final = {
    pack_id: CompiledPack(load_pack(ROOT / "rules", pack_id), BitmapEngine()) for pack_id in ("airline", "foundation")
}
NOON: Final = 1_767_528_000_000_000_000
"""2026-01-04T12:00:00Z."""
MONEY: Final = "amount_paid: 60 USD, amount_affected: 60 USD, amount_refunded: 0 USD"
ON_TIME: Final = "reporter: company, facts: {cancelled: false, arrival_delay: 0s}"


def actions(pack_id: str, facts: str) -> tuple[Action, ...]:
    compiled = COMPILED[pack_id]
    situation = read_situation(f"{{{facts}}}", file="words", pack=compiled.pack, default_observe_time=NOON)
    return tuple(compiled.decide(situation, role=compiled.pack.authority[0].role).decision.actions)


def said(facts: str, kind: ActionKind, pack_id: str = "foundation") -> str:
    """What the customer hears with the only action of a kind, or with the first."""
    return next(action.reason_for_customer for action in actions(pack_id, facts) if action.kind is kind)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("fault: customer, contact_reason: something_else", "the trouble this is causing you"),
        ("fault: company, reporter: customer", "the trouble this is causing you"),
        ("reporter: company", "Something went wrong that concerns you"),
        ("reporter: company, customer: {channels_on_file: [in_person]}", "Something went wrong that concerns you"),
        ("reporter: company, customer: {channels_on_file: [voice, mail]}", "Something went wrong that concerns you"),
        ("reporter: company, customer: {channels_on_file: [video]}", "Something went wrong that concerns you"),
        ("reporter: company, customer: {channels_on_file: [chat]}", "Something went wrong that concerns you"),
        ("reporter: company, customer: {channels_on_file: [mail]}", "Something went wrong that concerns you"),
        ("reporter: company, facts: {customer_told: true}", "the trouble this is causing you"),
    ],
)
def test_the_apology_fits_whoever_hears_it(facts: str, words: str) -> None:
    """Who knows of nothing yet hears what we are sorry for; nobody's own doing is called a failure of ours."""
    assert words in said(facts, ActionKind.APOLOGY)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("contact_reason: arrived_damaged, obvious_mistake: true", "This is not what you paid for."),
        ("contact_reason: billing, obvious_mistake: true", "That was our mistake."),
        (
            "contact_reason: billing, obvious_mistake: false, fault: company, pain_type: transactional",
            "We are giving you back 60.00 USD, which is what this cost you.",
        ),
    ],
)
def test_money_back_is_explained_by_what_happened(facts: str, words: str) -> None:
    """Goods are not what was paid for, a bill is our mistake, and a cost is a cost; each names the amount."""
    text = said(f"{facts}, {MONEY}", ActionKind.REFUND)
    assert text.startswith(words)
    assert "60.00 USD" in text


@pytest.mark.parametrize("reason", ["arrived_damaged", "billing"])
def test_the_agent_is_told_of_the_band(reason: str) -> None:
    """Whoever reads it may stand below the approval that the amount needs, so the words say both."""
    facts = f"contact_reason: {reason}, obvious_mistake: true, {MONEY}"
    (refund,) = [action for action in actions("foundation", facts) if action.kind is ActionKind.REFUND]
    assert "Within your band, do it now" in refund.reason_for_agent
    assert "above it, one named person approves" in " ".join(refund.reason_for_agent.split())


@pytest.mark.parametrize(
    ("pack_id", "facts", "words"),
    [
        ("foundation", "cause: needs_changed", "One of us looks after this from here on."),
        ("foundation", "cause: content, reporter: customer", "and stay the one you talk to"),
        ("foundation", "reporter: customer, incident: {ongoing: true}", "from us next by 2026-01-04 12:30 UTC"),
        ("foundation", "reporter: customer, flags: [media]", "One person looks at this first"),
        ("foundation", "flags: [safety], incident: {ongoing: true}", "from us next by 2026-01-04 12:30 UTC"),
        ("airline", ON_TIME, "Your flight was on time"),
        ("airline", f"{ON_TIME[:-1]}, process_off_track: true}}", "Your flight was on time"),
    ],
)
def test_the_next_step_names_who_and_when(pack_id: str, facts: str, words: str) -> None:
    """The words of the next step that fit best stand: whom they talk to, and when; never a team's name inside."""
    text = " ".join(said(facts, ActionKind.SET_EXPECTATIONS, pack_id).split())
    assert words in text
    assert not any(team in text for team in ("Customer care", "Content team", "Duty manager"))
