"""docs/ai-agents.md is true: its agent runs, its tools and options are the server's."""

import re
import shutil
from pathlib import Path
from typing import Final

from amends_client.mcp.__main__ import _parser
from amends_client.mcp.answers import RecoveryAnswer
from amends_client.mcp.tools import AgentTools
from tests.clients.test_readme import USUAL, run
from tests.docs.guide import Guide
from tests.service.recording import recording_server, sqlite_url

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = Guide("ai-agents.md")


def test_its_agent_runs_against_a_real_service(tmp_path: Path) -> None:
    """What a reader copies asks the supervisor first, and is told what not to send."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.text, re.DOTALL)
    shutil.copytree(ROOT / "rules" / "foundation", tmp_path / "rules" / "foundation")
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path)) as running:
        lines = run(code.replace(USUAL, running.target)).splitlines()
    [first] = re.findall(r"It prints `(.*?)` first", GUIDE.text)
    assert lines[0] == first
    assert "ask supervisor for refund 400 USD" in lines
    assert any(line.startswith("We will refund") for line in lines)


def test_every_tool_is_told() -> None:
    """Each of the server's stands in the table, and no other."""
    told = re.findall(r"^\| `(\w+)` \| (?!settled|somebody|a missing|done)", GUIDE.text, re.MULTILINE)
    assert sorted(told) == sorted(name for name in vars(AgentTools) if not name.startswith("_"))


def test_every_list_of_a_decision_is_told() -> None:
    """By the names of its fields."""
    for name in ("may_do_and_promise", "needs_approval", "not_settled", "already_given", "ask_next", "must_not_say"):
        assert name in RecoveryAnswer.model_fields
        assert f"`{name}`" in GUIDE.text


def test_every_option_that_it_names_there_is() -> None:
    """And no other is shown."""
    options = {option for action in _parser()._actions for option in action.option_strings}
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", GUIDE.text)) <= options
