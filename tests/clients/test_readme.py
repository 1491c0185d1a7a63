"""The client's README is true: every example in it runs, against a real server."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "clients" / "amends_client" / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
USUAL = "127.0.0.1:50051"


def run(example: str) -> str:
    """The example in an interpreter of its own, as a reader would run it; any warning fails it."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", example], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0])
def test_every_example_runs_against_a_real_server(example: str, recording_service: str) -> None:
    """What a reader copies works; only the address differs."""
    assert example.count(USUAL) == 1

    assert run(example.replace(USUAL, recording_service)).strip()


def test_the_first_example_gives_a_decision(recording_service: str) -> None:
    """It prints what may be done now, with the words for the customer."""
    # A case of its own: what other examples have given for theirs is remembered.
    first = EXAMPLES[0].replace(USUAL, recording_service).replace("case-1042", "case-of-the-first")
    lines = run(first).splitlines()

    assert "now: refund We delivered late, so you get your shipping fee of 9.90 USD back." in lines


def test_the_first_example_takes_no_more_lines_than_its_title_says() -> None:
    """A helpdesk developer has a decision in ten lines."""
    assert len([line for line in EXAMPLES[0].splitlines() if line.strip()]) <= 10


def test_the_fallback_example_works_without_a_server() -> None:
    """The very example of the section says care where nobody listens."""
    (example,) = [found for found in EXAMPLES if "decide_or_fallback" in found]

    printed = run(example.replace(USUAL, "127.0.0.1:1"))

    assert printed.strip() == "['apology', 'ask_perspective', 'set_expectations', 'assign_owner']"
