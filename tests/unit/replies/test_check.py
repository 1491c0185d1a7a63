"""What a draft is told, and where; by the phrases of the foundation and by small ones."""

import time
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.engines import make_engines
from amends.packs.files import FolderFiles
from amends.packs.load import load_pack
from amends.packs.pack_test_file import read_reply_tests_of
from amends.packs.reply_test import ReplyTest
from amends.packs.reply_words import ReplyLaw
from amends.proving.reply_tests import measure, run_reply_tests
from amends.replies.check import LONGEST_SAID, MOST_FINDINGS, ReplyCheck
from amends.replies.finding import CheckedReply, ReplySeverity
from amends.replies.held import Held

RULES: Final = Path(__file__).parents[3] / "rules"
PACK: Final = load_pack(RULES, "foundation")
COMPILED: Final = CompiledPack(PACK, next(iter(make_engines().usable.values())))
TESTS: Final = read_reply_tests_of(FolderFiles(RULES / "foundation"), PACK)
MEGABYTE: Final = 1_000_000
SECONDS: Final = 5
"""What a megabyte takes is well under one of them on an idle machine; tests run on busy ones too."""


def of_file(name: str) -> tuple[ReplyTest, ...]:
    """The written replies of one file."""
    return tuple(test for test in TESTS if test.position.file.endswith(f"/{name}"))


WRITTEN: Final = of_file("replies_test.yaml")


def held(name: str, *, decision_id: str = "", released: frozenset[str] = frozenset()) -> Held:
    """What is held of the situation of a written reply."""
    test = next(test for test in WRITTEN if test.name.startswith(f"{name},"))
    decision = COMPILED.decide(test.situation, role="frontline").decision
    return Held(decision.actions, decision.guardrails, test.situation, decision_id, released)


def checked(draft: str, name: str = "bad 1", *, locale: str = "en") -> CheckedReply:
    return ReplyCheck(PACK, locale)(draft, held(name))


def laws(draft: str, name: str = "bad 1") -> list[ReplyLaw]:
    return [found.law for found in checked(draft, name).findings]


def test_every_written_reply_is_told_what_its_writer_says() -> None:
    """A hundred and twenty and forty more; of a known fault the file says why it stays."""
    failed = [result.render() for result in run_reply_tests(COMPILED, TESTS) if not result.passed]
    assert failed == []


def test_the_phrases_are_as_good_as_is_said_of_them() -> None:
    """Of the good replies that they were written with none has a finding, and of the others one is missed; of those
    that no phrase was written for, as many as the documentation says.
    """
    training = measure(run_reply_tests(COMPILED, of_file("replies_more_test.yaml")))
    german = measure(run_reply_tests(COMPILED, of_file("replies_de_test.yaml")))
    assert (training.good, training.bad, training.right, training.wrong, training.missed) == (87, 30, 30, 0, 0)
    assert (german.good, german.bad, german.right, german.wrong, german.missed) == (68, 35, 36, 0, 0)
    written, unseen, fresh = (
        measure(run_reply_tests(COMPILED, of_file(f"replies_{name}test.yaml"))) for name in ("", "unseen_", "fresh_")
    )
    assert (written.good, written.good_with_findings, written.bad, written.bad_found) == (60, 0, 60, 59)
    assert (written.right, written.wrong, written.missed) == (62, 0, 1)
    assert (unseen.good, unseen.good_with_findings, unseen.bad, unseen.bad_found) == (20, 1, 20, 16)
    assert (fresh.good, fresh.good_with_findings, fresh.bad, fresh.bad_found) == (20, 6, 20, 10)
    told = " ".join((RULES.parent / "docs" / "reply-check.md").read_text(encoding="utf-8").split())
    for measured in (written, unseen, fresh):
        assert f"precision {measured.precision:.2f} and recall {measured.recall:.2f}" in told


