"""All warnings of a pack together: whose they are, and what its waivers leave of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.engines.bitmap import BitmapEngine
from amends.packs.checks.law import EXAMPLE
from amends.packs.checks.waivers import LAW as WAIVER_LAW
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.load import load_rules
from amends.packs.model import Pack, Position, Waiver
from amends.proving.checks import unexercised
from amends.proving.measure import measure
from amends.proving.pack_checks import LAWS, WAIVABLE, pack_warnings
from tests.unit.packs.checks.examples import pack_of
from tests.unit.resolution.building import NOW, SECOND

MAIN = Position("example/pack.yaml", 2, 1)
TOMORROW = NOW + 24 * 3600 * SECOND


def warnings(pack: Pack, *, tested: bool = False) -> tuple[Diagnostic, ...]:
    """Of a pack without tests; `tested` says whether that is looked at."""
    compiled = CompiledPack(pack, BitmapEngine())
    return pack_warnings(compiled, today=NOW, main=MAIN, coverage=measure(compiled, ()) if tested else None)


def test_every_check_has_a_name_of_its_own_and_a_law_in_one_sentence() -> None:
    """Names are what waivers and build servers speak of."""
    names = [law.name for law in LAWS]

    assert len(set(names)) == len(names)
    assert all(law.says.endswith(".") and "\n" not in law.says for law in LAWS)
    assert {law.name for law in LAWS if law.severity is Severity.WARNING} - {"waiver"} == WAIVABLE


def test_the_bad_example_of_a_waiver_is_told(tmp_path: Path) -> None:
    """It ended; the good one has none."""
    (found,) = warnings(pack_of(tmp_path, WAIVER_LAW.bad))
    assert (found.code, "ended on 2020-01-01" in found.message) == ("waiver", True)

    assert warnings(pack_of(tmp_path, WAIVER_LAW.good)) == ()


def test_a_pack_that_no_test_exercises_is_told_once(tmp_path: Path) -> None:
    """Not once a rule; where nobody looked at tests nothing is said of them."""
    bad = pack_of(tmp_path, unexercised.LAW.bad)

    (found,) = warnings(bad, tested=True)
    assert (found.code, found.message) == ("unexercised", "no test exercises any of its 1 rules")
    assert warnings(bad) == ()
    assert warnings(pack_of(tmp_path, unexercised.LAW.good), tested=True) == ()


@pytest.mark.parametrize(
    ("check", "at", "left"),
    [
        ("gap", "main", ["next-step"]),
        ("gap", "fault=customer", ["gap", "next-step"]),
        ("next-step", "fault=company", ["gap"]),
        ("gap", "fault=company", ["waiver", "gap", "next-step"]),
        ("never-matches", "ours", ["waiver", "gap", "next-step"]),
    ],
)
def test_a_waiver_takes_out_its_cells_and_no_others(check: str, at: str, left: list[str], tmp_path: Path) -> None:
    """Of a gap in five cells one may be waived; an error never is, and whoever waives nothing is told."""
    text = "main: [fault]\nrules:\n  - {id: ours, title: Ours, when: {fault: company}, then: [{apology: {}}]}\n"
    built = replace(
        pack_of(tmp_path, text), waivers=(Waiver(check, at, "for now", TOMORROW, Position("example/pack.yaml", 1, 1)),)
    )

    found = [one for one in warnings(built) if "until missing facts" not in one.message]
    assert [one.code for one in found] == left
    if (check, at) == ("gap", "fault=customer"):
        assert "3 of 6 cells" in found[0].message


def test_what_is_inherited_is_told_at_the_pack_that_wrote_it(tmp_path: Path) -> None:
    """Its owner can mend it; cells are each pack's own."""
    twice = "rules:\n" + "".join(f"  - {{id: {name}, title: T, then: [{{apology: {{}}}}]}}\n" for name in ("a", "b"))
    for name, text in (
        ("example", EXAMPLE + twice),
        ("child", "pack: child\nversion: 1\ntitle: C\nextends: [example]\n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").write_text(text, encoding="utf-8")
    packs = load_rules(tmp_path).packs

    assert [found.code for found in warnings(packs["example"])] == ["shadowed"]
    assert warnings(packs["child"]) == ()
