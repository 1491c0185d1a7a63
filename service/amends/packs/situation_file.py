"""Reads a situation from a file's text, YAML or JSON, with every problem told at once.

A case file is a situation with a heading (`title`, `policy`, `role`, `outcome`) beside `situation:`; a file without
that key is a bare situation. The heading needs no pack: it says under which policy the situation is to be read.
"""

from dataclasses import dataclass
from typing import Final

from amends.domain.decision import Outcome
from amends.domain.situation import Situation
from amends.packs.diagnostics import PackError
from amends.packs.findings import Findings, nearest
from amends.packs.model import Pack, Position
from amends.packs.read_granted import known
from amends.packs.read_situation import SituationReader
from amends.packs.reader import MapNode, Node, read_yaml
from amends.packs.shapes import check_keys, mapping, scalar

HEADING_KEYS: Final = ("title", "policy", "role", "outcome", "situation")


@dataclass(frozen=True, slots=True)
class CaseHeading:
    """What a case file says beside its situation; empty or None: not said. `outcome` is what its writer expects."""

    title: str = ""
    policy: str = ""
    role: str = ""
    outcome: Outcome | None = None


def read_heading(text: str, *, file: str) -> CaseHeading:
    """The heading of a case file, empty for a bare situation; PackError where it is wrong."""
    findings = Findings()
    root = _root(text, file, findings)
    heading = CaseHeading()
    if root is not None and root.get("situation") is None:
        _refuse_heading(root, findings)
    elif root is not None:
        check_keys(root, HEADING_KEYS, findings, what="a case file")
        heading = CaseHeading(
            title=_text(root, "title", findings),
            policy=_text(root, "policy", findings),
            role=_text(root, "role", findings),
            outcome=read_outcome(known(root, "outcome"), findings),
        )
    _raise_if_failed(findings)
    return heading


def _refuse_heading(root: MapNode, findings: Findings) -> None:
    """A heading without a situation: the facts beside it would each be refused as something that no case file has."""
    written = [key for key in map(root.key, HEADING_KEYS) if key is not None]
    if written:
        message = f"a file with {written[0].text!r} is a case file, and that needs `situation:`"
        findings.error(written[0].position, "missing-key", message, "put the facts below `situation:`, indented")


def read_situation(text: str, *, file: str, pack: Pack, default_observe_time: int) -> Situation:
    """The situation of a case file or of a bare situation; PackError with everything wrong with it."""
    findings = Findings()
    root = _root(text, file, findings)
    situation = None
    if root is not None:
        inner = root.get("situation")
        node = root if inner is None else mapping(inner, "`situation`", findings)
        if node is not None:
            reader = SituationReader(pack, findings, default_observe_time=default_observe_time)
            situation = reader.read(node)
    _raise_if_failed(findings)
    assert situation is not None  # a reader that gave nothing has recorded why
    return situation


def read_outcome(node: Node | None, findings: Findings) -> Outcome | None:
    """The outcome that a case or a test expects; None where none is written."""
    found = scalar(node, "`outcome`", findings) if node is not None else None
    if found is None:
        return None
    if found.text in list(Outcome):
        return Outcome(found.text)
    findings.error(found.position, "unknown-value", f"{found.text[:60]!r} is no outcome", nearest(found.text, Outcome))
    return None


def _root(text: str, file: str, findings: Findings) -> MapNode | None:
    document = read_yaml(text.encode("utf-8", "surrogateescape"), file)
    document.register(findings)
    if document.root is not None:
        return mapping(document.root, "a situation", findings)
    if not findings.failed:
        # An empty text is a mistake of the shell far more often than a case of which nothing is known.
        findings.error(Position(file, 1, 1), "empty", "there is nothing to read", "write a situation, at least {}")
    return None


def _text(root: MapNode, key: str, findings: Findings) -> str:
    node = known(root, key)
    found = scalar(node, f"`{key}`", findings) if node is not None else None
    return "" if found is None else found.text


def _raise_if_failed(findings: Findings) -> None:
    if findings.failed:
        raise PackError(findings.shown())
