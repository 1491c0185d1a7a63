"""The reader: text to positioned nodes, by the YAML 1.2 core rules, within limits."""

import pytest
import yaml

from amends.packs import reader
from amends.packs.model import Position
from amends.packs.reader import (
    LARGEST_FILE,
    MOST_NODES,
    ListNode,
    MapNode,
    ScalarKind,
    ScalarNode,
    read_yaml,
)

START = Position("f.yaml", 1, 1)


def scalar(text: str) -> ScalarNode:
    root = read_yaml(f"key: {text}\n".encode(), "f.yaml").root
    assert isinstance(root, MapNode)
    value = root.get("key")
    assert isinstance(value, ScalarNode)
    return value


def codes(data: bytes) -> list[str]:
    return [found.code for found in read_yaml(data, "f.yaml").diagnostics]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("no", ScalarKind.TEXT),
        ("yes", ScalarKind.TEXT),
        ("on", ScalarKind.TEXT),
        ("12:30", ScalarKind.TEXT),
        ("2026-01-01", ScalarKind.TEXT),
        ("1_000", ScalarKind.TEXT),
        ("'3'", ScalarKind.TEXT),
        ('"true"', ScalarKind.TEXT),
        ("true", ScalarKind.BOOLEAN),
        ("False", ScalarKind.BOOLEAN),
        ("3", ScalarKind.INTEGER),
        ("-3", ScalarKind.INTEGER),
        ("9.90", ScalarKind.DECIMAL),
        ("~", ScalarKind.NULL),
        ("", ScalarKind.NULL),
        ("null", ScalarKind.NULL),
    ],
)
def test_scalars_are_of_the_core_schema(text: str, kind: ScalarKind) -> None:
    """`no` is text, quoted is text, and nothing but true and false is a boolean."""
    assert scalar(text).kind is kind


def test_a_number_keeps_its_text() -> None:
    """9.90 stays 9.90: no float ever stands between the file and the amount."""
    assert scalar("9.90").text == "9.90"
    assert scalar("1234567890.123456789").text == "1234567890.123456789"


def test_positions_count_from_one() -> None:
    """Every node knows where it was written."""
    root = read_yaml(b"a:\n  - b: c\n", "f.yaml").root
    assert isinstance(root, MapNode)
    items = root.get("a")
    assert isinstance(items, ListNode)
    inner = items.items[0]
    assert isinstance(inner, MapNode)
    value = inner.get("b")
    assert value is not None
    assert value.position == Position("f.yaml", 2, 8)


def test_the_first_of_two_equal_keys_is_kept_and_the_second_told() -> None:
    """A repeated key is never silently the last one."""
    document = read_yaml(b"a: 1\na: 2\n", "f.yaml")
    assert isinstance(document.root, MapNode)
    assert [key.text for key, _ in document.root.entries] == ["a"]
    assert document.root.get("a") == ScalarNode("1", ScalarKind.INTEGER, START)
    assert [str(found.position) for found in document.diagnostics] == ["f.yaml:2:1"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a: &x 1\n", "anchor"),
        (b"a: &x 1\nb: *x\n", "anchor"),
        (b"a: *x\n", "alias"),
        (b"a: !!python/name:os.system x\n", "tag"),
        (b"a: !local [1]\n", "tag"),
        (b"a: 1\n---\nb: 2\n", "several-documents"),
        (b"\ta: 1\n", "tab"),
        (b"a: [1\n", "bad-yaml"),
        (b"a: \x01\n", "bad-yaml"),
        (b'a: "\\0"\n', "control-character"),
        (b'a: "\\u202e"\n', "control-character"),
        (b"a: x\xe2\x81\xa6y\n", "control-character"),
        (b"a: 1\n\xef\xbb\xbfb: 2\n", "control-character"),
        (b"%YAML 1.1\n---\na: no\n", "directive"),
        (b"%TAG ! tag:x,2000:\n---\na: 1\n", "directive"),
        (b"a: {<<: {b: 1}}\n", "merge-key"),
        (b"a: 1\n...\n---\nb: 2\n", "several-documents"),
        (b"a: \x00\n", "bad-yaml"),
        (b"\xff\xfea\x00", "not-utf-8"),
        (b"a: &a [x]\nb: &b [*a, *a]\n", "anchor"),
        (b"{" * 10_000, "too-deep"),
        (b"a: \xff\n", "not-utf-8"),
        (b"? {a: b}\n: 1\n", "bad-key"),
        (b"[" * 100_000, "too-deep"),
        (b"#" * (LARGEST_FILE + 1), "too-large"),
        (b"[" + b"1," * (MOST_NODES + 1) + b"]", "too-large"),
    ],
)
def test_what_a_policy_has_no_use_for_is_refused(data: bytes, code: str) -> None:
    """Each of these is one diagnostic of its own kind, and never an exception."""
    assert codes(data) == [code]


def test_json_is_read_too() -> None:
    """A case file may be JSON, and a byte order mark is no part of it."""
    root = read_yaml(b'\xef\xbb\xbf{"a": ["b", 1, true, null]}', "f.json").root
    assert isinstance(root, MapNode)
    items = root.get("a")
    assert isinstance(items, ListNode)
    kinds = [item.kind for item in items.items if isinstance(item, ScalarNode)]
    assert kinds == [ScalarKind.TEXT, ScalarKind.INTEGER, ScalarKind.BOOLEAN, ScalarKind.NULL]


def test_an_empty_text_has_no_root_and_nothing_wrong() -> None:
    """Whether empty is an error is the caller's to say."""
    document = read_yaml(b"# only a comment\n", "f.yaml")
    assert document.root is None
    assert document.diagnostics == ()


def test_an_excerpt_cannot_carry_an_escape_sequence() -> None:
    """What is printed to a terminal is the printable part of the line."""
    (found,) = read_yaml(b"a: \x1b[31mred\n", "f.yaml").diagnostics
    assert found.excerpt == "a: ?[31mred"


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_both_parsers_give_one_tree(loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the C parser is not available the pure one reads the same, positions included."""
    data = b"# head\na: [1, 'x', {b: no}]\nlong: >\n  two\n  lines\nnone:\n"
    expected = repr(read_yaml(data, "f.yaml").root)
    monkeypatch.setattr(reader, "LOADER", loader)
    assert repr(read_yaml(data, "f.yaml").root) == expected
