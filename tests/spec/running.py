"""Runs the examples of the chapters: writes their files, tells what loading says, decides their tests."""

import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.engines import make_engines
from amends.cli.main import app
from amends.config import EngineName
from amends.packs.diagnostics import PackError
from amends.packs.load import load_rules
from amends.packs.model import Pack
from amends.packs.pack_test import PackTest
from amends.packs.pack_test_file import load_pack_tests
from amends.wire.encode import Encoder
from tools.reference.chapters import Example, chapters, examples

ENGINES: Final = make_engines().usable
"""Every engine that can be had here; each must run every example."""

_ABSENT: Final = re.compile(r"^\S+: not on \w+: not available here: .*\n", re.MULTILINE)

EXAMPLES: Final = [example for chapter in chapters() for example in examples(chapter) if example.blocks]

_WIDTH: Final = "100"
_CLOCK: Final = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d UTC(?=$|,)", re.MULTILINE)
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def write(example: Example, root: Path) -> Path:
    """Write the files of an example; the folder of rules that they make."""
    for name, block in example.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    return root


def told(rules: Path) -> str:
    """Everything that is said of the packs of a folder, and of the tests of those that compile."""
    loaded = load_rules(rules)
    parts = [found.render() for diagnostics in loaded.diagnostics.values() for found in diagnostics]
    for pack_id, pack in loaded.packs.items():
        try:
            load_pack_tests(rules / pack_id, pack)
        except PackError as error:
            parts.append(str(error))
    return "".join(f"{part}\n" for part in parts)


def packs_and_tests(rules: Path) -> Mapping[str, tuple[Pack, tuple[PackTest, ...]]]:
    """The packs that compile, each with its tests; none where they cannot be read, which `told` tells."""
    return {pack_id: (pack, _tests(rules / pack_id, pack)) for pack_id, pack in load_rules(rules).packs.items()}


def _tests(folder: Path, pack: Pack) -> tuple[PackTest, ...]:
    try:
        return load_pack_tests(folder, pack)
    except PackError:
        return ()


def decided(pack: Pack, test: PackTest, engine: str) -> bytes:
    """The bytes of the decision of one test, told in full."""
    resolved = CompiledPack(pack, ENGINES[engine]).decide(test.situation, role=test.role, explain_full=True)
    return Encoder(software_version="", kept=0).decision(resolved)


def as_everywhere(output: str) -> str:
    """What `amends test` prints where every engine can be had, which is what documents show."""
    return _ABSENT.sub("", output).replace(f"on {_listed(ENGINES)}", f"on {_listed(EngineName)}")


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}"


def printed(session: str, rules: Path) -> str:
    """A session with what its command prints, run where the files are. Clock and id are always the same."""
    command = session.partition("\n")[0]
    words = shlex.split(command.removeprefix("$ amends "))
    with pytest.MonkeyPatch.context() as here:
        here.chdir(rules)
        done = CliRunner().invoke(app, [*words, "--rules", str(rules)], env={"COLUMNS": _WIDTH, "AMENDS_RULES": None})
    same = _ID.sub(
        "01a1ff13-8a00-7000-8000-000000000000", _CLOCK.sub("2026-11-02 12:00 UTC", as_everywhere(done.output))
    )
    lines = same.splitlines()
    return "".join(f"{line.rstrip()}\n" for line in [command, *lines])
