"""The README is true: its rule stands in the pack, its situation gives the decision shown, its client code runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.running import RunningServer

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def timeless(output: str) -> list[str]:
    """Output without what differs from run to run: id and time. The digest stays: the pack shown is the one here."""
    output = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", output)
    output = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME", output)
    return [line.rstrip() for line in output.strip().splitlines()]


def test_the_rule_is_the_packs() -> None:
    """The rule shown stands in the starter pack, word for word."""
    rule, _ = blocks("yaml")

    assert rule in (ROOT / "rules" / "starter" / "pack.yaml").read_text(encoding="utf-8")


def amends(*arguments: str) -> list[str]:
    """What the command prints, run where the README stands."""
    done = subprocess.run(
        [sys.executable, "-m", "amends", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return timeless(done.stdout)


def test_the_situation_gives_the_decision_shown(tmp_path: Path) -> None:
    """What the command prints is what the reader was told it prints."""
    _, situation = blocks("yaml")
    (shown,) = blocks("text")
    case = tmp_path / "late.yaml"
    case.write_text(situation, encoding="utf-8")

    assert amends("decide", str(case), "--policy", "starter") == timeless(shown)


def test_the_explanation_is_the_one_shown(tmp_path: Path) -> None:
    """Of the same situation, with the line that the sentence above it adds."""
    _, situation = blocks("yaml")
    (session,) = blocks("console")
    (added,) = re.findall(r"With `([^`]+)` in the situation above", README)
    command, _, shown = session.removeprefix("$ amends ").partition("\n")
    case = tmp_path / "late.yaml"
    case.write_text(f"{situation}{added}\n", encoding="utf-8")

    assert amends(*command.replace("late.yaml", str(case)).split()) == timeless(shown)


def test_the_client_example_runs() -> None:
    """The ten lines get a decision from a real server."""
    (example,) = blocks("python")
    with RunningServer("--rules", str(ROOT / "rules")) as running:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", example.replace("127.0.0.1:50051", running.target)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    assert "now: refund We delivered late, so you get your shipping fee of 9.90 USD back." in done.stdout


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_somewhere(target: str) -> None:
    """A relative link names a file or folder of this repository."""
    assert (ROOT / target).exists()
