"""One style for every YAML file of a policy: what `amends fmt` writes. It changes how a file looks, never what it says.

That is not taken on trust: the result is read again, and where it says anything else, or lost a comment, it is refused.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from amends.packs.diagnostics import PackError
from amends.packs.findings import Findings
from amends.packs.format_tree import Block, CannotFormatError, Leaf, Remark, Source, Tree, read_tree
from amends.packs.format_write import Place, in_order, write_tree
from amends.packs.model import Position
from amends.packs.pack_test_file import REPLY_TEST_KEYS, TEST_KEYS
from amends.packs.read_derives import DERIVE_KEYS
from amends.packs.read_holds import HOLD_KEYS
from amends.packs.read_limits import LIMIT_KEYS, REQUIREMENT_KEYS
from amends.packs.read_replies import MISSING_KEYS, NEVER_KEYS, PROMISE_KEYS
from amends.packs.read_rules import BECAUSE_KEYS, RULE_KEYS
from amends.packs.read_sections import GUARDRAIL_KEYS
from amends.packs.read_waivers import WAIVER_KEYS
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode, read_yaml

_RARE_BREAKS: Final = ("\x85", "\u2028", "\u2029")
_ORDERS: Final[Mapping[Place, Sequence[str]]] = MappingProxyType(
    {
        ("rules", "*"): RULE_KEYS,
        ("rules", "*", "because"): BECAUSE_KEYS,
        ("rules", "*", "hold"): HOLD_KEYS,
        ("derive", "*"): DERIVE_KEYS,
        ("derive", "*", "cases", "*"): ("when", "value"),
        ("guardrails", "*"): GUARDRAIL_KEYS,
        ("limits", "*"): LIMIT_KEYS,
        ("requires", "*"): REQUIREMENT_KEYS,
        ("waive", "*"): WAIVER_KEYS,
        ("tests", "*"): TEST_KEYS,
        ("replies", "*"): REPLY_TEST_KEYS,
        ("never", "*"): NEVER_KEYS,
        ("missing", "*"): MISSING_KEYS,
        ("promises", "*"): PROMISE_KEYS,
    }
)
"""Where the order of keys means nothing, the language's. That of conditions, facts and locales means something; that of
settings, parameters and expectations is the writer's to choose."""


def format_yaml(data: bytes, file: str) -> str:
    """The file in the one style. PackError where it cannot be read, or not be written otherwise without a loss."""
    document = read_yaml(data, file)
    findings = Findings()
    document.register(findings)
    if findings.failed:
        raise PackError(findings.sorted())
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    if any(line_break in text for line_break in _RARE_BREAKS):
        raise _refused(findings, file, "a line break of a rare kind (U+0085, U+2028, U+2029)")
    try:
        source = read_tree(text)
        result = write_tree(source, _order)
    except CannotFormatError as error:
        raise _refused(findings, file, str(error)) from None
    again = read_yaml(result.encode(), file)
    same = not again.diagnostics and _canonical(again.root, ()) == _canonical(document.root, ())
    if not same or _comments(read_tree(result)) != _comments(source):
        raise _refused(findings, file, "it would not say the same in the one style")
    return result


def _order(place: Place) -> Sequence[str]:
    return _ORDERS.get(place, ())


def _refused(findings: Findings, file: str, why: str) -> PackError:
    findings.error(Position(file, 1, 1), "not-formatted", f"left as it is: {why}", "write that part more plainly")
    return PackError(findings.sorted())


def _canonical(node: Node | None, place: Place) -> Node | None:
    """The node with its keys in order, as far as their order means nothing."""
    match node:
        case ListNode(items, at):
            return ListNode(tuple(found for item in items if (found := _canonical(item, (*place, "*")))), at)
        case MapNode(entries, at):
            chosen = [entries[index] for index in in_order([key.text for key, _ in entries], _order(place))]
            inside = [(key, _canonical(value, (*place, key.text))) for key, value in chosen]
            return MapNode(tuple((key, value) for key, value in inside if value is not None), at)
        case ScalarNode() | None:
            return node


def _comments(source: Source) -> Counter[str]:
    """How often each comment is written."""
    remarks = [*source.head, *source.foot, *(_remarks(source.root) if source.root is not None else ())]
    return Counter(remark.text for remark in remarks if remark.text)


def _remarks(tree: Tree) -> Iterator[Remark]:
    match tree:
        case Leaf(trail=trail):
            if trail is not None:
                yield trail
        case Block(entries=entries, tail=tail):
            for entry in entries:
                yield from entry.leading
                yield from entry.inner
                for part in (entry.key, entry.value):
                    if part is not None:
                        yield from _remarks(part)
            yield from tail
