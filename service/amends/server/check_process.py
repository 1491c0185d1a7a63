"""The program of one check, in a process of its own: a request on stdin, the rules folder as argument, the answer out.

    python -m amends.server.check_process RULES SECONDS MEBIBYTES < request > response

What is sent may be anything, so it is read where it can hold up and use up nothing that decides: the process bounds its
own processor time and memory before it reads a byte. It imports neither gRPC nor uvloop.
"""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from amends.server.bounded_process import run_bound


def main(rules: Path, *, seconds: int, mebibytes: int) -> int:
    """Check one pack; the exit code."""
    return run_bound(partial(_check, rules), seconds=seconds, mebibytes=mebibytes)


def _check(rules: Path) -> None:
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read(), rules))
    sys.stdout.buffer.flush()


def _answer(request: bytes, rules: Path) -> bytes:
    from amends.application.check_rule_pack import check_rule_pack
    from amends.application.compiled_pack import CompiledPack
    from amends.engines.bitmap import BitmapEngine
    from amends.proving.whole_pack import check_whole_pack
    from amends.server.clock import SystemClock
    from amends.v1.rule_pack_service_pb2 import RULE_PACK_VIEW_WORDS, CheckRulePackRequest
    from amends.wire.decode_check_request import decode_check_request
    from amends.wire.encode_check import encode_check
    from amends.wire.encode_pack import encode_pack
    from amends.wire.encode_pack_words import write_words

    asked = CheckRulePackRequest.FromString(request)
    sent = decode_check_request(asked)
    checked = check_rule_pack(rules, sent)
    if checked.pack is not None:
        compiled = CompiledPack(checked.pack, BitmapEngine())
        warnings = check_whole_pack(compiled, sent, today=SystemClock().now())
        checked = replace(checked, diagnostics=(*checked.diagnostics, *warnings))
    answer = encode_check(checked)
    if checked.pack is not None and asked.view:
        answer.rule_pack.CopyFrom(encode_pack(checked.pack, name=sent.name, policies=()))
        if asked.view == RULE_PACK_VIEW_WORDS:
            write_words(answer.rule_pack, checked.pack, locale=asked.locale)
    return answer.SerializeToString(deterministic=True)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), seconds=int(sys.argv[2]), mebibytes=int(sys.argv[3])))
