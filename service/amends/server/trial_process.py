"""The program of one trial, in a process of its own: the texts of a pack on stdin, what came of it on stdout, as JSON.

    python -m amends.server.trial_process RULES SECONDS MEBIBYTES < request > answer

It compiles the pack, checks it and runs its tests. What was sent may be anything, and none of this may hold up what
decides: the process bounds its own processor time and memory before it reads a byte. It imports neither gRPC nor
uvloop.
"""

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amends.server.bounded_process import run_bound

if TYPE_CHECKING:
    # Only named in signatures: the program is bound before it loads them.
    from amends.packs.load import Loaded


def main(rules: Path, *, seconds: int, mebibytes: int) -> int:
    """Try one pack; the exit code."""
    return run_bound(partial(_try, rules), seconds=seconds, mebibytes=mebibytes)


def texts_json(texts: Mapping[str, Mapping[str, bytes]]) -> dict[str, dict[str, str]]:
    """Files as JSON has them."""
    return {pack_id: {path: b64encode(raw).decode() for path, raw in files.items()} for pack_id, files in texts.items()}


def texts_of(told: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, bytes]]:
    """The files that were written."""
    return {pack_id: {path: b64decode(raw) for path, raw in files.items()} for pack_id, files in told.items()}


def _try(rules: Path) -> None:
    json.dump(_answer(json.load(sys.stdin.buffer), rules), sys.stdout)
    sys.stdout.flush()


def _answer(request: Mapping[str, Any], rules: Path) -> dict[str, Any]:
    from amends.application.compiled_pack import CompiledPack
    from amends.engines.bitmap import BitmapEngine
    from amends.packs.diagnostic_json import diagnostic_values
    from amends.packs.diagnostics import Severity
    from amends.packs.files import SentFiles
    from amends.packs.source import source_of
    from amends.proving.own_tests import run_own_tests
    from amends.proving.whole_pack import check_whole_pack
    from amends.server.clock import SystemClock

    pack_id, texts = request["pack_id"], texts_of(request["texts"])
    loaded = _loaded(pack_id, texts, rules, is_whole=request["is_whole"])
    sent = SentFiles(pack_id, texts.get(pack_id, {}))
    found = loaded.diagnostics.get(pack_id, ())
    if pack_id not in loaded.packs:
        return {"diagnostics": [diagnostic_values(one) for one in found], "failed": [], "passed": 0, "source": None}
    compiled = CompiledPack(loaded.packs[pack_id], BitmapEngine())
    found = (*found, *check_whole_pack(compiled, sent, today=SystemClock().now()))
    broken = any(one.severity is Severity.ERROR for one in found)
    failed, passed = ((), 0) if broken else run_own_tests(compiled, sent)
    source = source_of(loaded, pack_id)
    return {
        "diagnostics": [diagnostic_values(one) for one in found],
        "failed": list(failed),
        "passed": passed,
        "source": {"digest": source.digest, "version": source.version, "files": texts_json(source.files)},
    }


def _loaded(pack_id: str, texts: Mapping[str, Mapping[str, bytes]], rules: Path, *, is_whole: bool) -> "Loaded":
    from amends.packs.files import SentFiles
    from amends.packs.load import load_rules_with, load_sent

    if is_whole:
        return load_sent(SentFiles(name, files) for name, files in texts.items())
    return load_rules_with(rules, SentFiles(pack_id, texts[pack_id]))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), seconds=int(sys.argv[2]), mebibytes=int(sys.argv[3])))
