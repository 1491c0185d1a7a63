"""The shapes that readers of sections ask for: a mapping with known keys, a list, a text, a name. Wrong ones are told.

Each function answers None (or nothing) where the node has another shape, and then the finding is recorded.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from amends.domain.facts import FactSpec, Vocabulary
from amends.packs.csv_file import Tables
from amends.packs.findings import Findings, nearest
from amends.packs.literals import Conventions
from amends.packs.model import CustomAction
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode, describe

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader of a rule must know: the names of the flattened pack, and how its own pack means literals."""

    vocabulary: Vocabulary
    teams: tuple[str, ...]
    conventions: Conventions
    findings: Findings
    calendars: tuple[str, ...] = ()
    actions: Mapping[str, CustomAction] = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)

    def fact(self, node: ScalarNode) -> FactSpec | None:
        """The fact that a node names."""
        spec = self.vocabulary.get(node.text)
        if spec is None:
            paths = tuple(self.vocabulary.specs)
            own = f"facts.{node.text}"
            hint = f"did you mean {own!r}?" if own in paths else nearest(node.text, paths)
            self.findings.error(node.position, "unknown-fact", f"there is no fact {node.text[:100]!r}", hint)
        return spec


def mapping(node: Node, what: str, findings: Findings) -> MapNode | None:
    """The node as a mapping."""
    if isinstance(node, MapNode):
        return node
    findings.error(node.position, "wrong-shape", f"{what} is a mapping, not {describe(node)}")
    return None


def items(node: Node | None, what: str, findings: Findings) -> tuple[Node, ...]:
    """The items of a list; none for a node that is not there."""
    if isinstance(node, ListNode):
        return node.items
    if node is not None:
        findings.error(node.position, "wrong-shape", f"{what} is a list, not {describe(node)}")
    return ()


def words(node: Node | None, what: str, findings: Findings) -> tuple[ScalarNode, ...]:
    """The items of a list of scalars, each once; none for a node that is not there."""
    found: dict[str, ScalarNode] = {}
    for item in items(node, what, findings):
        if not isinstance(item, ScalarNode) or item.is_null:
            findings.error(item.position, "wrong-shape", f"{what} holds words, not {describe(item)}")
        elif item.text in found:
            findings.error(item.position, "repeated", f"{item.text[:60]!r} stands twice in {what}", "keep one of them")
        else:
            found[item.text] = item
    return tuple(found.values())


def scalar(node: Node, what: str, findings: Findings) -> ScalarNode | None:
    """The node as a single value that is not empty."""
    if isinstance(node, ScalarNode) and not node.is_null and node.text.strip():
        return node
    findings.error(node.position, "wrong-shape", f"{what} is a single value, not {describe(node)}")
    return None


def name(node: Node, what: str, findings: Findings) -> str | None:
    """The node as an identifier: lower case letters, digits, - and _."""
    found = scalar(node, what, findings)
    if found is None:
        return None
    if NAME.fullmatch(found.text):
        return found.text
    hint = "lower case letters, digits, - and _, a letter first"
    findings.error(node.position, "bad-name", f"{found.text[:60]!r} cannot name {what}", hint)
    return None


def check_keys(
    node: MapNode,
    known: Iterable[str],
    findings: Findings,
    *,
    what: str,
) -> None:
    """Tell every key that is not `known`."""
    known = tuple(known)
    for key, value in node.entries:
        if key.text not in known:
            message = f"{what} has no key {key.text[:60]!r}"
            findings.error(key.position, "unknown-key", message, torn_text(key, value) or nearest(key.text, known))


def torn_text(key: ScalarNode, value: Node) -> str:
    """The hint for a key of several words and no value: most often the rest of a text that a comma cut in two."""
    torn = isinstance(value, ScalarNode) and value.is_null and " " in key.text
    return "inside of { } a text with a comma needs quotes" if torn else ""


def missing(node: Node, key: str, what: str, findings: Findings) -> None:
    """Tell that a required key is not there."""
    findings.error(node.position, "missing-key", f"{what} lacks {key!r}")
