"""The own tests of a pack, from wherever its files are: which of them fail, in words."""

from typing import NamedTuple

from amends.application.compiled_pack import CompiledPack
from amends.packs.diagnostics import PackError
from amends.packs.files import PackFiles
from amends.packs.pack_test_file import read_tests_of
from amends.proving.pack_tests import run_pack_tests


class OwnTests(NamedTuple):
    """The tests that failed, as they are told, and how many passed."""

    failed: tuple[str, ...]
    passed: int


def run_own_tests(compiled: CompiledPack, files: PackFiles) -> OwnTests:
    """Run all of them; where they cannot be read, that has failed."""
    try:
        tests = read_tests_of(files, compiled.pack)
    except PackError as error:
        return OwnTests((f"its tests cannot be read:\n{error}",), 0)
    results = run_pack_tests(compiled, tests)
    failed = tuple(result.render() for result in results if not result.passed)
    return OwnTests(failed, len(results) - len(failed))