@pytest.mark.parametrize(
    ("said", "amounts"),
    [
        ("twenty-five dollars", ["twenty-five dollars"]),
        ("a fifteen-dollar note and eleven  Dollars", ["fifteen-dollar", "eleven  Dollars"]),
        ("$80.00 and two hundred euros", ["two hundred euros"]),
        ("eighty dollars", []),
        ("thirty-two dollars", []),
        ("a hundred and two dollars", []),
        ("two of twenty", []),
    ],
)
def test_amounts_in_words_are_amounts(said: str, amounts: list[str]) -> None:
    """As far as the pack lists the numbers; of one that it does not, no part is taken for an amount."""
    found = checked(f"I'm sorry. It comes to {said}. I'll write.", "bad 47").findings
    assert [one.said for one in found if one.law is ReplyLaw.AMOUNT_NOT_HELD] == amounts


def test_places_are_characters_of_the_draft() -> None:
    """Whatever stands before: two signs of a pair, accents, typographic marks."""
    draft = "😀 Désolé – sorry!\n\nIt  will’s? It will  be\nfixed by 5 pm. I'll write."
    [found] = checked(draft).findings
    assert draft[found.start : found.end] == found.said == "will  be\nfixed by 5"


def test_a_finding_says_its_row_and_what_to_say_instead() -> None:
    """With the guardrail of the decision that it goes against."""
    [found] = checked("Sorry. It will be fixed by 5 pm. I'll write.").findings
    assert (found.ident, found.sources, found.severity) == ("eta-promised", ("D18",), ReplySeverity.ERROR)
    assert found.guardrail_id == "no-eta"
    assert "You hear from me again" in found.instead


def test_what_is_missing_stands_where_it_belongs() -> None:
    """The apology at the start, the next step at the end; warnings, as both may have been said before."""
    draft = "The site is down."
    first, last = checked(draft).findings
    assert (first.ident, first.start, first.end) == ("apology-missing", 0, 0)
    assert (last.ident, last.start, last.end) == ("next-step-missing", len(draft), len(draft))
    assert {first.severity, last.severity} == {ReplySeverity.WARNING}


@pytest.mark.parametrize(
    "draft",
    ["IT WILL BE FIXED BY 5 PM", "it will be\u200b fixed by 14:30", "It will be \ufb01xed by  9", "it’s fixed? no"],
)
def test_case_and_typography_do_not_matter(draft: str) -> None:
    """Nobody writes phrases as a list does."""
    assert (ReplyLaw.GUARDRAIL in laws(draft)) is ("no" not in draft)


def test_a_phrase_is_found_in_one_sentence_only() -> None:
    """What two sentences say is not what one says."""
    assert laws("Sorry. It will be fixed. By 5 pm I'll write.") == []
    assert laws("Sorry. It will be fixed by 5 p.m. today. I'll write.") == [ReplyLaw.GUARDRAIL]


def test_an_amount_that_is_approved_may_be_promised() -> None:
    """Once the log knows of the approval; before, it says who has to give it."""
    before = held("bad 37")
    refund = next(action for action in before.actions if action.approval_needed)
    draft = "I'm sorry. We will refund the 400.00 USD. I'll check on Monday."
    check = ReplyCheck(PACK, "en")
    [found] = check(draft, before).findings
    assert (found.law, found.action_id) == (ReplyLaw.PROMISE_OPEN, refund.action_id)
    assert "supervisor has to approve it" in found.why
    assert check(draft, held("bad 37", released=frozenset({refund.action_id}))).findings == ()


def test_the_decisions_own_ids_are_not_for_customers() -> None:
    """Unless they are called ours; the order's number is the customer's."""
    known = held("good 1", decision_id="0190f1d0-0000-7000-8000-000000000001")
    check = ReplyCheck(PACK, "en")
    told = "Sorry. Order A-2002, decision 0190f1d0-0000-7000-8000-000000000001. I'll write."
    assert [found.said for found in check(told, known).findings] == [known.decision_id]
    ours = f"Sorry. Our own reference is {known.decision_id}. I'll write about order A-2002."
    assert check(ours, known).findings == ()


