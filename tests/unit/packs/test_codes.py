"""Every kind of diagnostic is shown by a broken pack: what nobody has seen said, nobody has judged.

That is: of what loads packs and their tests. Checks have their own examples, and so has what formats files.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from amends import packs
from tests.unit.packs.test_broken import FOLDER, report

Write = Callable[[Mapping[str, str]], Path]
SOURCES = sorted(found for found in Path(packs.__file__).parent.glob("*.py") if found.stem != "format")
SAYS = ("error", "_error", "_refused", "_refusal", "_RefusalError", "Diagnostic")
SHOP = "pack: shop\nversion: 1\ntitle: A shop\n"
FEWEST = 60


def too_large(folder: Path) -> None:
    (folder / "many.yaml").write_text(f"rules: [{'1,' * 100_001}]\n", encoding="utf-8")


def outside(folder: Path) -> None:
    (folder.parent / "elsewhere.yaml").write_text("rules: []\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(folder.parent / "elsewhere.yaml")


def unreadable_file(folder: Path) -> None:
    (folder / "nowhere.yaml").symlink_to(folder / "nothing.yaml")


def and_more(folder: Path) -> None:
    (folder / "typos.yaml").write_text("".join(f"r{number}: []\n" for number in range(1_001)), encoding="utf-8")


MADE: Mapping[str, Callable[[Path], None]] = {
    "too-large": too_large,
    "outside": outside,
    "unreadable-file": unreadable_file,
    "and-more": and_more,
}
"""Broken packs that are not kept as files: too many bytes, or links."""


def constants(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be: itself, or either side of a choice."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from constants(body)
            yield from constants(orelse)
        case _:
            return


def codes_of(tree: ast.AST) -> Iterator[str]:
    """What stands as a code: the second argument of what records a finding, or what is named `code`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[_, code, *_]) if name in SAYS:
                yield from constants(code)
            case ast.keyword(arg="code", value=code):
                yield from constants(code)
            case ast.Assign(targets=[ast.Name(id="code")], value=code):
                yield from constants(code)
            case ast.arguments(kwonlyargs=names, kw_defaults=defaults):
                for argument, default in zip(names, defaults, strict=True):
                    if argument.arg == "code" and default is not None:
                        yield from constants(default)
            case _:
                continue


def every_code() -> set[str]:
    return {code for path in SOURCES for code in codes_of(ast.parse(path.read_text(encoding="utf-8")))}


def shown_codes() -> set[str]:
    golden = (found.read_text(encoding="utf-8") for found in FOLDER.glob("*/expected.txt"))
    return {code for text in golden for code in re.findall(r"error\[([a-z0-9-]+)\]", text)}


def test_the_search_for_codes_finds_what_it_should() -> None:
    """Each way in which a code is written; otherwise the next test would pass by finding nothing."""
    source = """
findings.error(at, "plain", "message")
self._error(node, "left" if x else "right", "message")
raise LiteralError("message", code="named")
code = "first" if x else "second"
def __init__(self, message, *, code="default"): ...
findings.error(at, error.code, "message")
"""
    assert set(codes_of(ast.parse(source))) == {"plain", "left", "right", "named", "first", "second", "default"}
    assert {"unknown-fact", "weakens", "type-mismatch", "unknown-calendar", "alias"} <= every_code()


def test_every_code_is_shown_by_a_broken_pack() -> None:
    """Kept as golden text, or made by this file; and no golden text shows a code that nothing says any more."""
    assert every_code() - shown_codes() == set(MADE) - shown_codes()
    assert shown_codes() <= every_code()


@pytest.mark.parametrize("code", MADE)
def test_broken_packs_that_are_made_show_their_code(code: str, write: Write) -> None:
    """Each in its own folder, told like any other."""
    rules = write({"shop/pack.yaml": SHOP})
    MADE[code](rules / "shop")
    assert f"error[{code}]" in report(rules)


def test_there_are_many_broken_packs() -> None:
    """A kind of mistake is seldom made in one way only."""
    assert len(list(FOLDER.iterdir())) >= FEWEST
