"""Trials of packs beside the process that decides: compiled, checked, tested, and each of them comes to an end."""

import asyncio
from pathlib import Path

import pytest

from amends.packs.diagnostics import Severity
from amends.server.pack_trial import MOST_TOLD, PackTrial
from tests.fakes.logger import RecordingLogger
from tests.service.activating import TESTS, shop

PARENT = "pack: base\nversion: 1\ntitle: Base\ncurrency: USD\n"
CHILD = """\
pack: child
version: 1
title: Child
extends: [base]
rules:
  - id: sorry
    title: Say sorry
    when: {fault: company}
    then: [{apology: {}}]
    because: {agent: Ours., customer: Sorry.}
"""


def files(text: str, tests: str = TESTS) -> dict[str, dict[str, bytes]]:
    return {"shop": {"pack.yaml": text.encode(), "tests/late_test.yaml": tests.encode()}}


async def test_a_pack_without_fault_comes_with_all_that_is_needed_of_it(tmp_path: Path) -> None:
    """As it decides, as it is kept, and its tests as cases of a proof."""
    tried = await PackTrial(tmp_path, RecordingLogger())("shop", files(shop(4)), is_whole=True)

    assert (tried.findings.problems, tried.findings.tests_passed) == ((), 1)
    assert all(found.severity is Severity.WARNING for found in tried.findings.diagnostics)
    assert tried.pack is not None
    assert tried.source is not None
    assert tried.pack.digest == tried.source.digest
    assert "tests/late_test.yaml" not in tried.source.files["shop"]
    assert [case.situation.facts["facts.delay_days"] for case in tried.cases] == [7]


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (files(shop(4).replace("fault:", "faultt:")), "shop/pack.yaml:17:12: unknown-fact: "),
        (files(shop(9)), "shop/tests/late_test.yaml:8:5: a week late"),
        (files(shop(4), "tests: 7"), "its tests cannot be read:\n"),
        ({"shop": {}}, "shop"),
    ],
)
async def test_what_is_wrong_is_a_problem(tmp_path: Path, texts: dict[str, dict[str, bytes]], problem: str) -> None:
    """One that does not compile, a test that fails, tests that cannot be read, no pack at all."""
    tried = await PackTrial(tmp_path, RecordingLogger())("shop", texts, is_whole=True)

    assert tried.findings.problems
    assert tried.findings.problems[0].startswith(problem)
    assert tried.cases == ()


async def test_what_is_extended_is_sent_along_or_in_the_folder(tmp_path: Path) -> None:
    """A whole pack reads no folder; one that is sent alone finds there what it extends."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "pack.yaml").write_text(PARENT.replace("version: 1", "version: 2"))
    trial = PackTrial(tmp_path, RecordingLogger())
    child = {"child": {"pack.yaml": CHILD.encode()}}
    both = {**child, "base": {"pack.yaml": PARENT.encode()}}

    alone = await trial("child", child, is_whole=False)
    whole = await trial("child", both, is_whole=True)
    missing = await trial("child", child, is_whole=True)

    assert alone.source is not None
    assert alone.source.files["base"]["pack.yaml"].decode().startswith("pack: base\nversion: 2")
    assert whole.source is not None
    assert whole.source.files == both
    assert "unknown-pack" in missing.findings.problems[0]


async def test_of_very_many_problems_the_first_are_told(tmp_path: Path) -> None:
    """And how many more there are."""
    rule = "  - {{id: r{}, title: T, when: {{faultt: company}}, then: [{{apology: {{}}}}]}}\n"
    text = PARENT.replace("base", "shop") + "rules:\n" + "".join(rule.format(number) for number in range(90))

    tried = await PackTrial(tmp_path, RecordingLogger())("shop", {"shop": {"pack.yaml": text.encode()}}, is_whole=True)

    assert len(tried.findings.problems) == MOST_TOLD + 1
    assert tried.findings.problems[-1].endswith(" more")


@pytest.mark.parametrize(("seconds", "mebibytes"), [(1, 1024), (60, 120)])
async def test_a_trial_that_takes_too_much_is_given_up(tmp_path: Path, seconds: int, mebibytes: int) -> None:
    """Of time, or of memory; the pack is refused for it."""
    rule = "  - {{id: r{0}-{1}, title: T, then: [{{apology: {{}}}}]}}\n"
    large = {"pack.yaml": PARENT.replace("base", "shop").encode()} | {
        f"theme{file}.yaml": ("rules:\n" + "".join(rule.format(file, number) for number in range(3_000))).encode()
        for file in range(15)
    }
    trial = PackTrial(tmp_path, RecordingLogger(), seconds=seconds, mebibytes=mebibytes)

    tried = await trial("shop", {"shop": large}, is_whole=True)

    assert tried.findings.problems == (
        f"compiling, checking and testing it takes more than {seconds} seconds or {mebibytes} MiB",
    )


async def test_a_trial_that_breaks_down_is_told(tmp_path: Path) -> None:
    """To the operator with its place, to who asked as a fault of the server; nothing goes live."""
    logger = RecordingLogger()
    trial = PackTrial(tmp_path, logger, program="amends.nowhere")

    tried = await trial("shop", files(shop(4)), is_whole=True)

    assert "a fault of the server" in tried.findings.problems[0]
    assert logger.of("trial_failed")


async def test_a_trial_that_nobody_waits_for_ends(tmp_path: Path) -> None:
    """Its program is killed, and its thread comes back."""
    trial = asyncio.create_task(PackTrial(tmp_path, RecordingLogger())("shop", files(shop(4)), is_whole=True))
    await asyncio.sleep(0)

    trial.cancel()

    assert await asyncio.wait_for(asyncio.gather(trial, return_exceptions=True), 30)
