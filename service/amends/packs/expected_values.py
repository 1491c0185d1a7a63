"""Reads the single values of an expectation: names that must exist in the pack, amounts, moments, yes or no.

Each answers None, or leaves out what is wrong, after telling it.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from amends.domain.facts import Value
from amends.domain.money import Money
from amends.packs.findings import nearest
from amends.packs.literals import LiteralError, read_boolean, read_date, read_money, read_value
from amends.packs.model import Pack
from amends.packs.reader import Node, ScalarNode
from amends.packs.shapes import Context, mapping, scalar, words

T = TypeVar("T")


class ExpectedValues:
    """Reads values of one file under one pack."""

    __slots__ = ("_context", "_findings", "_pack")

    def __init__(self, pack: Pack, context: Context) -> None:
        self._pack = pack
        self._context = context
        self._findings = context.findings

    def boolean(self, node: Node | None, what: str) -> bool | None:
        """`true` or `false`."""
        return self._literal(node, what, read_boolean)

    def money(self, node: Node | None, what: str) -> Money | None:
        """An amount, without a currency in the pack's."""
        return self._literal(node, what, lambda found: read_money(found.text, currency=self._pack.currency))

    def moment(self, node: Node | None, what: str) -> int | None:
        """A date or a moment, in nanoseconds."""
        return self._literal(node, what, lambda found: read_date(found.text, self._context.conventions.timezone))

    def text(self, node: Node | None, what: str) -> str | None:
        """Words for people; `""` says that there are none."""
        if isinstance(node, ScalarNode) and not node.is_null and not node.text:
            return ""
        return self._literal(node, what, lambda found: found.text)

    def rules(self, node: Node | None, what: str) -> tuple[str, ...]:
        """Rules of the pack."""
        return self.names(node, what, self.rule_ids())

    def rule_ids(self) -> tuple[str, ...]:
        """The rules that there are."""
        return tuple(rule.rule_id for rule in self._pack.rules)

    def facts(self, node: Node | None, what: str) -> tuple[str, ...]:
        """Facts that the pack knows."""
        return self.names(node, what, self._pack.vocabulary.specs)

    def fact(self, node: Node | None, what: str) -> str | None:
        """One of them."""
        return self.name(node, what, self._pack.vocabulary.specs)

    def derived(self, node: Node | None) -> tuple[tuple[str, Value | None], ...]:
        """Values of derived facts; None where `null` says that one stays missing."""
        found = mapping(node, "`derived`", self._findings) if node is not None else None
        known = tuple(derive.path for derive in self._pack.derives)
        read: list[tuple[str, Value | None]] = []
        for key, value in found.entries if found is not None else ():
            if not self.is_known(key, "derived", known):
                continue
            missing = isinstance(value, ScalarNode) and value.is_null
            spec = self._pack.vocabulary.specs[key.text]
            told = None if missing else read_value(value, spec, self._context.conventions, self._findings)
            if missing or told is not None:
                read.append((key.text, told))
        return tuple(read)

    def names(self, node: Node | None, what: str, known: Iterable[str]) -> tuple[str, ...]:
        """Some of the names that there are, as a list."""
        known = tuple(known)
        found = words(node, f"`{what}`", self._findings)
        return tuple(word.text for word in found if self.is_known(word, what, known))

    def name(self, node: Node | None, what: str, known: Iterable[str]) -> str | None:
        """One of the names that there are."""
        found = scalar(node, f"`{what}`", self._findings) if node is not None else None
        return found.text if found is not None and self.is_known(found, what, tuple(known)) else None

    def is_known(self, word: ScalarNode, what: str, known: tuple[str, ...]) -> bool:
        """Whether a name exists; told where it does not, so that no test passes by a misspelling."""
        if word.text in known:
            return True
        message = f"`{what}` names {word.text[:60]!r}, which the pack does not have"
        self._findings.error(word.position, "unknown-name", message, nearest(word.text, known))
        return False

    def _literal(self, node: Node | None, what: str, read: Callable[[ScalarNode], T]) -> T | None:
        found = scalar(node, f"`{what}`", self._findings) if node is not None else None
        if found is None:
            return None
        try:
            return read(found)
        except LiteralError as error:
            self._findings.error(found.position, error.code, f"{what}: {error.message}", error.hint)
            return None
