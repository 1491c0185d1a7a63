"""What `amends test` has to say of the packs it tested: in lines for a person, as JSON, as JUnit XML."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from amends.cli.exit_codes import ExitCode
from amends.cli.junit import JunitCase, JunitSuite, junit
from amends.packs.model import Pack
from amends.proving.coverage import Aspect, Coverage, Tally
from amends.proving.pack_tests import PackTestResult
from amends.proving.reply_tests import ReplyTestResult
from amends.proving.reply_tests import measure as measure_replies

_COLUMNS: Final = ("pack", "tests", *("applied", "deciding", "true", "false", "unknown", "other"), "coverage")
_LEGEND: Final = (
    "applied, deciding: rules. true, false, unknown: their conditions, where they mattered.",
    "other: limits, requirements, holds, guardrails, cases of derived facts, rows of amounts and referrals.",
)


@dataclass(frozen=True, slots=True)
class ProvenPack:
    """One pack: what every engine made of its tests, in the order of the tests, and what they reached."""

    pack: Pack
    by_engine: Mapping[str, Sequence[PackTestResult]]
    coverage: Coverage
    without: Mapping[str, str] = field(default_factory=dict)
    """Why other engines decided nothing, by their names."""
    replies: Sequence[ReplyTestResult] = ()
    """What the reply check tells of the pack's written replies."""

    @property
    def results(self) -> Sequence[PackTestResult]:
        """What the first engine made of the tests."""
        return next(iter(self.by_engine.values()))

    @property
    def failed(self) -> tuple[PackTestResult, ...]:
        """The tests that did not pass."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def failed_replies(self) -> tuple[ReplyTestResult, ...]:
        """The written replies of which something else is told than they say."""
        return tuple(result for result in self.replies if not result.passed)

    def disagreement(self, place: int) -> str:
        """Who decided what in one test; nothing where all engines decided the same."""
        results = {name: found[place] for name, found in self.by_engine.items()}
        first = self.results[place]
        if all(result.decision == first.decision for result in results.values()):
            return ""
        told = [f"by {name}, {result.render()}" for name, result in results.items()]
        head = f"{first.test.position}: {first.test.name}: {self.engines} decide differently"
        return "\n".join([head, *told])

    @property
    def engines(self) -> str:
        """Who decided."""
        *names, last = self.by_engine
        return f"{', '.join(names)} and {last}" if names else last

    @property
    def disagreements(self) -> tuple[str, ...]:
        """What to tell of every test on which engines disagreed."""
        return tuple(told for place in range(len(self.results)) if (told := self.disagreement(place)))

    def exit_code(self, min_coverage: int) -> ExitCode:
        """What it comes to: too little coverage is a failure as a failed test is."""
        if self.disagreements:
            return ExitCode.DISAGREEMENT
        failed = self.failed or self.failed_replies or not self.coverage.reaches(min_coverage)
        return ExitCode.TESTS_FAILED if failed else ExitCode.OK


def human(tested: Sequence[ProvenPack], *, listed: bool, min_coverage: int) -> str:
    """What went wrong, a line a pack, a table of what the tests reached, and what they did not if that is asked for."""
    lines = [line for one in tested for line in _told(one)]
    if tested:
        lines += ["", *_table(tested), "", *_LEGEND]
    for one in tested:
        lacking = not one.coverage.reaches(min_coverage)
        if lacking:
            lines += ["", f"{one.pack.pack_id}: coverage {_percent(one.coverage)} is below {min_coverage} %"]
        if listed or lacking:
            lines += _missing_lines(one)
    return "".join(f"{line}\n" for line in lines)


def as_json(tested: Sequence[ProvenPack]) -> str:
    """Everything, for a program; keys are stable."""
    packs = [_object(one) for one in tested]
    return json.dumps({"packs": packs}, indent=2) + "\n"


def as_junit(tested: Sequence[ProvenPack], *, min_coverage: int) -> str:
    """A suite a pack, a case a test; where coverage is demanded, one case more."""
    return junit([_suite(one, min_coverage) for one in tested], name="amends test")


def _told(one: ProvenPack) -> Iterator[str]:
    yield from one.disagreements
    for result in one.failed:
        yield result.render()
    count = len(one.results)
    passed = f"{count - len(one.failed)} of {count} tests passed, on {one.engines}" if count else "has no tests"
    yield f"{one.pack.pack_id}: {passed}"
    yield from _replies_told(one)
    for engine, reason in one.without.items():
        yield f"{one.pack.pack_id}: not on {engine}: {reason}"


def _replies_told(one: ProvenPack) -> Iterator[str]:
    for reply in one.failed_replies:
        yield reply.render()
    if not one.replies:
        return
    found, count = measure_replies(one.replies), len(one.replies)
    yield (
        f"{one.pack.pack_id}: {count - len(one.failed_replies)} of {count} written replies passed; of "
        f"{found.good} good ones {found.good_with_findings} have a finding, of {found.bad} others {found.bad_found}; "
        f"precision {found.precision:.2f}, recall {found.recall:.2f}"
    )


def _table(tested: Sequence[ProvenPack]) -> Iterator[str]:
    rows = [_COLUMNS, *(_row(one) for one in tested)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for name, *cells in rows:
        right = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        yield "  ".join([name.ljust(widths[0]), *right]).rstrip()


def _row(one: ProvenPack) -> tuple[str, ...]:
    tallies = (one.coverage.tally(aspect) for aspect in Aspect)
    shown = (f"{tally.seen}/{tally.of}" for tally in tallies)
    return (one.pack.pack_id, str(len(one.results)), *shown, _percent(one.coverage))


def _percent(coverage: Coverage) -> str:
    whole, tenth = divmod(coverage.tenths, 10)
    return f"{whole}.{tenth} %"


def _missing_lines(one: ProvenPack) -> Iterator[str]:
    for missing in one.coverage.missing():
        yield f"{missing.position}: {missing.words}"


def _object(one: ProvenPack) -> dict[str, object]:
    return {
        "pack": one.pack.pack_id,
        "version": one.pack.version,
        "digest": one.pack.digest,
        "engines": list(one.by_engine),
        "engines_not_available": dict(one.without),
        "tests": [_test_object(result) for result in one.results],
        "disagreements": list(one.disagreements),
        "replies": [
            {
                "name": reply.test.name,
                "position": str(reply.test.position),
                "passed": reply.passed,
                "found": list(reply.found),
            }
            for reply in one.replies
        ],
        "coverage": {
            "percent": one.coverage.tenths / 10,
            "total": _tally_object(one.coverage.total),
            **{aspect.name.lower(): _tally_object(one.coverage.tally(aspect)) for aspect in Aspect},
            "missing": [
                {"position": str(missing.position), "what": missing.words} for missing in one.coverage.missing()
            ],
        },
    }


def _test_object(result: PackTestResult) -> dict[str, object]:
    return {
        "name": result.test.name,
        "position": str(result.test.position),
        "passed": result.passed,
        "differences": list(result.differences),
    }


def _tally_object(tally: Tally) -> dict[str, int]:
    return {"seen": tally.seen, "of": tally.of}


def _suite(one: ProvenPack, min_coverage: int) -> JunitSuite:
    cases = [
        JunitCase(
            name=result.test.name,
            classname=result.test.position.file,
            failure="\n".join(filter(None, [one.disagreement(place), "" if result.passed else result.render()])),
        )
        for place, result in enumerate(one.results)
    ]
    cases += [
        JunitCase(reply.test.name, reply.test.position.file, failure="" if reply.passed else reply.render())
        for reply in one.replies
    ]
    if min_coverage:
        lacking = (
            [] if one.coverage.reaches(min_coverage) else [f"it is {_percent(one.coverage)}", *_missing_lines(one)]
        )
        name = f"coverage of at least {min_coverage} %"
        cases.append(JunitCase(name=name, classname=one.pack.pack_id, failure="\n".join(lacking)))
    return JunitSuite(one.pack.pack_id, tuple(cases))
