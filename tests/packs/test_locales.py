"""A pack in two languages: an answer is in one of them, whichever text it comes from, and a gap in one is told."""

import re
from pathlib import Path
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.engines import make_engines
from amends.domain.decision import Decision
from amends.packs.checks import half_translated
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.packs.situation_file import read_situation

ENGINES: Final = make_engines().usable
NOON: Final = 1_767_528_000_000_000_000
"""2026-01-04T12:00:00Z."""
PACK: Final = """\
pack: shop
version: 1
title: Shop
currency: EUR
teams: {billing: {label: Billing}}
guardrails:
  - id: no-eta
    never: {en: EN a time, de: DE eine Zeit}
    instead: {en: EN the next news, de: DE die nächste Nachricht}
rules:
  - id: back
    title: Money back
    then:
      - refund: 9.90 EUR
      - set_expectations: {next: {en: EN wait, de: DE warten}}
      - decline: {what: {en: EN a gift, de: DE ein Geschenk}, instead: {en: EN the fee, de: DE das Porto}}
    because:
      agent: {en: "EN {amount} goes back.", de: "DE {amount} geht zurück."}
      customer: {en: "EN You get {amount}.", de: "DE Sie bekommen {amount}."}
    hold: {kinds: [refund], for: billing, because: {en: EN a chargeback, de: DE eine Rückbuchung}}
"""
FOR_AGENTS: Final = ("geht zurück", "Rückbuchung", "eine Zeit")
"""Texts that no customer hears: an agent's reason, a hold's, and what may not be said."""

GERMAN: Final = re.compile(r", de: (\"[^\"]*\"|[^}]*)(?=})")


def shop(root: Path, text: str = PACK) -> Pack:
    (root / "shop").mkdir(exist_ok=True)
    (root / "shop" / "pack.yaml").write_text(text, encoding="utf-8")
    return load_pack(root, "shop")


def decided(pack: Pack, locale: str, *, engine: str = "bitmap") -> Decision:
    facts = f"{{locale: {locale}, amount_paid: 20 EUR, amount_refunded: 0 EUR}}"
    situation = read_situation(facts, file="case", pack=pack, default_observe_time=NOON)
    return CompiledPack(pack, ENGINES[engine]).decide(situation, role="frontline").decision


def words(decision: Decision) -> list[str]:
    """Every text for people in a decision."""
    found = [text for action in decision.actions for text in (action.reason_for_agent, action.reason_for_customer)]
    found += [str(value) for action in decision.actions for name, value in action.parameters if name != "kind"]
    found += [hold.reason for action in decision.actions for hold in action.on_hold]
    found += [text for one in decision.guardrails for text in (one.never, one.instead)]
    return [text for text in found if text]


@pytest.mark.parametrize(
    ("locale", "language"), [("en", "EN"), ("de", "DE"), ("de-AT", "DE"), ("en-GB", "EN"), ("fr", "EN")]
)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_answer_is_in_one_language(locale: str, language: str, engine: str, tmp_path: Path) -> None:
    """The locale's language, else the first that is written: reasons, parameters, holds, guardrails alike."""
    found = words(decided(shop(tmp_path), locale, engine=engine))

    assert len(found) > 8
    assert [text for text in found if not text.startswith(language)] == []
    assert f"{language} {'Sie bekommen' if language == 'DE' else 'You get'} 9.90 EUR." in found


def test_a_language_changes_the_words_and_nothing_else(tmp_path: Path) -> None:
    """The same actions and amounts, whoever they are told to."""
    pack = shop(tmp_path)

    told = [
        ([(one.kind, one.amount, one.due, one.may_grant_now) for one in decision.actions], decision.outcome)
        for decision in (decided(pack, "en"), decided(pack, "de"))
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("place", range(len(GERMAN.findall(PACK))))
def test_a_text_without_its_translation_is_told_and_falls_back(place: int, tmp_path: Path) -> None:
    """Whichever it is of those that a customer may hear; the answer then has the words that are there."""
    taken = list(GERMAN.finditer(PACK))[place]
    pack = shop(tmp_path, PACK[: taken.start()] + PACK[taken.end() :])

    told = [one.message for one in half_translated.check(pack)]
    english = [text for text in words(decided(pack, "de")) if text.startswith("EN")]

    assert english
    assert bool(told) is not any(text in taken[0] for text in FOR_AGENTS)


def test_a_child_may_speak_what_its_parent_does_not(tmp_path: Path) -> None:
    """What it inherits stays as its parent says it; the child is not told of it."""
    shop(tmp_path, GERMAN.sub("", PACK))
    (tmp_path / "laden").mkdir()
    (tmp_path / "laden" / "pack.yaml").write_text(
        "pack: laden\nversion: 1\ntitle: Laden\nextends: [shop]\nrules:\n"
        "  - {id: sorry, title: S, then: [{apology: {literal: true}}], because: {customer: {de: DE Leider.}}}\n",
        encoding="utf-8",
    )
    pack = load_pack(tmp_path, "laden")

    found = words(decided(pack, "de"))

    assert [*half_translated.check(pack)] == []
    assert "DE Leider." in found
    assert any(text.startswith("EN") for text in found)
