"""Waivers, `review_every` and `history`: what a pack's owner says about the pack itself."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from amends.domain.action import Span
from amends.domain.vocabulary import built_in_facts, vocabulary
from amends.packs.diagnostics import PackError
from amends.packs.findings import Findings
from amends.packs.literals import Conventions
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.packs.read_waivers import read_waivers
from amends.packs.reader import MapNode, read_yaml
from amends.packs.shapes import Context

Write = Callable[[Mapping[str, str]], Path]
HEAD = "pack: shop\nversion: 1\ntitle: A shop\ntimezone: America/New_York\n"
ONE = "{check: gap, at: late-delivery, because: 'Nobody ships back.', until: 2027-01-01}"
DAY = 24 * 3_600 * 10**9


def load(write: Write, rest: str) -> Pack:
    return load_pack(write({"shop/pack.yaml": HEAD + rest}), "shop")


def test_a_waiver_says_of_what_where_why_and_until_when(write: Write) -> None:
    """A bare date is midnight in the pack's zone."""
    (waiver,) = load(write, f"waive: [{ONE}]\n").waivers
    assert (waiver.check, waiver.at, waiver.because) == ("gap", "late-delivery", "Nobody ships back.")
    assert waiver.until == 1_798_779_600 * 10**9


def test_waivers_are_not_inherited(write: Write) -> None:
    """A parent's owner cannot waive for a child."""
    child = "pack: child\nversion: 1\ntitle: C\nextends: [shop]\n"
    pack = load_pack(write({"shop/pack.yaml": f"{HEAD}waive: [{ONE}]\n", "child/pack.yaml": child}), "child")
    assert pack.waivers == ()


def test_there_are_at_most_five(write: Write) -> None:
    """The sixth is told where it stands."""
    waivers = "\n".join(f"  - {ONE.replace('late', f'late-{number}')}" for number in range(6))
    with pytest.raises(PackError) as refused:
        load(write, f"waive:\n{waivers}\n")
    (found,) = refused.value.diagnostics
    assert (found.code, found.position.line) == ("too-many", 11)


def test_the_names_of_checks_are_held_to_those_that_are_given() -> None:
    """Without a list any name passes; with one, the nearest is told."""
    node = read_yaml(f"waive: [{ONE.replace('gap', 'gaps')}]".encode(), "shop/pack.yaml").root
    assert isinstance(node, MapNode)
    words = vocabulary(built_in_facts(tiers=(), contact_reasons=()), ())
    findings = Findings()
    context = Context(words, (), Conventions(ZoneInfo("UTC")), findings)
    assert len(read_waivers(node.get("waive"), context)) == 1
    assert not findings.failed
    read_waivers(node.get("waive"), context, checks=("gap", "shadowed"))
    (found,) = findings.sorted()
    assert found.hint == "did you mean 'gap'?"


@pytest.mark.parametrize("rest", ["", "history: caller\n"])
def test_history_comes_from_the_caller(rest: str, write: Write) -> None:
    """Said or not."""
    assert load(write, rest).history == "caller"


def test_review_every_is_a_span(write: Write) -> None:
    """Inherited, and replaced by a child's own."""
    child = "pack: child\nversion: 1\ntitle: C\nextends: [shop]\n"
    folder = write({"shop/pack.yaml": HEAD + "review_every: 180d\n", "child/pack.yaml": child})
    assert load_pack(folder, "child").review_every == Span(180 * DAY)
    write({"child/pack.yaml": child + "review_every: 30d\n"})
    assert load_pack(folder, "child").review_every == Span(30 * DAY)
    assert load(write, "").review_every is None
