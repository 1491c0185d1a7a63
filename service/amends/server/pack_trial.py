"""The port Trial: each trial in a fresh program, with bounded time and memory; then the pack is read here as well.

What has compiled within these bounds there does so here, in a thread beside the event loop.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

from amends import log
from amends.application.activation import Findings, PackTexts
from amends.application.policy_ports import Tried
from amends.packs.diagnostic_json import diagnostic_of
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.files import SentFiles
from amends.packs.pack_test_file import read_tests_of
from amends.packs.source import PackSource, load_source
from amends.proving.agreement import cases_of_tests
from amends.server.bounded_process import BrokeDownError, GaveUpError, ask
from amends.server.trial_process import texts_json, texts_of

SECONDS: Final = 120
"""Of processor time: several times what the largest packs take for their checks and tests."""

MEBIBYTES: Final = 1024
"""Address space, the program's own libraries included."""

MOST_TOLD: Final = 50
"""Problems that are kept of one trial; a pack with more has told enough."""

PROGRAM: Final = "amends.server.trial_process"


class PackTrial:
    """Tries packs for one process."""

    def __init__(  # noqa: PLR0913  # the limits of a trial, and what it runs
        self,
        rules: Path,
        logger: log.Logger,
        *,
        seconds: int = SECONDS,
        mebibytes: int = MEBIBYTES,
        program: str = PROGRAM,
        niceness: int = 0,
    ) -> None:
        self._niceness = niceness
        self._log = logger
        self._seconds = seconds
        self._mebibytes = mebibytes
        self._program = program
        self._arguments = (str(rules), str(seconds), str(mebibytes))

    async def __call__(self, pack_id: str, texts: PackTexts, *, is_whole: bool) -> Tried:
        """What came of it; one that is cancelled is killed."""
        request = json.dumps({"pack_id": pack_id, "texts": texts_json(texts), "is_whole": is_whole}).encode()
        try:
            answer = await ask(
                self._program, *self._arguments, request=request, seconds=self._seconds, niceness=self._niceness
            )
        except GaveUpError:
            return self._gave_up()
        except BrokeDownError as error:
            self._log.error("trial_failed", exit_code=error.exit_code, error=error.words)
            return Tried(Findings(("its trial ended without a result: a fault of the server, which has logged it",)))
        return await asyncio.to_thread(self._tried, pack_id, texts, json.loads(answer))

    def _gave_up(self) -> Tried:
        problem = f"compiling, checking and testing it takes more than {self._seconds} seconds or {self._mebibytes} MiB"
        return Tried(Findings((problem,)))

    def _tried(self, pack_id: str, texts: PackTexts, told: dict[str, Any]) -> Tried:
        diagnostics = tuple(diagnostic_of(found) for found in told["diagnostics"])
        problems = [_line(found) for found in diagnostics if found.severity is Severity.ERROR] + told["failed"]
        if len(problems) > MOST_TOLD:
            problems = [*problems[:MOST_TOLD], f"and {len(problems) - MOST_TOLD} more"]
        findings = Findings(tuple(problems), diagnostics, tests_passed=told["passed"])
        if told["source"] is None:
            return Tried(findings)
        kept = told["source"]
        source = PackSource(kept["digest"], pack_id, kept["version"], texts_of(kept["files"]))
        pack = load_source(source)
        tests = () if problems else read_tests_of(SentFiles(pack_id, texts[pack_id]), pack)
        return Tried(findings, pack, source, tuple(cases_of_tests(tests)))


def _line(found: Diagnostic) -> str:
    return f"{found.position}: {found.code}: {found.message}"
