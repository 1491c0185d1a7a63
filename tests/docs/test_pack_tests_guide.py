"""docs/pack-tests.md is true where it shows commands: what they print, and what they call things."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.proving.mutation.change import Operator
from tests.docs.guide import Guide, words

GUIDE = Guide("pack-tests.md")


@pytest.fixture(name="rules")
def write_examples(tmp_path: Path) -> Path:
    """The folder that the examples of the page make."""
    for block in GUIDE.blocks():
        if block.file.startswith("flower-stall/"):
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return tmp_path


def test_the_survivors_are_told_as_shown(rules: Path) -> None:
    """What a reader sees on the page is what the terminal says; survivors end it with 4."""
    (session,) = [block.text for block in GUIDE.blocks() if block.language == "console"]
    command, _, shown = session.removeprefix("$ amends ").partition("\n")

    result = CliRunner().invoke(app, [*shlex.split(command), "--rules", str(rules), "--jobs", "1"])

    assert (result.exit_code, result.stderr) == (ExitCode.TESTS_FAILED, "")
    assert result.stdout == shown


def test_two_more_tests_leave_no_survivor(rules: Path) -> None:
    """The third day, the fourth, and a customer who paid more: as the page says."""
    file = rules / "flower-stall" / "tests" / "wilted_test.yaml"
    more = """\
  - name: they wilted on the third day
    given: two_days
    with: {amount_paid: 20 EUR, facts: {days: 3}}
    expect: {actions: [{refund: {amount: 12 EUR}}]}
  - name: they lasted four days
    given: two_days
    with: {facts: {days: 4}}
    expect: {never: [refund]}
"""
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")

    result = CliRunner().invoke(app, ["mutate", "flower-stall", "--rules", str(rules), "--jobs", "1"])

    assert (result.exit_code, result.stdout) == (
        ExitCode.OK,
        "flower-stall: 7 mutants: 7 killed, 0 do not compile, 0 the same, 0 waived, 0 survived\n",
    )


def test_every_sort_of_change_is_named() -> None:
    """Those that a waiver may name, and no others."""
    named = [name for row in GUIDE.rows("Would my tests notice?") for name in words(row[0])]

    assert sorted(named) == sorted(Operator)
    assert re.search(r"`check: mutation`", GUIDE.text)
