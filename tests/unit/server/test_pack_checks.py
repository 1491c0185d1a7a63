"""Checks beside the process that decides: each ends, whatever is checked, and a failed one is told."""

import asyncio
import json
from base64 import b64decode
from pathlib import Path

import pytest

from amends.application.check_rule_pack import CheckTooCostlyError, TooManyChecksError
from amends.packs.files import SentFiles
from amends.server.pack_checks import CheckFailedError, PackChecks
from amends.server.work_process import COMPARE, TESTS, TRY, work_request
from amends.v1.rule_pack_service_pb2 import (
    CheckRulePackRequest,
    CheckRulePackResponse,
    CompareRulePacksRequest,
    PackFile,
    RunPackTestsRequest,
    RunPackTestsResponse,
    TryRulePackRequest,
)
from tests.fakes.logger import RecordingLogger

HEAD = "pack: shop\nversion: 1\ntitle: Shop\n"


def request(rules: int) -> bytes:
    """Files of 3,000 rules each, so that the pack takes a second for each."""
    rule = "  - {{id: r{0}-{1}, title: T, then: [{{apology: {{}}}}]}}\n"
    themes = [
        PackFile(
            path=f"theme{file}.yaml",
            content=("rules:\n" + "".join(rule.format(file, number) for number in range(3_000))).encode(),
        )
        for file in range(rules // 3_000)
    ]
    files = [PackFile(path="pack.yaml", content=HEAD.encode()), *themes]
    return CheckRulePackRequest(pack_id="shop", files=files).SerializeToString()


async def test_a_check_answers_with_the_bytes_of_the_response(tmp_path: Path) -> None:
    """The servicer only passes them on."""
    checks = PackChecks(tmp_path, RecordingLogger())

    answer = CheckRulePackResponse.FromString(await checks(request(0)))

    assert answer.compiles
    assert answer.version == "1"


async def test_a_check_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """However slow its files make it, it gives its place back."""
    checks = PackChecks(tmp_path, RecordingLogger(), at_once=1, seconds=1)

    with pytest.raises(CheckTooCostlyError, match="more than 1 seconds"):
        await checks(request(45_000))
    with pytest.raises(CheckTooCostlyError):
        await checks(request(45_000))


async def test_one_more_than_at_once_is_turned_away(tmp_path: Path) -> None:
    """And the one under way is not disturbed."""
    checks = PackChecks(tmp_path, RecordingLogger(), at_once=1)
    first = asyncio.ensure_future(checks(request(3_000)))
    await asyncio.sleep(0)  # the first begins

    with pytest.raises(TooManyChecksError):
        await checks(request(0))

    assert CheckRulePackResponse.FromString(await first).compiles


async def test_a_cancelled_check_gives_its_place_back(tmp_path: Path) -> None:
    """Nobody waits for it any more, so it is ended."""
    checks = PackChecks(tmp_path, RecordingLogger(), at_once=1)
    first = asyncio.ensure_future(checks(request(45_000)))
    await asyncio.sleep(0)  # it begins
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first

    assert CheckRulePackResponse.FromString(await checks(request(0))).compiles


async def test_a_check_that_meets_a_bug_says_where(tmp_path: Path) -> None:
    """In the log, with frames and without a message that could quote a pack: here the folder of rules is gone."""
    logger = RecordingLogger()
    checks = PackChecks(tmp_path / "gone", logger)

    with pytest.raises(CheckFailedError):
        await checks(request(0))

    (failed,) = logger.of("check_failed")
    assert "FileNotFoundError" in str(failed)
    assert "gone" not in str(failed)


async def test_work_on_packs_is_bounded_as_checks_are(tmp_path: Path) -> None:
    """It is told whole, given up where it takes too long, and takes one of the places of checks."""
    sent = CheckRulePackRequest.FromString(request(0))
    large = CheckRulePackRequest.FromString(request(45_000))
    small, huge = (SentFiles("shop", {file.path: file.content for file in one.files}) for one in (sent, large))
    checks = PackChecks(tmp_path, RecordingLogger(), at_once=1)
    hasty = PackChecks(tmp_path, RecordingLogger(), at_once=1, seconds=1)

    answer = json.loads(await checks.work(work_request(TESTS, RunPackTestsRequest(), small)))
    assert RunPackTestsResponse.FromString(b64decode(answer["answer"])).note == "Among its files are no tests."
    with pytest.raises(CheckTooCostlyError, match="more than 1 seconds"):
        await hasty.work(work_request(COMPARE, CompareRulePacksRequest(), huge, small))
    first = asyncio.ensure_future(checks.work(work_request(TRY, TryRulePackRequest(), small)))
    await asyncio.sleep(0)  # it begins
    with pytest.raises(TooManyChecksError):
        await checks(request(0))
    await first
