"""One style: the same whoever wrote it, stable, and without any change of meaning."""

from pathlib import Path
from random import Random
from textwrap import dedent
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.packs.diagnostics import PackError
from amends.packs.format import format_yaml
from amends.packs.reader import read_yaml
from tests.unit.packs.style_variations import Writer

ROOT: Final = Path(__file__).parents[3]
SHIPPED: Final = sorted([*(ROOT / "rules").rglob("*.yaml"), *(ROOT / "examples").rglob("*.yaml")])


def formatted(text: str) -> str:
    return format_yaml(dedent(text).encode(), "a.yaml")


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_shipped_is_in_the_style(file: Path) -> None:
    """The style is that of the packs that owners copy from."""
    assert format_yaml(file.read_bytes(), file.name) == file.read_text(encoding="utf-8")


@given(st.integers(min_value=0))
def test_any_hand_is_brought_into_one_style(seed: int) -> None:
    """Stable when done again, the same values in the same order, every comment once."""
    writer = Writer(Random(seed))  # noqa: S311  # a hand, not a secret
    text = writer.file()
    before = read_yaml(text.encode(), "a.yaml")
    assert not before.diagnostics, text

    result = format_yaml(text.encode(), "a.yaml")

    assert format_yaml(result.encode(), "a.yaml") == result
    assert read_yaml(result.encode(), "a.yaml").root == before.root
    assert [result.count(comment) for comment in writer.comments] == [1] * len(writer.comments)
    assert "\r" not in result


def test_indents_spaces_and_lists() -> None:
    """Two spaces a level, a list under its key, single spaces, a line break at the end."""
    assert formatted(
        """\
        rules:
        -   id:   one
            when: {fault:  company,severity: { at_least: high }}
            then:
            - refund: [ 5 USD,6 EUR ]


            -   apology:   {}
        tiers: [a,b]"""
    ) == dedent(
        """\
        rules:
          - id: one
            when: {fault: company, severity: {at_least: high}}
            then:
              - refund: [5 USD, 6 EUR]

              - apology: {}
        tiers: [a, b]
        """
    )


def test_a_comment_stays_with_what_it_speaks_of() -> None:
    """Keys of a rule are put in order; what stands above one, or beside it, moves along."""
    assert formatted(
        """\
        # about the file
        rules:
          # about the rule
          - title: One
            # about its name
            id: one
            source: [D1]   # about the source
            then: # about the actions
              - apology: {}
              # the end of the actions
            # about the condition
            when: {fault: company}
            # the end of the rule
          # about the next rule
          - {title: Two, id: two}
        # the end
        """
    ) == dedent(
        """\
        # about the file
        rules:
          # about the rule
          # about its name
          - id: one
            title: One
            # about the condition
            when: {fault: company}
            then:  # about the actions
              - apology: {}
              # the end of the actions
            source: [D1]   # about the source
            # the end of the rule
          # about the next rule
          - {id: two, title: Two}
        # the end
        """
    )


@pytest.mark.parametrize(
    "kept",
    [
        "a: no\nb: on\nc: 1.50\nd: 007\ne: 2026-11-01\nf: ~\ng:\n",
        "a: 'one'\nb: \"two\"\n",
        "when:\n  severity: high\n  fault: company\n  all: []\n",
        "facts:\n  b: {type: text}\n  a: {min: 0, type: integer}\n",
        "because: {de: Deutsch, en: English}\n",
        "a: |\n  one\n    two\n\n  three\nb: >-\n  four\n",
        "a: first words\n  and more\nb: [one,\n    two]\n",
        "a: 1                # one\nbb: 2               # two\n",
        f"a:\n  {'long ' * 24}end\n",
        f"a: {'long ' * 30}end\n",
        "- - a\n  - b\n- c\n",
        "# only a comment\n",
    ],
)
def test_what_means_or_shows_something_stays_as_written(kept: str) -> None:
    """Spellings of values, quotes, orders that mean something, line breaks of texts, columns of comments."""
    assert format_yaml(kept.encode(), "a.yaml") == kept


def test_a_short_text_joins_its_key() -> None:
    """A value was put on its own line because it was long; this one is not."""
    assert formatted("a:\n    short\nb:\n  - \n    x\n") == "a: short\nb:\n  - x\n"


def test_a_byte_order_mark_and_other_line_breaks_go() -> None:
    """Files from other systems look like all others."""
    assert format_yaml("\ufeffa: 1\r\nb:   |\r\n  x\r\n".encode(), "a.yaml") == "a: 1\nb: |\n  x\n"


@pytest.mark.parametrize("wrong", ["a: [", "a: 1\na: 2\n", "a: &x 1\n", "\ta: 1\n", "a: 1\n---\nb: 2\n"])
def test_what_cannot_be_read_is_told(wrong: str) -> None:
    """With the diagnostics that every reader of packs gives."""
    with pytest.raises(PackError) as told:
        format_yaml(wrong.encode(), "a.yaml")
    assert told.value.diagnostics[0].code != "not-formatted"


@pytest.mark.parametrize("odd", ["? a\n  b\n: c\n", "a: |2\n    x\n  y\n", "a: |\n  x", "a: one\u2028  two\n"])
def test_what_has_no_form_is_refused_rather_than_changed(odd: str) -> None:
    """A rare way of writing is left to its writer, and said so."""
    with pytest.raises(PackError) as told:
        format_yaml(odd.encode(), "a.yaml")
    assert told.value.diagnostics[0].code == "not-formatted"
