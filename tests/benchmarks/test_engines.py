"""The race of engines runs without any peer, and says of each contender what it should."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from tests.benchmarks.engine_race.contender import Entry
from tests.benchmarks.engine_race.entries import entries
from tests.benchmarks.engine_race.ours import Ours
from tests.benchmarks.engine_race.policies import (
    Listed,
    RaceRule,
    Span,
    assert_five_match,
    draw_situations,
    write_policy,
)
from tests.benchmarks.engine_race.report import Row, figures, table
from tests.benchmarks.engine_race.stable import OutOfTheRaceError, Runner

PROGRAM = str(Path(__file__).with_name("engines.py"))


def test_the_race_measures_our_engines_and_says_so_in_one_line_of_json(tmp_path: Path) -> None:
    """Small policies and few rounds: the figures mean little here, but each is there, and so are the files."""
    ours = ["--engines", "bitmap", "reference"]

    done = subprocess.run(
        [sys.executable, PROGRAM, "--quick", "--sizes", "40", "80", "--facts", "6", *ours, "--into", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["growth_40_to_80"] > 0
    assert said["times_faster_than_best_peer"] == {}
    assert said["out_of_the_race"] == said["missing"] == []
    assert said["medians_us"]["bitmap"].keys() == {"40 rules, 6 facts", "80 rules, 6 facts"}
    assert said["medians_us"]["reference"].keys() == {"40 rules, 6 facts"}
    assert said["checked"]["bitmap"]["80 rules, 6 facts"] >= 4
    assert len((tmp_path / "engines.csv").read_text().splitlines()) == 4
    assert "| bitmap |" in (tmp_path / "engines.md").read_text()


@pytest.mark.parametrize("facts", [6, 20])
def test_policies_grow_and_five_rules_match(facts: int) -> None:
    """At two sizes, by the mean of many situations that are all different; the same policy each time it is written."""
    for rules in (40, 400):
        policy = write_policy(rules, facts)
        situations = draw_situations(policy, 1536)
        bitmap, reference = Ours(BitmapEngine(), policy), Ours(ReferenceEngine(), policy)

        assert policy == write_policy(rules, facts)
        assert len({tuple(one.values()) for one in situations}) == 1536
        assert_five_match([bitmap.names(bitmap.decide(one)) for one in situations])
        assert [bitmap.decide(one) for one in situations[:20]] == [reference.decide(one) for one in situations[:20]]


def test_a_policy_of_which_more_match_is_refused() -> None:
    """Sizes are comparable only where as much has to be collected."""
    with pytest.raises(AssertionError, match=r"6\.00 rules match"):
        assert_five_match([["r"] * 6] * 10)


def test_a_rule_with_an_alternative_has_a_branch_for_each_side() -> None:
    """Engines without alternatives get conjunctions, and none where there is nothing to choose."""
    tier, late, paid = Listed("tier", ("gold",)), Span("delay", 5, 10), Span("paid", 1, 2)
    assert RaceRule("r", (tier,), (late, paid)).branches == ((tier, late), (tier, paid))
    assert RaceRule("r", (tier, late)).branches == ((tier, late),)


def test_who_is_not_installed_is_known_by_it() -> None:
    """A peer is looked up as what it is installed as; ours are always there."""
    ours = {entry.name for entry in entries() if not entry.distribution}
    nobody = Entry("nobody", "amends-no-such-engine", "", lambda: None, lambda policy: Ours(BitmapEngine(), policy))
    assert ours == {"bitmap", "reference"}
    assert nobody.version is None
    assert all(entry.page for entry in entries() if entry.distribution and "caged" not in entry.name)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import os; input(); os.abort()", r"crashed \(SIGABRT\)"),
        ("import sys; input(); sys.exit(3)", r"crashed \(exit 3\)"),
        ("import signal; input(); signal.pause()", "too slow"),
        ("""input(); print('{"failed": "AssertionError: r1"}', flush=True); input()""", "failed: AssertionError: r1"),
        ("x = bytearray(300 * 1024**2); input(); import signal; signal.pause()", "too large"),
    ],
)
def test_a_contender_that_falls_out_is_told_with_its_reason(program: str, told: str) -> None:
    """A crash, a hang, a wrong answer and a leak end that contender, and nothing else."""
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    memory = (250 if "large" in told else 2000) * 1024**2
    runner = Runner("stranger", process, 2.0 if told == "too slow" else 30.0, memory)
    try:
        with pytest.raises(OutOfTheRaceError, match=told):
            runner.ask({})
    finally:
        runner.close()
    assert process.returncode in {-signal.SIGABRT, -signal.SIGKILL, 3}


def test_the_figures_are_those_of_the_fastest_peer_and_the_worst_width() -> None:
    """Our own second engine is no peer; who fell out of the race is named, and not the fastest."""
    rows = [
        Row(6, 40, "bitmap", "", median_us=2.0),
        Row(6, 40, "reference", "", median_us=3.0),
        Row(6, 40, "CLIPS", "1", median_us=40.0),
        Row(6, 40, "CEL", "2", median_us=30.0),
        Row(6, 40, "ZEN", "3", note="crashed (SIGSEGV)"),
        Row(20, 40, "bitmap", "", median_us=4.0),
        Row(20, 40, "CLIPS", "1", median_us=48.0),
        Row(6, 400, "bitmap", "", median_us=5.0),
        Row(6, 400, "CEL", "2", median_us=500.0),
        Row(20, 400, "bitmap", "", median_us=8.0),
    ]

    found = figures(rows)

    assert found["times_faster_than_best_peer"] == {"40": 12.0, "400": 100.0}
    assert found["best_peer"] == {"6": {"40": "CEL", "400": "CEL"}, "20": {"40": "CLIPS"}}
    assert found["growth_40_to_400"] == 2.5
    assert found["out_of_the_race"] == ["ZEN, 40 rules, 6 facts: crashed (SIGSEGV)"]
    assert "| ZEN | crashed (SIGSEGV) | – | – | – |" in table(rows)
