"""The schema of mappings says what `amends rescore` says: of what the guide shows, and of every key of every type."""

from itertools import product
from typing import Final

import pytest

from amends.domain.facts import FactType
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.rescoring.read_column import KEYS
from amends.rescoring.read_mapping import read_mapping
from tests.docs.guide import Guide, words
from tests.schemas.reading import ROOT, problems, read

GUIDE: Final = Guide("rescoring.md")
PACK: Final = load_pack(ROOT / "rules", "retail")
FACTS: Final = {
    FactType.BOOLEAN: "obvious_mistake",
    FactType.INTEGER: "incident.affected_customers",
    FactType.MONEY: "amount_paid",
    FactType.DURATION: "waited",
    FactType.DATE: "observe_time",
    FactType.TEXT: "customer.country",
    FactType.ENUM: "severity",
    FactType.SET: "requested",
}
"""A fact of each type that a built-in one has."""
SAID: Final = {
    "unit": "minor",
    "currency": "EUR",
    "currency_column": "k",
    "decimal": "','",
    "thousands": "' '",
    "format": "'%d.%m.%Y'",
    "timezone": "Europe/Berlin",
    "ambiguous": "later",
    "separator": "';'",
}
WRONG: Final = (
    "case_id: {colum: id}",
    "case_id: [a]",
    "severityy: {column: a}",
    "severity: {colunm: a}",
    "severity: hihg",
    "amount_paid: {column: c, unit: minro}",
    "amount_paid: {column: c, currency: EURO}",
    "observe_time: {column: d, ambiguous: both}",
    "customer: {country: {column: e, unit: minutes}}",
    "customer: {name: {column: e}}",
    "granted: [{amount: {column: f}}]",
    "granted: [{kind: refnd}]",
    "granted: [{kind: entitlement, amount: {column: g}}]",
    "granted: [{kind: refund, given: true}]",
    "granted: [{kind: {column: k}, parameters: {kind: credit}}]",
    "granted: {kind: refund}",
    "csv: {delimiter: ab}",
    "csv: {delimeter: ';'}",
    "csv: ';'",
)
BEYOND: Final = ("csv: {encoding: latin-99}", "observe_time: {column: d, timezone: Mars/Base}", "facts: {no_such: 1}")
"""What is wrong with these is in no table of the language."""


def is_taken(text: str) -> bool:
    """Whether `amends rescore` takes the mapping."""
    try:
        read_mapping(text, file="m.yaml", pack=PACK)
    except PackError:
        return False
    return True


def is_valid(text: str) -> bool:
    return not problems("mapping", read(text.encode()))


def entry(path: str, value: str) -> str:
    group, _, name = path.rpartition(".")
    return f"case_id: {{column: id}}\n{group}: {{{name}: {value}}}" if group else f"case_id: a\n{path}: {value}"


def test_the_mapping_of_the_guide_is_valid() -> None:
    """What readers copy, their editor does not mark."""
    (block,) = [block for block in GUIDE.blocks() if block.file == "mapping.yaml"]

    assert problems("mapping", read(block.text.encode())) == []


@pytest.mark.parametrize("row", GUIDE.rows("How values are read"), ids=lambda row: f"{row[0]} {row[2]}")
def test_every_way_to_read_a_cell_is_valid(row: tuple[str, ...]) -> None:
    """Of the guide's table."""
    fact, said = (words(one)[0] if words(one) else "" for one in row[:2])
    column = ", ".join(part for part in ("column: cell", said) if part)

    assert problems("mapping", read(entry(fact, f"{{{column}}}").encode())) == []


@pytest.mark.parametrize(("of", "key"), [*product(FACTS, SAID)])
def test_each_key_belongs_to_the_same_types(of: FactType, key: str) -> None:
    """To the editor as to the command."""
    said = "hours" if (of, key) == (FactType.DURATION, "unit") else SAID[key]
    text = entry(FACTS[of], f"{{column: c, {key}: {said}}}")

    assert is_valid(text) == is_taken(text) == (key in KEYS[of])


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_marked(line: str) -> None:
    """What the command refuses, as far as it lies in the file alone."""
    text = line if line.startswith("case_id") else f"case_id: {{column: id}}\n{line}"

    assert (is_taken(text), is_valid(text)) == (False, False)


@pytest.mark.parametrize("line", BEYOND)
def test_what_a_schema_cannot_know_is_left_to_the_command(line: str) -> None:
    """Zones, encodings, and the facts of one pack."""
    text = f"case_id: {{column: id}}\n{line}"

    assert (is_taken(text), is_valid(text)) == (False, True)
