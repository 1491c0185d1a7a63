"""docs/rule-language.md is what the chapters and the product's own tables make."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from amends.domain.facts import FactType
from amends.packs import (
    csv_file,
    folder,
    literals,
    read_amounts,
    read_facts,
    read_granted,
    read_settings,
    read_tables,
    read_texts,
    read_waivers,
    reader,
    table_rules,
    table_sizes,
)
from amends.packs.files import SentFiles
from amends.packs.load import load_rules_with
from tests.docs.guide import Guide, broken_links
from tools.generate_language_reference import anchor
from tools.reference.chapters import prose
from tools.reference.tables import tables, types_of

ROOT = Path(__file__).parents[2]
PAGE = "rule-language.md"


def test_the_committed_page_is_what_the_chapters_make(tmp_path: Path) -> None:
    """Generated, never edited and never stale: `make reference` writes it anew."""
    fresh = tmp_path / PAGE
    command = [sys.executable, "-m", "tools.generate_language_reference", "--out", str(fresh)]
    subprocess.run(command, check=True, cwd=ROOT)

    committed = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    assert fresh.read_text(encoding="utf-8") == committed, "run `make reference`"


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page or a file of the repository."""
    assert broken_links(Guide(PAGE)) == []


def test_headings_are_told_apart() -> None:
    """A link goes to the first of two headings of one name, which nobody means."""
    lines = (ROOT / "docs" / PAGE).read_text(encoding="utf-8").splitlines()
    headings = [line.lstrip("# ") for _, line, is_prose in prose(lines) if is_prose and re.match(r"#+ ", line)]

    assert [heading for heading, count in Counter(map(anchor, headings)).items() if count > 1] == []


def test_every_table_is_asked_for() -> None:
    """And none is left as a mark."""
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")

    assert "<!-- table" not in text
    assert [name for name, make in tables().items() if make() not in text] == []


def test_the_sizes_told_are_those_of_the_loader() -> None:
    """Every figure of the table, in its order."""
    written = [int(figure) for row in Guide(PAGE).rows("Sizes") for figure in re.findall(r"\d+", row[1])]

    assert written == [
        *(reader.LARGEST_FILE, reader.MOST_NODES, reader.DEEPEST),
        folder._MOST_FILES,
        *(csv_file.MOST_ROWS, csv_file.MOST_COLUMNS, read_tables._MOST_COMPARED),
        table_sizes.MOST_ROWS_USED,
        table_rules._MOST_ASKED,
        *(read_texts.LONGEST_TEXT, read_facts.LONGEST_VALUE, read_granted.LONGEST_IDENTIFIER, literals.LONGEST_URL),
        *(read_amounts.LARGEST_PERCENT, read_settings.MOST_AXES, read_waivers.MOST_WAIVERS),
    ]


DECLARED = {
    "boolean": ("{type: boolean}", "true"),
    "integer": ("{type: integer}", "4"),
    "decimal": ("{type: decimal}", "4.5"),
    "money": ("{type: money}", "9.90 USD"),
    "duration": ("{type: duration}", "30m"),
    "date": ("{type: date}", "2026-11-02"),
    "text": ("{type: text}", "DHL"),
    "enum": ("{type: enum, values: [low, mid, high]}", "mid"),
    "ordered enum": ("{type: enum, values: [low, mid, high], ordered: true}", "mid"),
    "set": ("{type: set, values: [a, b]}", "[a]"),
}
"""Of each type a fact, and a value of it."""

AS_WRITTEN = {
    "a value": "VALUE",
    "a list": "[VALUE]",
    "has_any": "{has_any: [a]}",
    "has_all": "{has_all: [a]}",
    "has_none": "{has_none: [a]}",
    "present": "{present: true}",
    "within": "{within: 1d, of: observe_time}",
    "of": "{within: 1d, of: observe_time}",
    "ahead": "{within: 1d, of: observe_time, ahead: true}",
}
"""Conditions that are not written `{operator: value}`."""


@pytest.mark.parametrize("fact_type", DECLARED)
def test_operators_take_the_types_of_their_table(fact_type: str, tmp_path: Path) -> None:
    """What the table names is accepted, everything else is refused."""
    declared, value = DECLARED[fact_type]
    told = types_of()

    accepted = {
        operator: not errors(
            declared, AS_WRITTEN.get(operator, f"{{{operator}: VALUE}}").replace("VALUE", value), tmp_path
        )
        for operator in told
    }

    assert accepted == {operator: types == "all" or fact_type in types.split(", ") for operator, types in told.items()}


def test_every_type_is_tried() -> None:
    """An enum with its order and without."""
    assert {*DECLARED} == {*FactType, "ordered enum"}


def errors(declared: str, asked: str, rules: Path) -> list[str]:
    """What is wrong with a pack of one rule with this condition."""
    pack = f"""\
pack: one
version: 1
title: One condition
facts:
  it: {declared}
rules:
  - id: one
    title: One
    when: {{facts.it: {asked}}}
    then: [apology: {{}}]
"""
    loaded = load_rules_with(rules, SentFiles("one", {"pack.yaml": pack.encode()}))
    return [found.render() for found in loaded.diagnostics["one"]]
