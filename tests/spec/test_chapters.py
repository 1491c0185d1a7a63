"""What the chapters of the reference show is so: each example loads, decides, and is refused as it says.

To write anew what the product says (blocks `text diagnostics` and `console`): AMENDS_WRITE_GOLDEN=1, then read the
difference before keeping it.
"""

import os
from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.proving.pack_tests import run_pack_tests
from tests.spec.running import ENGINES, EXAMPLES, decided, packs_and_tests, printed, told, write
from tools.reference.chapters import CHAPTERS, FILES, Block, Example, examples

EACH = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
DIAGNOSTICS = ("text", "diagnostics")
SESSION = ("console",)


def shown(example: Example, block: Block, now: str) -> str:
    """What a block shows; with AMENDS_WRITE_GOLDEN=1 it is made to show what is so now."""
    if os.environ.get("AMENDS_WRITE_GOLDEN") != "1":
        return block.text
    chapter = CHAPTERS / example.chapter
    same = next(found for found in examples(chapter) if found.heading == example.heading)
    at = same.blocks[example.blocks.index(block)]
    lines = chapter.read_text(encoding="utf-8").splitlines()
    lines[at.line - 1 : at.line - 1 + at.text.count("\n")] = now.splitlines()
    chapter.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return now


@EACH
def test_loading_says_what_is_shown(example: Example, tmp_path: Path) -> None:
    """Exactly the diagnostics of the example, and none where it shows none."""
    now = told(write(example, tmp_path))
    blocks = [block for block in example.blocks if block.info == DIAGNOSTICS]

    assert len(blocks) < 2
    assert now == "".join(shown(example, block, now) for block in blocks)


@pytest.mark.parametrize("engine", ENGINES)
@EACH
def test_its_tests_pass(example: Example, engine: str, tmp_path: Path) -> None:
    """On every engine; unless it is shown, to the letter, how they fail."""
    if any(block.info == SESSION and block.text.startswith("$ amends test") for block in example.blocks):
        return
    for pack, tests in packs_and_tests(write(example, tmp_path)).values():
        results = run_pack_tests(CompiledPack(pack, ENGINES[engine]), tests)
        failed = [result.render() for result in results if not result.passed]
        assert not failed, "\n".join([example.name, *failed])


@EACH
def test_every_engine_decides_alike(example: Example, tmp_path: Path) -> None:
    """The same bytes, every condition and the fact that it saw included; and the same changes."""
    for pack, tests in packs_and_tests(write(example, tmp_path)).values():
        for test in tests:
            assert len({decided(pack, test, engine) for engine in ENGINES}) == 1, test.name
        reference, *others = (run_pack_tests(CompiledPack(pack, engine), tests) for engine in ENGINES.values())
        assert all(results == reference for results in others), example.name


@EACH
def test_commands_print_what_is_shown(example: Example, tmp_path: Path) -> None:
    """Each session is run where the files of the example are."""
    rules = write(example, tmp_path)
    for block in example.blocks:
        if block.info == SESSION:
            now = printed(block.text, rules)
            assert shown(example, block, now) == now


@EACH
def test_every_block_is_run(example: Example) -> None:
    """A file without a name would not be written; files that nothing is shown of would prove nothing."""
    for block in (*example.head, *example.blocks):
        assert block.file or block.info[:1] not in {(language,) for language in FILES}, block.line
    shows = {block.info for block in example.blocks} & {DIAGNOSTICS, SESSION}
    assert shows or any("/tests/" in block.file for block in example.files.values())
