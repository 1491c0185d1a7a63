"""How long the policies are: lines that say something, without blank ones and comments."""

import io
import tokenize
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks.peers.cases import POLICIES
from tests.benchmarks.peers.peer import HERE, Peer

_COMMENTS: Final[Mapping[str, str]] = {".yaml": "#", ".yml": "#", ".rego": "#", ".clp": ";", ".cel": "//"}
_NO_CODE: Final = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def of_policies(peer: Peer) -> dict[str, int]:
    """By policy."""
    return {policy: sum(map(_lines, _files(peer, policy))) for policy in POLICIES}


def of_host(peer: Peer) -> int:
    """What it takes in Python to ask the peer, and to do for it what its policies cannot say."""
    return sum(_lines(HERE / name) for name in (f"{peer.stem}_host.py", *peer.helpers))


def _files(peer: Peer, policy: str) -> list[Path]:
    folder = peer.folder
    if (folder / policy).is_dir():
        return sorted(path for path in (folder / policy).rglob("*") if path.is_file())
    return sorted(folder.glob(f"{policy}.*"))


def _lines(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _python_lines(text)
    comment = _COMMENTS.get(path.suffix)
    lines = (line.strip() for line in text.splitlines())
    return sum(1 for line in lines if line and not (comment and line.startswith(comment)))


def _python_lines(text: str) -> int:
    """Lines with code; a string that stands alone is a docstring, and tells no machine anything."""
    found, alone = set[int](), True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _NO_CODE:
            alone = alone or token.type in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
            continue
        if not (alone and token.type == tokenize.STRING):
            found.update(range(token.start[0], token.end[0] + 1))
        alone = False
    return len(found)
