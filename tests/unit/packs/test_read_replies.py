"""Files of phrases: read with every mistake told, inherited, and no part of the digest."""

from pathlib import Path
from textwrap import dedent

import pytest

from amends.packs.load import Loaded, load_rules

HEADER = "pack: {}\nversion: 1\ntitle: A pack\ncurrency: USD\n"
GUARDRAIL = "guardrails: [{id: no-eta, never: a time, instead: the next word}]\n"
PHRASES = """\
locale: en
words: {mended: [Fixed, restored]}
never: [{id: eta, guardrail: no-eta, says: ["will be {mended} by #"]}]
"""


def load(folder: Path, phrases: str, *, child: str = "") -> Loaded:
    for name, text, extra in (("base", phrases, GUARDRAIL), ("shop", child, "extends: [base]\n")):
        (folder / name / "replies").mkdir(parents=True)
        (folder / name / "pack.yaml").write_text(HEADER.format(name) + extra, encoding="utf-8")
        if text:
            (folder / name / "replies" / "en.yaml").write_text(dedent(text), encoding="utf-8")
    return load_rules(folder)


def test_phrases_are_expanded_and_inherited(tmp_path: Path) -> None:
    """A pack has its parents' phrases before its own."""
    own = "locale: en\nmissing: [{id: sorry, says: [Sorry]}]\n"
    first, second = load(tmp_path, PHRASES, child=own).packs["shop"].replies
    assert (first.origin, second.origin) == ("base", "shop")
    assert first.never[0].says == ((("will be fixed by #", "will be restored by #"),),)
    assert second.missing[0].says == ((("sorry",),),)


def test_languages_have_the_same_ids(tmp_path: Path) -> None:
    """What is found is called the same in each; within one language every id stands once."""
    german = "locale: {}\nnever: [{{id: eta, guardrail: no-eta, says: [bald]}}]\n"
    loaded = load(tmp_path / "two", PHRASES, child=german.format("de-AT"))
    assert [words.never[0].ident for words in loaded.packs["shop"].replies] == ["eta", "eta"]
    again = load(tmp_path / "one", PHRASES, child=german.format("en-GB"))
    assert [found.code for found in again.diagnostics["shop"]] == ["duplicate-id"]


def test_phrases_decide_nothing(tmp_path: Path) -> None:
    """So they change no digest, and packs that were recorded stay what they were."""
    without = load(tmp_path / "without", "").packs["base"]
    with_them = load(tmp_path / "with", PHRASES).packs["base"]
    assert with_them.digest == without.digest
    assert with_them == without
    assert with_them.replies != without.replies


@pytest.mark.parametrize(
    ("phrases", "codes"),
    [
        ("never: []", ["1 missing-key"]),
        ("locale: english please", ["1 bad-locale"]),
        ("locale: en\nnevr: []", ["2 unknown-key"]),
        ("locale: en\nnever: [{id: a, guardrail: no-ta, says: [x]}]", ["2 unknown-name"]),
        ("locale: en\nnever: [{id: a, guardrail: no-eta, says: ['{soon}']}]", ["2 empty", "2 unknown-name"]),
        ("locale: en\nnever: [{id: a, guardrail: no-eta, says: ['...']}]", ["2 empty"]),
        ("locale: en\nmissing: [{id: a, says: [[]]}]", ["2 empty"]),
        ("locale: en\nmissing: [{id: a, says: [x], place: middle}]", ["2 unknown-value"]),
        ("locale: en\nmissing: [{id: a, says: [x]}, {id: a, says: [y]}]", ["2 duplicate-id"]),
        ("locale: en\npromises: [{id: a, says: [x], of: [refnd]}]", ["2 missing-key", "2 unknown-action"]),
        ("locale: en\npromises: [{id: a, says: [x], of: [goodwill], goodwill: [cash]}]", ["2 unknown-value"]),
        ("locale: en\nmoney: {XYZ: [x]}", ["2 unknown-value"]),
        ("locale: en\nnumbers: {twenty: lots, forty: 40.5, '...': 3, all: 1000000}", ["2 out-of-range"] * 4),
        ("locale: en\ninstead: {opn: x}", ["2 unknown-key"]),
        ("", ["1 empty"]),
        (
            f"locale: en\nwords: {{a: [{', '.join(f'a{n}' for n in range(200))}]}}\nours: ['{{a}} {{a}} {{a}}']",
            ["1 too-large"],
        ),
    ],
)
def test_mistakes_are_told_where_they_stand(tmp_path: Path, phrases: str, codes: list[str]) -> None:
    """By line, as of every file of a pack; and the child only hears that its parent is broken."""
    loaded = load(tmp_path, phrases or "# nothing\n")
    told = [f"{found.position.line} {found.code}" for found in loaded.diagnostics["base"]]
    assert sorted(told) == codes
    assert all(found.position.file == "base/replies/en.yaml" for found in loaded.diagnostics["base"])
    assert [found.code for found in loaded.diagnostics["shop"]] == ["broken-parent"]
