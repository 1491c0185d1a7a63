"""docs/security.md is true: its files are access files, its tables are the code's, its links lead somewhere."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from amends.cli import connection
from amends.domain.identity import Permission
from amends.server.access_file import read_access
from amends.server.permissions import PERMISSIONS
from tests.docs.guide import Guide, broken_links

GUIDE: Final = Guide("security.md")
TOML: Final = re.findall(r"```toml\n(.*?)```", GUIDE.text, re.DOTALL)
_METHOD: Final = re.compile(r"\b(?:[A-Z][a-z]+){2,}|\bDecide\b")
TOKENS: Final = '[[identity]]\nname = "a"\ntokens = ["a"]\npermissions = ["read"]\npolicies = ["*"]\n'


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page or a file of the repository."""
    assert broken_links(GUIDE) == []


@pytest.mark.parametrize("text", TOML)
def test_every_file_it_shows_is_read(tmp_path: Path, text: str) -> None:
    """As it stands; the table of tokens with somebody whose tokens they are."""
    path = tmp_path / "access.toml"
    path.write_text(text if "[[identity]]" in text else text + TOKENS, encoding="utf-8")

    access = read_access(path)

    assert access.keys or access.tokens


def test_what_a_permission_allows_is_what_the_code_allows() -> None:
    """Every method stands under each permission that lets it in."""
    told = {row[0].strip("`"): set(_METHOD.findall(row[1])) for row in GUIDE.rows("What each permission allows")}

    allowed = {one.value: {method for method, wanted in PERMISSIONS.items() if one in wanted} for one in Permission}
    allowed["preview"] = set()  # the same as `decide`, it says
    assert told == allowed


def test_the_variables_of_commands_are_told() -> None:
    """Each by its name."""
    told = " ".join(row[0] for row in GUIDE.rows("Calling a guarded service"))

    for name in (connection.TOKEN, connection.AUTHORITY, connection.CERTIFICATE, connection.KEY):
        assert f"`{name}`" in told


def test_its_python_is_python() -> None:
    """And uses what the client has."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.text, re.DOTALL)

    names = {
        alias.name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert {"AmendsClient", "tls_credentials"} <= names
