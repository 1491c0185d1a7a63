"""The program of one work on packs that need not be live, in a process of its own: their tests, a trial, a comparison.

    python -m amends.server.work_process RULES SECONDS MEBIBYTES < request > answer

What is sent may be anything, so it is read where it can hold up and use up nothing that decides: the process bounds its
own processor time and memory before it reads a byte. It imports neither gRPC nor uvloop. The answer is JSON: the bytes
of the contract's response, or what is wrong with the request that only the pack could tell.
"""

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amends.server.bounded_process import run_bound
from amends.server.trial_process import texts_json, texts_of

if TYPE_CHECKING:
    # Only named in signatures: the program is bound before it loads them.
    from google.protobuf.message import Message

    from amends.application.check_rule_pack import CheckedPack
    from amends.application.find_texts import PackTexts
    from amends.packs.files import SentFiles
    from amends.v1.rule_pack_service_pb2 import ChosenPack

TESTS, TRY, COMPARE = "tests", "try", "compare"
"""What may be asked for."""


def main(rules: Path, *, seconds: int, mebibytes: int) -> int:
    """Do one work; the exit code."""
    return run_bound(partial(_work, rules), seconds=seconds, mebibytes=mebibytes)


def work_request(work: str, request: "Message", *chosen: "SentFiles | PackTexts") -> bytes:
    """What this program reads: a request of the contract, and the packs that it is about."""
    packs = [_written(one) for one in chosen]
    return json.dumps(
        {"work": work, "request": b64encode(request.SerializeToString()).decode(), "packs": packs}
    ).encode()


def _written(chosen: "SentFiles | PackTexts") -> dict[str, object]:
    from amends.packs.files import SentFiles

    if isinstance(chosen, SentFiles):
        return {"pack_id": chosen.name, "texts": texts_json({chosen.name: chosen.contents}), "is_whole": False}
    return {"pack_id": chosen.pack_id, "texts": texts_json(chosen.files), "is_whole": True}


def _work(rules: Path) -> None:
    json.dump(_answer(json.load(sys.stdin.buffer), rules), sys.stdout)
    sys.stdout.flush()


def _answer(told: Mapping[str, Any], rules: Path) -> dict[str, Any]:
    from amends.domain.errors import InvalidSituationError

    works = {TESTS: _run_tests, TRY: _try, COMPARE: _compare}
    packs = [_Side(one, rules) for one in told["packs"]]
    try:
        answer = works[told["work"]](b64decode(told["request"]), packs)
    except InvalidSituationError as error:
        violations = [[one.field, one.description, one.hint] for one in error.violations]
        return {"violations": violations}
    return {"answer": b64encode(answer.SerializeToString(deterministic=True)).decode()}


class _Side:
    """A pack as it was chosen, read and, where it compiles, ready to decide."""

    def __init__(self, told: Mapping[str, Any], rules: Path) -> None:
        from amends.application.compiled_pack import CompiledPack
        from amends.engines.bitmap import BitmapEngine
        from amends.packs.files import SentFiles
        from amends.wire.encode_pack_work import encode_chosen

        texts, pack_id = texts_of(told["texts"]), told["pack_id"]
        self.files = SentFiles(pack_id, texts[pack_id])
        checked = _read(texts, self.files, rules, is_whole=told["is_whole"])
        self.chosen: ChosenPack = encode_chosen(pack_id, checked)
        self.compiled: CompiledPack | None = None
        if checked.pack is not None:
            self.compiled = CompiledPack(checked.pack, BitmapEngine())


def _read(
    texts: Mapping[str, Mapping[str, bytes]], files: "SentFiles", rules: Path, *, is_whole: bool
) -> "CheckedPack":
    """What is kept decided once: checks that are newer than it refuse nothing."""
    from amends.application.check_rule_pack import CheckedPack, check_rule_pack
    from amends.packs.files import SentFiles
    from amends.packs.load import load_as_read

    if not is_whole:
        return check_rule_pack(rules, files)
    return CheckedPack((), load_as_read([SentFiles(name, held) for name, held in texts.items()], files.name))


def _run_tests(_request: bytes, packs: "list[_Side]") -> "Message":
    from amends.packs.diagnostics import PackError
    from amends.proving.own_tests import run_and_measure
    from amends.v1.rule_pack_service_pb2 import RunPackTestsResponse
    from amends.wire.encode_pack_work import encode_tests

    [side] = packs
    if side.compiled is None:
        return RunPackTestsResponse(pack=side.chosen, note="The pack does not compile.")
    try:
        run = run_and_measure(side.compiled, side.files)
    except PackError as error:
        return RunPackTestsResponse(pack=side.chosen, note=f"Its tests cannot be read:\n{error}")
    if not run.tests:
        return RunPackTestsResponse(pack=side.chosen, note="Among its files are no tests.")
    return encode_tests(side.chosen, run)


def _try(request: bytes, packs: "list[_Side]") -> "Message":
    from amends.server.clock import SystemClock
    from amends.v1.rule_pack_service_pb2 import TryRulePackRequest, TryRulePackResponse
    from amends.wire.try_situations import try_situations

    [side] = packs
    if side.compiled is None:
        return TryRulePackResponse(pack=side.chosen)
    asked = TryRulePackRequest.FromString(request)
    return try_situations(asked, side.compiled, chosen=side.chosen, now=SystemClock().now())


def _compare(request: bytes, packs: "list[_Side]") -> "Message":
    from amends.proving.compare_packs import compare_packs
    from amends.server.clock import SystemClock
    from amends.v1.rule_pack_service_pb2 import CompareRulePacksRequest, CompareRulePacksResponse
    from amends.wire.decode_pack_choice import EXAMPLES
    from amends.wire.encode_pack_work import encode_comparison

    before, after = packs
    if before.compiled is None or after.compiled is None:
        return CompareRulePacksResponse(before=before.chosen, after=after.chosen)
    asked = CompareRulePacksRequest.FromString(request)
    compared = compare_packs(
        before.compiled,
        after.compiled,
        now=SystemClock().now(),
        examples=asked.examples or EXAMPLES,
        locale=asked.locale,
    )
    return encode_comparison(before.chosen, after.chosen, compared)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), seconds=int(sys.argv[2]), mebibytes=int(sys.argv[3])))
