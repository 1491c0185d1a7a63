"""docs/reply-check.md is true: its example runs, its phrases load, its laws are the code's."""

import re
import shutil
from pathlib import Path
from typing import Final

from amends.packs.load import load_rules
from amends.packs.reply_words import ReplyLaw
from tests.clients.test_readme import USUAL, run
from tests.docs.guide import Guide
from tests.service.running import RunningServer

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = Guide("reply-check.md")


def test_its_example_runs_against_a_real_server(tmp_path: Path) -> None:
    """What a reader copies works, and finds what the text says."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.text, re.DOTALL)
    shutil.copytree(ROOT / "rules" / "foundation", tmp_path / "foundation")
    with RunningServer("--rules", str(tmp_path)) as running:
        printed = run(code.replace(USUAL, running.target))
    assert "amount_not_held REPLY_SEVERITY_ERROR" in printed
    assert "next-step-missing REPLY_SEVERITY_WARNING" in printed


def test_every_law_is_told() -> None:
    """Each stands in the table, and nothing else does."""
    assert re.findall(r"^\| `(\w+)` \|", GUIDE.text, re.MULTILINE) == [law.value for law in ReplyLaw]


def test_its_phrases_are_phrases(tmp_path: Path) -> None:
    """The file that it shows is read as it stands."""
    [phrases] = re.findall(r"```yaml\n(.*?)```", GUIDE.text, re.DOTALL)
    folder = tmp_path / "shop"
    (folder / "replies").mkdir(parents=True)
    guardrail = "guardrails: [{id: no-eta, never: a time, instead: the next word}]"
    (folder / "pack.yaml").write_text(f"pack: shop\nversion: 1\ntitle: A shop\ncurrency: USD\n{guardrail}\n")
    (folder / "replies" / "en.yaml").write_text(phrases)
    loaded = load_rules(tmp_path)
    assert [found.render() for found in loaded.diagnostics["shop"]] == []
    [words] = loaded.packs["shop"].replies
    assert words.never[0].says == ((("will be",), ("fixed", "restored"), ("by #",)),)
