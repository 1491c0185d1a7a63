"""What `amends mutate` has to say: in lines for a person, as JSON, and as a report in Markdown to be kept."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from amends.cli.exit_codes import ExitCode
from amends.proving.mutation.run import Outcome, Tried
from amends.proving.mutation.trial import Verdict

_SAID: Final = {
    Verdict.KILLED: "killed",
    Verdict.REFUSED: "do not compile",
    Verdict.EQUIVALENT: "the same",
    Verdict.WAIVED: "waived",
    Verdict.SURVIVED: "survived",
}
_INTRODUCTION: Final = """\
# What the tests of the packs would notice

Written by `amends mutate --report`, which changes each part of a pack a little, one at a time, and runs the pack's own
tests on the result; [Tests of a pack](pack-tests.md#would-my-tests-notice) says how to read this.

"""


def exit_code(outcome: Outcome) -> ExitCode:
    """A mutant that survives is a failure as a failed test is; so is a waiver that is not right."""
    return ExitCode.TESTS_FAILED if outcome.of(Verdict.SURVIVED) or outcome.complaints else ExitCode.OK


def human(outcomes: Sequence[Outcome]) -> str:
    """Every survivor with its place, what was changed and the test that is missing; then a line a pack."""
    lines = [line for outcome in outcomes for line in _told(outcome)]
    return "".join(f"{line}\n" for line in lines)


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Everything, for a program; keys are stable."""
    return json.dumps({"packs": [_object(outcome) for outcome in outcomes]}, indent=2) + "\n"


def as_markdown(outcomes: Sequence[Outcome]) -> str:
    """Depends on the packs and their tests alone, so that it can be kept beside them."""
    head = ["pack", "version", "tests", "mutants", *_SAID.values()]
    rows = [head, ["---", "---", *["---:"] * (len(head) - 2)], *map(_row, outcomes)]
    parts = [_INTRODUCTION, "".join(f"| {' | '.join(row)} |\n" for row in rows)]
    parts += [part for outcome in outcomes for part in _section(outcome)]
    return "".join(parts)


def _told(outcome: Outcome) -> Iterator[str]:
    for one in outcome.of(Verdict.SURVIVED):
        yield f"{one.mutation.position}: {one.mutation.about}: {one.mutation.words}, and no test notices"
        yield f"    write {one.mutation.advice}"
    yield from (complaint.render() for complaint in outcome.complaints)
    counts = _counts(outcome)
    said = ", ".join(f"{counts[verdict]} {words}" for verdict, words in _SAID.items())
    yield f"{outcome.pack.pack_id}: {len(outcome.tried)} mutants: {said}"


def _counts(outcome: Outcome) -> Counter[Verdict]:
    return Counter(one.fate.verdict for one in outcome.tried)


def _object(outcome: Outcome) -> dict[str, object]:
    counts = _counts(outcome)
    return {
        "pack": outcome.pack.pack_id,
        "version": outcome.pack.version,
        "digest": outcome.pack.digest,
        "tests": outcome.tests,
        "mutants": len(outcome.tried),
        "counts": {verdict.value: counts[verdict] for verdict in Verdict},
        "survivors": [_survivor(one) for one in outcome.of(Verdict.SURVIVED)],
        "waived": [_survivor(one) | {"because": one.fate.by} for one in outcome.of(Verdict.WAIVED)],
        "equivalent": [_survivor(one) | {"because": one.fate.by} for one in outcome.of(Verdict.EQUIVALENT)],
        "complaints": [complaint.render() for complaint in outcome.complaints],
    }


def _survivor(one: Tried) -> dict[str, str | int]:
    mutation = one.mutation
    return {
        "file": mutation.position.file,
        "line": mutation.position.line,
        "column": mutation.position.column,
        "about": mutation.about,
        "operator": mutation.operator.value,
        "change": mutation.words,
        "missing_test": mutation.advice,
    }


def _row(outcome: Outcome) -> list[str]:
    counts = _counts(outcome)
    numbers = (outcome.tests, len(outcome.tried), *(counts[verdict] for verdict in _SAID))
    return [outcome.pack.pack_id, outcome.pack.version, *map(str, numbers)]


def _section(outcome: Outcome) -> Iterator[str]:
    """What of a pack is to be read one by one: survivors, what is waived, and what was seen to be the same."""
    for verdict, heading in (
        (Verdict.SURVIVED, "no test notices"),
        (Verdict.WAIVED, "waived by its owner"),
        (Verdict.EQUIVALENT, "the same as before"),
    ):
        found = outcome.of(verdict)
        if found:
            yield f"\n## {outcome.pack.pack_id}: {heading}\n\n"
            yield "".join(f"- {_line(one)}\n" for one in found)


def _line(one: Tried) -> str:
    mutation = one.mutation
    place = f"{mutation.position.file}:{mutation.position.line}"
    why = f" ({one.fate.by})" if one.fate.by else ""
    return f"`{place}` {mutation.about}: {mutation.words}{why}"