def test_another_language_is_told_to_be_unknown() -> None:
    """Nothing was looked for but identifiers, and the answer says so; a dialect takes the language's phrases."""
    french = checked("Ce sera réparé avant 17 heures.", locale="fr")
    assert (french.locale, french.findings, french.phrases) == ("", (), 0)
    assert "lists no wordings" in french.cannot_see[0]
    assert checked("It will be fixed by 5 pm.", locale="en-GB").locale == "en"


@pytest.mark.parametrize("locale", ["de", "de-AT", "de-CH"])
def test_german_is_looked_for_in_german(locale: str) -> None:
    """Wherever it is spoken, with ss for ß; and what is found has the id that it has in English."""
    found = checked(
        "Es tut mir leid. Die Störung wird in dreissig Minuten behoben sein. Ich melde mich.", locale=locale
    )
    assert found.locale == "de"
    assert [one.ident for one in found.findings] == ["eta-promised"]
    assert checked("It will be fixed by 5 pm. Sorry, I'll write.", locale=locale).findings[0].law is ReplyLaw.MISSING


def test_the_answer_says_what_it_cannot_see() -> None:
    """A lint, not a judge: no finding does not mean that a reply is good."""
    assert any("wordings" in line for line in checked("Sorry. I'll write.").cannot_see)


SAID: Final = tuple({phrase: None for one in PACK.replies for said in one.never for phrase in said.unless[:40]})
"""Phrases that stand in lists, for sentences of which none is like another."""

HOSTILE: Final[Mapping[str, Callable[[], str]]] = {
    "words": lambda: "a " * (MEGABYTE // 2),
    "one word": lambda: "a" * MEGABYTE,
    "sentences": lambda: "sorry. " * (MEGABYTE // 7),
    "phrases": lambda: "will be fixed by 5 " * (MEGABYTE // 19),
    "nearly phrases": lambda: "be be by # be by " * (MEGABYTE // 17),
    "amounts": lambda: "$1 " * (MEGABYTE // 3),
    "amounts in words": lambda: "a hundred dollars two " * (MEGABYTE // 22),
    "times": lambda: "in a couple of hours or two " * (MEGABYTE // 28),
    "taken back": lambda: "It will be fixed by 5, whether. " * (MEGABYTE // 32),
    "short sentences": lambda: "we will. " * (MEGABYTE // 9),
    "promises": lambda: "we will refund. wir erstatten. " * (MEGABYTE // 31),
    "ever other sentences": lambda: (" ".join(map("{0[0]} {0[1]}.".format, product(SAID, SAID))) * 9)[:MEGABYTE],
    "german": lambda: "wird in ein paar Stunden bei Ihnen das Paket " * (MEGABYTE // 44),
    "others": lambda: "the delivery company will be there and our team will " * (MEGABYTE // 53),
    "amounts and sentences": lambda: "$1. " * (MEGABYTE // 4),
    "one number": lambda: "1." * (MEGABYTE // 2),
    "identifiers": lambda: "arrived_damaged " * (MEGABYTE // 16),
    "marks": lambda: "\u200be\u0301" * (MEGABYTE // 3),
    "lines": lambda: "\n" * MEGABYTE,
}


CHECKS: Final[Mapping[str, ReplyCheck]] = {locale: ReplyCheck(PACK, locale) for locale in ("en", "de")}


@pytest.mark.parametrize("locale", CHECKS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_hostile_text_takes_no_longer_than_any(name: str, locale: str) -> None:
    """Linear in the text, whatever it is made of and looked for in; and no more is told than anybody reads."""
    check, against, draft = CHECKS[locale], held("bad 41"), HOSTILE[name]()
    begun = time.process_time()
    answer = check(draft, against)
    assert time.process_time() - begun < SECONDS
    assert len(answer.findings) <= MOST_FINDINGS
    assert all(len(found.said) <= LONGEST_SAID for found in answer.findings)
