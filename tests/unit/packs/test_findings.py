"""Findings: what is shown of very many, and what their hints may cost."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.packs import findings as findings_module
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.findings import Findings, nearest
from amends.packs.load import load_rules
from amends.packs.model import Position

Write = Callable[[Mapping[str, str]], Path]
HEAD = "pack: shop\nversion: 1\ntitle: A shop\n"


def told(count: int) -> Findings:
    findings = Findings()
    for number in reversed(range(count)):
        findings.error(Position("shop/pack.yaml", number + 1, 1), "unknown-fact", "a message")
    return findings


def test_a_thousand_are_shown_and_the_rest_counted() -> None:
    """The first in the order of position, whichever were found first; the last says how many more there are."""
    assert told(1_000).shown() == told(1_000).sorted()
    shown = told(1_234).shown()
    assert [found.position.line for found in shown[:-1]] == list(range(1, 1_001))
    assert shown[-1].render() == "shop/pack.yaml:1000:1: error[and-more]: and 234 more\n    hint: mend these first"


def test_the_rest_is_as_bad_as_the_worst_of_it() -> None:
    """What is counted is an error only if one of those not shown is."""
    warning = Diagnostic(Position("shop/pack.yaml", 9_999, 1), "gap", "a message", severity=Severity.WARNING)
    findings = told(1_000)
    findings.include([warning])
    assert findings.shown()[-1].severity is Severity.WARNING
    assert told(1_001).shown()[-1].severity is Severity.ERROR


def test_a_pack_of_typos_says_a_thousand_and_how_many_more(write: Write) -> None:
    """Each file is bounded by itself; what is said of all of them together is bounded too."""
    files = {f"shop/f{number}.yaml": "".join(f"k{line}: []\n" for line in range(400)) for number in range(4)}
    (found,) = load_rules(write({**files, "shop/pack.yaml": HEAD})).diagnostics.values()
    assert len(found) == 1_001
    assert found[-1].message == "and 600 more"


def test_no_more_names_are_looked_for_than_are_shown(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are misspelt: the search is dear, and nobody reads on."""
    searches = []

    def count(word: str, known: list[str], **_: float) -> list[str]:
        searches.append(word)
        return known[:1]

    monkeypatch.setattr(findings_module, "get_close_matches", count)
    when = ", ".join(f"severit{number}: high" for number in range(3_000))
    rules = f"rules: [{{id: one, title: One, when: {{{when}}}, then: [{{apology: {{}}}}]}}]\n"
    (found,) = load_rules(write({"shop/pack.yaml": HEAD, "shop/one.yaml": rules})).diagnostics.values()
    assert found[-1].message == "and 2000 more"
    assert len(searches) == 1_000


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("severty", ("severity", "stage"), "did you mean 'severity'?"),
        ("sev", ("severity", "stage"), "did you mean 'severity'?"),
        ("incident.severty", ("severity", "customer.country"), "did you mean 'severity'?"),
        ("xyz", ("severity", "stage"), "known: severity, stage"),
        ("xyz", (), "elsewhere"),
        ("xyz", tuple(f"abc{number}" for number in range(13)), "elsewhere"),
        ("", ("severity",), "known: severity"),
    ],
)
def test_a_hint_names_the_nearest_else_all_else_what_was_given(word: str, known: tuple[str, ...], hint: str) -> None:
    """In this order: a longer name, a close one, the last part of a path, the list where it is short."""
    assert str(nearest(word, known, otherwise="elsewhere")) == hint
