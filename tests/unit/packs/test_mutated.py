"""Whatever stands in the files, loading answers with a pack or with diagnostics, never with a traceback."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Pack

SEED = (Path(__file__).parent / "seed_pack.yaml").read_text(encoding="utf-8")
TABLES = {
    "causes": "contact_reason,value\nlate,process\nlost,people\n",
    "amounts": "facts.kind,value\na,5 USD\n-,10% of amount_paid\n",
    "tiers": "customer.loyalty_tier,facts.class,refund.amount\ngold,-,20 USD|18 EUR\n-,x,-\n",
    "partners": "need,target,url\na|b,The other shop,https://other.example\n-,none_known,\n",
}
LINES = SEED.splitlines(keepends=True)
WORDS = "{} [] null true -1 1e9 '' ' \" { } [ ] # &a *a !x 7bd facts. all any not present within unlimited sum"
SCRAPS = (
    *WORDS.split(),
    *("9" * 40, ": ", "- ", "\t", "\n", "\x00", "\ud7ff", "\u2028", "é", "9.90 USD", "{fact: brand}", "{lowest: []}"),
    *("2026-02-30", "0001-01-01", "9999-12-31"),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The seed with some words and lines replaced, dropped or doubled."""
    text = SEED
    for _ in range(draw(st.integers(1, 4))):
        at, until = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        until = min(until, at + draw(st.sampled_from((0, 1, 5, 20, 200))))
        text = text[:at] + draw(st.sampled_from(SCRAPS) | st.sampled_from(LINES) | st.text(max_size=8)) + text[until:]
    return text


Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
PLAIN = re.compile(r"[A-Za-z0-9_.-][A-Za-z0-9_. -]*[A-Za-z0-9_.-]|[A-Za-z0-9]")
VALUES = ("true", "null", "-1", "0", "1.5", "9" * 40, "9.90 USD", "5 JPY", "7bd", "3h", "2026-01-01", "company", "it")


def places(tree: Tree) -> Iterator[tuple[list[Tree] | dict[str, Tree], int | str]]:
    """Every place of the tree that holds something, as its container and key."""
    keyed = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in keyed:
        assert isinstance(tree, (dict, list))
        yield tree, key
        yield from places(child)


def flow(tree: Tree) -> str:
    """The tree as YAML in flow style; plain words stay plain, so that they keep their kind."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return tree if PLAIN.fullmatch(tree) else json.dumps(tree)


@st.composite
def restructured(draw: st.DrawFn) -> str:
    """The seed with some nodes replaced by others, dropped or renamed: always YAML, seldom a pack."""
    tree = yaml.load(SEED, Loader=yaml.BaseLoader)  # noqa: S506  # our own seed, as text without types
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(tree))
        container, key = found[draw(st.integers(0, len(found) - 1))]
        donor, donor_key = found[draw(st.integers(0, len(found) - 1))]
        match draw(st.sampled_from(("replace", "graft", "drop", "rename"))):
            case "graft":
                container[key] = deepcopy(donor[donor_key])  # type: ignore[index]  # the key is the container's own
            case "drop":
                del container[key]  # type: ignore[arg-type]  # as above
            case "rename" if isinstance(container, dict) and isinstance(donor_key, str):
                container[donor_key] = container.pop(str(key))
            case _:
                container[key] = draw(st.sampled_from(VALUES))  # type: ignore[index]  # as above
    return flow(tree)


def load(data: bytes) -> Pack | PackError:
    with TemporaryDirectory() as folder:
        pack = Path(folder) / "seed"
        (pack / "tables").mkdir(parents=True)
        for name, table in TABLES.items():
            (pack / "tables" / f"{name}.csv").write_text(table, encoding="utf-8")
        (pack / "pack.yaml").write_bytes(data)
        try:
            return load_pack(Path(folder), "seed")
        except PackError as error:
            return error


def is_an_answer(answer: Pack | PackError) -> bool:
    """A whole pack, or at least one finding and a text that says it."""
    return len(answer.digest) == 64 if isinstance(answer, Pack) else bool(answer.diagnostics and str(answer))


@settings(max_examples=100, deadline=None)
@given(mutated())
def test_mutated_text_is_answered(text: str) -> None:
    """A pack with anything in it, in any wrong place, loads or is explained."""
    assert is_an_answer(load(text.encode("utf-8", "surrogatepass")))


@settings(max_examples=150, deadline=None)
@given(restructured())
def test_a_restructured_pack_is_answered(text: str) -> None:
    """Any node in the place of any other: every reader meets every shape."""
    assert is_an_answer(load(text.encode()))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    """Bytes that are no text at all, or text that is no YAML."""
    assert is_an_answer(load(data))


def test_the_seed_itself_loads() -> None:
    """The mutations start from a pack that compiles: otherwise they would show little."""
    answer = load(SEED.encode())
    assert isinstance(answer, Pack)
    assert len(answer.rules) == 8
