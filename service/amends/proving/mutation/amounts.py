"""Changes of amounts: money by a minor unit, percentages by their last digit, and what an amount is chosen from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amends.domain.facts import FactType
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode
from amends.proving.mutation.change import (
    Change,
    Operator,
    dropped_values,
    keyed_changes,
    listed_changes,
    scalar_like,
    taken_out,
)
from amends.proving.mutation.units import moved_by_type, moved_number


@dataclass(frozen=True, slots=True)
class AmountChanges:
    """The changes of one amount, called `what`; bare money is of `currency`."""

    what: str
    currency: str
    operator: Operator = Operator.AMOUNT

    @property
    def _advice(self) -> str:
        return f"a test that expects {self.what} to the minor unit"

    def of(self, node: Node) -> Iterator[Change]:
        """Of a literal, a list of one a currency, or a mapping, whose other keys are left alone."""
        match node:
            case MapNode():
                yield from keyed_changes(node, self._keyed)
            case ListNode():
                yield from dropped_values(
                    node,
                    self.operator,
                    what=self.what,
                    advice=lambda word: f"a test of a case in the currency of {word}",
                )
                yield from listed_changes(node, self.of)
            case ScalarNode(text):
                yield from self._moved(node, moved_by_type(text, FactType.MONEY, currency=self.currency))

    def _keyed(self, key: str, value: Node) -> Iterator[Change]:
        match key, value:
            case "amount", _:
                yield from self.of(value)
            case "percent", ScalarNode(text):
                yield from self._moved(value, moved_number(text))
            case "per", ScalarNode(text):
                yield taken_out(value.position, self.operator, what=f"{self.what}: `per: {text}`", advice=self._advice)
            case (("lowest" | "highest"), _):
                what = f"{self.what}, the {key}"
                yield from dropped_values(value, self.operator, what=what, advice=lambda _: self._advice)
                yield from listed_changes(value, self.of)
            case _:
                return

    def _moved(self, item: Node, texts: Iterable[str]) -> Iterator[Change]:
        if isinstance(item, ScalarNode):
            for text in texts:
                words = f"{self.what}: {item.text} becomes {text}"
                yield Change(item.position, self.operator, words, self._advice, scalar_like(item, text))
