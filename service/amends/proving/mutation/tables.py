"""Changes of table files: each row deleted, each cell's values left out, its bounds and amounts moved by one unit."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.facts import FactSpec, FactType
from amends.packs.csv_file import CsvDocument, CsvRow
from amends.packs.model import Pack, Position
from amends.packs.read_tables import VALUE, is_any
from amends.packs.reader import ScalarNode, plain_kind
from amends.proving.mutation.actions import another_word
from amends.proving.mutation.change import Operator
from amends.proving.mutation.units import moved, moved_by_type, moved_number, moved_parameter

_SHARE: Final = re.compile(r"(?P<percent>[^%|]*)(?P<rest>%\s+of\s+\S+)")
_SIGNED: Final = re.compile(r"(?P<sign>>=|<=|>|<)(?P<value>[^<>=]*)")
_ANY: Final = "-"
_NEED: Final = "need"
_ONLY_WHERE_KNOWN: Final = "?"
"""Ends a header under which a cell does not hold where the fact is not known."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A row with another cell, or (None) the row gone."""

    position: Position
    operator: Operator
    words: str
    advice: str
    place: int
    row: CsvRow | None


@dataclass(frozen=True, slots=True)
class TableChanges:
    """The changes of one table. `derives` is the fact whose values it gives; None where it gives actions or amounts."""

    pack: Pack
    currency: str
    derives: FactSpec | None = None

    def of(self, table: CsvDocument) -> Iterator[CellChange]:
        """Row by row: the row itself first. The only row of a table stays."""
        for place, row in enumerate(table.rows):
            number = place + 1
            if len(table.rows) > 1:
                words = f"row {number} of the table is deleted: {', '.join(cell.text for cell in row)}"
                advice = f"a test that only row {number} decides, that expects what it gives"
                yield CellChange(row[0].position, Operator.ROW, words, advice, place, None)
            for column, header in enumerate(table.header):
                for operator, text, advice in self._of_cell(header.text, row[column]):
                    cell = replace(row[column], text=text, kind=plain_kind(text))
                    words = f"row {number}, `{header.text}`: {row[column].text} becomes {text}"
                    changed = (*row[:column], cell, *row[column + 1 :])
                    yield CellChange(cell.position, operator, words, f"{advice} (row {number})", place, changed)

    def _of_cell(self, header: str, cell: ScalarNode) -> Iterator[tuple[Operator, str, str]]:
        """The sort of change, the cell after it, and the test that would notice."""
        if is_any(cell):
            return
        text = cell.text
        spec = self.pack.vocabulary.get(header.removesuffix(_ONLY_WHERE_KNOWN))
        if spec is not None:
            yield from self._of_input(spec, text)
        elif header == _NEED and "|" in text:
            yield from ((Operator.VALUE, fewer, "a test with that need") for fewer in _fewer(text))
        elif header == VALUE:
            yield from self._of_value(text)
        else:
            kind, _, name = header.partition(".")
            yield from self._of_output(kind, name, text)

    def _of_input(self, spec: FactSpec, text: str) -> Iterator[tuple[Operator, str, str]]:
        yield Operator.CONDITION, _ANY, f"a test in which `{spec.path}` is not {text} and all other cells hold"
        sign = "!" if text.startswith("!") else ""
        for fewer in _fewer(text.removeprefix("!")):
            yield Operator.VALUE, f"{sign}{fewer}", f"a test with each value of {spec.path}: {text}"
        for other in _moved_cell(text, lambda value: moved(value, spec, currency=self.currency)):
            yield Operator.BOUND, other, f"a test in which {spec.path} is at the edge of {text}, and one beyond it"

    def _of_value(self, text: str) -> Iterator[tuple[Operator, str, str]]:
        spec = self.derives
        if spec is None:
            yield from self._of_amount(text)
            return
        advice = f"a test in which this row makes {spec.path} {text}, that expects what follows from it"
        words = (
            spec.values if spec.type is FactType.ENUM else ("true", "false") if spec.type is FactType.BOOLEAN else ()
        )
        others = [word for word in words if word != text][:1]
        for other in (*others, *moved_by_type(text, spec.type, currency=self.currency)):
            yield Operator.CASE, other, advice

    def _of_output(self, kind: str, name: str, text: str) -> Iterator[tuple[Operator, str, str]]:
        if kind not in KINDS:
            return
        if name == "amount":
            yield from self._of_amount(text)
            return
        specs = KINDS[ActionKind(kind)].parameters
        spec = next((one for one in specs if one.name == name), None)
        advice = f"a test that expects {kind} with its {name}"
        if spec is not None:
            for other in (
                *moved_parameter(text, spec.type, currency=self.currency),
                *another_word(text, spec, self.pack),
            ):
                yield Operator.PARAMETER, other, advice

    def _of_amount(self, text: str) -> Iterator[tuple[Operator, str, str]]:
        share = _SHARE.fullmatch(text)
        if share is not None:
            for percent in moved_number(share["percent"].strip()):
                yield Operator.AMOUNT, f"{percent}{share['rest']}", "a test that expects the exact amount"
            return
        parts = [part.strip() for part in text.split("|")]
        for place, part in enumerate(parts):
            for other in moved_by_type(part, FactType.MONEY, currency=self.currency):
                changed = "|".join([*parts[:place], other, *parts[place + 1 :]])
                yield Operator.AMOUNT, changed, f"a test that expects the exact amount of {part}"
        for fewer in _fewer(text):
            yield Operator.AMOUNT, fewer, "a test of a case in each currency"


def _fewer(text: str) -> Iterator[str]:
    """`a|b|c` with each left out; one alone stays."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) > 1:
        for place in range(len(parts)):
            yield "|".join([*parts[:place], *parts[place + 1 :]])


def _moved_cell(text: str, of_value: Callable[[str], Iterator[str]]) -> Iterator[str]:
    """A cell that asks for a value, a bound or a range, with each number in it one unit up and down."""
    bounds = list(_SIGNED.finditer(text))
    if bounds and bounds[0].start() == 0:
        for bound in bounds:
            for other in of_value(bound["value"].strip()):
                yield f"{text[: bound.start('value')]}{other} {text[bound.end('value') :]}".strip()
        return
    low, dots, high = text.partition("..")
    if dots:
        yield from (f"{other}..{high.strip()}" for other in of_value(low.strip()))
        yield from (f"{low.strip()}..{other}" for other in of_value(high.strip()))
