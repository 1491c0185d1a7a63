"""What is said of text that is not YAML points to the line where the mistake is, and says what was meant."""

import pytest

from amends.packs.reader import read_yaml

TORN = "a key ends with a colon and a space; longer text needs quotes"


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("rules:\n  - id: a\n    title:Dents\n    then: []\n", (3, 10), "a space after the colon: title: Dents"),
        ("pack: a\nversion:1\n", (2, 8), "a space after the colon: version: 1"),
        ("pack:a\nversion: 2\n", (1, 5), "a space after the colon: pack: a"),
        ("pack: a\ntitle A\nversion: 1\n", (2, 1), TORN),
        ("a:\n  b\n  c: d\n", (2, 3), TORN),
    ],
)
def test_a_colon_without_a_space_is_told_in_its_own_line(text: str, place: tuple[int, int], hint: str) -> None:
    """A parser sees it where the next key begins."""
    (found,) = read_yaml(text.encode(), "f.yaml").diagnostics

    assert ((found.position.line, found.position.column), found.hint) == (place, hint)


@pytest.mark.parametrize(
    ("text", "place", "spaces"),
    [
        ("rules:\n  - id: a\n    title: A\n   then: []\n", (4, 4), "3 here and 4 in line 3"),
        ("rules:\n  - id: a\n    title: A\n     then: []\n", (4, 6), "5 here and 4 in line 3"),
        ("rules:\n  - id: a\n - id: b\n", (3, 2), "1 here and 2 in line 2"),
        ("rules:\n  - id: a\n\n    # why\n   - id: b\n", (5, 4), "3 here and 2 in line 2"),
        ("  a: 1\nb: 2\n", (2, 1), "0 here and 2 in line 1"),
    ],
)
def test_a_line_that_is_a_space_off_is_told_with_both_indentations(
    text: str, place: tuple[int, int], spaces: str
) -> None:
    """Beside the last line before that says something."""
    (found,) = read_yaml(text.encode(), "f.yaml").diagnostics

    assert (found.position.line, found.position.column) == place
    assert found.hint.startswith(f"look at the indentation: {spaces}, in spaces;")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: 1\nb: {c: 1\nd: 2\n", "the bracket that opens in line 2 is not closed"),
        ("a: 1\nb: [c\nd: 2\n", "the bracket that opens in line 2 is not closed"),
        ("a: 1\nb: 'c\nd: 2\n", "the quote that opens in line 2 is not closed"),
        ("a: b: c\n", "text that holds ': '"),
        ("a: @b\n", "text that holds ': '"),
        ('a: "b" c\n', "text that holds ': '"),
        ("a: {b: c}}\n", "text that holds ': '"),
    ],
)
def test_what_is_left_open_is_told_where_it_opened_and_the_rest_needs_quotes(text: str, hint: str) -> None:
    """The parser tells it only at the end."""
    (found,) = read_yaml(text.encode(), "f.yaml").diagnostics

    assert found.hint.startswith(hint)
