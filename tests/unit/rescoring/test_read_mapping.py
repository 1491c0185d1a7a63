"""A mapping is read with everything that is wrong with it told at once, each with its line and a way to mend it."""

from pathlib import Path

import pytest

from amends.domain.money import Money
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.rescoring.mapping import Ambiguous, CsvForm, FromColumn, MappedGrant
from amends.rescoring.read_mapping import by_name, read_mapping

PACK = load_pack(Path(__file__).parents[3] / "rules", "retail")


def problems(text: str) -> list[tuple[int, str, str]]:
    """Line, code and hint of each."""
    with pytest.raises(PackError) as found:
        read_mapping(text, file="m.yaml", pack=PACK)
    return [(one.position.line, one.code, one.hint) for one in found.value.diagnostics]


def test_all_that_is_wrong_is_told_at_once() -> None:
    """By line, with what was probably meant."""
    text = """\
case_id: {colum: id}
severityy: {column: a}
fault: {column: b, values: {x: compny}}
amount_paid: {column: c, unit: minro, currency: EURO}
observe_time: {column: d, format: "%Q", timezone: Mars/Base}
customer: {country: {column: e, unit: minutes}}
granted:
  - {amount: {column: f}}
  - {kind: refnd}
  - {kind: entitlement, amount: {column: g}}
  - {kind: refund, given: true}
"""

    found = problems(text)

    assert {line for line, _, _ in found} == {1, 2, 3, 4, 5, 6, 8, 9, 10, 11}
    hints = {line: hint for line, _, hint in found}
    assert hints[2] == "did you mean 'severity'?"
    assert hints[3] == "did you mean 'company'?"
    assert hints[9] == "did you mean 'refund'?"
    assert [code for line, code, _ in found if line == 4] == ["wrong-value", "wrong-value"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a list\n", "a: [\n"])
def test_what_is_no_mapping_is_told(text: str) -> None:
    """Also an empty file, and what is no YAML."""
    assert problems(text)


def test_columns_constants_and_what_was_given_are_read() -> None:
    """As they are written."""
    mapped = read_mapping(
        """\
case_id: {column: id}
severity: high
amount_paid: {column: paid, currency_column: money}
granted:
  - {kind: refund, amount: {column: back, unit: minor, currency: EUR}}
  - {kind: goodwill, amount: 5 EUR, given: {column: voucher}, parameters: {kind: credit}}
""",
        file="m.yaml",
        pack=PACK,
    )

    assert mapped.facts["severity"].source == "high"
    assert mapped.names["case_id"].source == FromColumn("id")
    assert mapped.granted == (
        MappedGrant("refund", amount=FromColumn("back", unit="minor", currency="EUR")),
        MappedGrant("goodwill", amount=Money("EUR", 500), given=FromColumn("voucher"), parameters={"kind": "credit"}),
    )
    assert mapped.columns == ("paid", "money", "id", "back", "voucher")


def test_how_a_file_is_written_is_read() -> None:
    """What parts its cells, its encoding, and which of two moments its clocks mean; unsaid, nobody guesses."""
    text = "case_id: {column: id}\nobserve_time: {column: seen, ambiguous: later}\n"

    said = read_mapping(text + 'csv: {delimiter: "\\t", encoding: windows-1252}\n', file="m.yaml", pack=PACK)
    half = read_mapping(text.replace(", ambiguous: later", "") + "csv: {encoding: utf-16}\n", file="m.yaml", pack=PACK)

    assert (said.csv, half.csv) == (CsvForm("\t", "windows-1252"), CsvForm(",", "utf-16"))
    assert said.facts["observe_time"].source == FromColumn("seen", ambiguous=Ambiguous.LATER)
    assert half.facts["observe_time"].source == FromColumn("seen", ambiguous=Ambiguous.REJECT)
    assert read_mapping(text, file="m.yaml", pack=PACK).csv is None


def test_that_nothing_was_given_can_be_said() -> None:
    """An empty list is a word, and not silence."""
    text = "case_id: {column: id}\n"
    assert read_mapping(text, file="m.yaml", pack=PACK).granted is None
    assert read_mapping(text + "granted: []\n", file="m.yaml", pack=PACK).granted == ()


def test_without_a_mapping_names_are_what_counts() -> None:
    """Columns that bear no name of a fact are left alone."""
    mapped = by_name(["case_id", "severity", "colour"], PACK)

    assert (tuple(mapped.names), tuple(mapped.facts)) == (("case_id",), ("severity",))
