"""The own tests of a pack, from wherever its files are: which of them fail, in words, and what all of them reach."""

from typing import NamedTuple

from amends.application.compiled_pack import CompiledPack
from amends.application.pack_work import ReachedRule, RunTest, RunTests
from amends.packs.diagnostics import PackError
from amends.packs.files import PackFiles
from amends.packs.pack_test_file import read_tests_of
from amends.proving.coverage import RuleCoverage, missing_of
from amends.proving.measure import HELD, measure
from amends.proving.pack_tests import PackTestResult, run_pack_tests


class OwnTests(NamedTuple):
    """The tests that failed, as they are told, and how many passed."""

    failed: tuple[str, ...]
    passed: int


def run_own_tests(compiled: CompiledPack, files: PackFiles) -> OwnTests:
    """Run all of them; where they cannot be read, that has failed."""
    try:
        tests = read_tests_of(files, compiled.pack)
    except PackError as error:
        return OwnTests((f"its tests cannot be read:\n{error}",), 0)
    results = run_pack_tests(compiled, tests)
    failed = tuple(result.render() for result in results if not result.passed)
    return OwnTests(failed, len(results) - len(failed))


def run_and_measure(compiled: CompiledPack, files: PackFiles) -> RunTests:
    """Every test with the rules that applied in it, and what all of them reach. PackError: they cannot be read."""
    results = run_pack_tests(compiled, read_tests_of(files, compiled.pack))
    coverage = measure(compiled, results)
    return RunTests(tuple(map(_run, results)), tuple(map(_reached, coverage.rules)), coverage.tenths)


def _run(result: PackTestResult) -> RunTest:
    applied = tuple(trace.rule_id for trace in result.decision.rules if trace.verdict in HELD)
    return RunTest(result.test.name, result.test.position, result.differences, applied)


def _reached(rule: RuleCoverage) -> ReachedRule:
    return ReachedRule(
        rule.rule_id,
        rule.applied,
        rule.decided,
        values=sum(len(condition.possible) for condition in rule.conditions),
        values_seen=sum(len(condition.seen.intersection(condition.possible)) for condition in rule.conditions),
        missing=tuple(one.words for one in missing_of(rule)),
    )
