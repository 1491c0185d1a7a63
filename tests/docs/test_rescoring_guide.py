"""docs/rescoring.md is true: its command, its columns, its keys and options, and what cells mean."""

import json
import re
import shlex
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer.main
from typer.testing import CliRunner

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.domain.decision import ObligationKind, Outcome
from amends.domain.facts import Value
from amends.packs.load import load_pack
from amends.rescoring.changed_columns import CHANGED
from amends.rescoring.convert import Converter
from amends.rescoring.mapping import FromColumn
from amends.rescoring.output_file import OUTPUT
from amends.rescoring.read_column import ALWAYS, KEYS
from amends.rescoring.read_mapping import read_mapping
from amends.rescoring.scored import ACTION, CUT, OBLIGATION
from tests.docs.guide import Guide, broken_links, words

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = Guide("rescoring.md")
PACK: Final = load_pack(ROOT / "rules", "retail")
STRUCTS: Final = {"actions": "list of actions", "cuts": "list of cuts", "obligations": "list of obligations"}
CHANGES: Final = {"changes": "list of changes", "fell_due": "list of promises"}


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page or a file of the repository."""
    assert broken_links(GUIDE) == []


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the first command prints, run where the reader runs it, and its output."""
    command, _, _ = _session()
    out = tmp_path_factory.mktemp("decided") / "decided.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        result = CliRunner().invoke(app, shlex.split(command.replace("decided.parquet", str(out))))
    assert result.exit_code == ExitCode.OK, result.stderr
    return result.stdout.replace(str(out), "decided.parquet"), out


def _session() -> tuple[str, str, str]:
    (session,) = [block.text for block in GUIDE.blocks() if block.language == "console"]
    return session.removeprefix("$ amends ").partition("\n")


def test_the_first_command_prints_what_is_shown(decided: tuple[str, Path]) -> None:
    """But for the version of the pack, which goes on; and the rejected row is told as it is."""
    printed, out = decided
    by = f"pack retail {PACK.version}, digest {PACK.digest}"
    assert printed == re.sub(r"pack retail \S+, digest [0-9a-f]{64}", by, _session()[2])

    shown = next(block.text for block in GUIDE.blocks() if block.language == "json")
    rejects = [json.loads(line) for line in out.with_name(out.name + ".rejects.jsonl").read_text("utf-8").splitlines()]
    told = [{name: one[name] for name in ("position", "reasons")} for one in rejects]
    assert json.loads(shown) in told
    assert len(told) == 2


def test_the_mapping_that_is_shown_can_be_read() -> None:
    """Without a word of complaint; what it names is what it maps."""
    (block,) = [block for block in GUIDE.blocks() if block.file == "mapping.yaml"]

    mapped = read_mapping(block.text, file="mapping.yaml", pack=PACK)

    assert set(mapped.columns) == {"ticket", "order", "reason", "paid", "currency", "days late", "voucher"}
    assert len(mapped.granted or ()) == 1


def test_all_keys_of_a_column_are_told() -> None:
    """None that there is not, and none left out."""
    assert set(GUIDE.keys("Of a column")) == {*ALWAYS, *(key for keys in KEYS.values() for key in keys)}


@pytest.mark.parametrize("row", GUIDE.rows("How values are read"), ids=lambda row: f"{row[0]} {row[2]}")
def test_cells_are_read_as_shown(row: tuple[str, ...]) -> None:
    """By the mapping that stands beside each; what it comes to is what a situation file says so."""
    fact, said, cell, value = (words(one)[0] if words(one) else "" for one in row)
    column = ", ".join(part for part in ("column: cell", said) if part)

    assert _value(fact, f"{{{column}}}", cell) == _value(fact, value, "")


def _value(fact: str, written: str, cell: str) -> Value | None:
    group, _, name = fact.rpartition(".")
    entry = f"{group}: {{{name}: {written}}}" if group else f"{fact}: {written}"
    mapped = read_mapping(f"case_id: {{column: case}}\n{entry}\n", file="mapping.yaml", pack=PACK).facts[fact]
    if not isinstance(mapped.source, FromColumn):
        return mapped.source
    read, problems = Converter(mapped.spec, mapped.source, PACK).convert({"cell": pa.array([cell])})
    assert not problems
    return read.value(0)


def test_the_columns_of_the_output_are_those_that_are_told(decided: tuple[str, Path]) -> None:
    """Names, order and types, of the file itself and of what is read back."""
    told = [(name.strip("`"), kind) for name, kind, *_ in GUIDE.rows("The output")]

    assert told == _told(OUTPUT, STRUCTS)
    assert told == _told(pq.read_schema(decided[1]), STRUCTS)


def test_the_values_of_closed_columns_are_told() -> None:
    """Every outcome and every kind of obligation."""
    outcomes = {name.strip("`"): words(meaning) for name, _, meaning in GUIDE.rows("The output")}["outcome"]
    kinds = {name.strip("`"): words(meaning) for name, _, meaning in GUIDE.rows("An obligation")}["kind"]

    assert outcomes == list(Outcome)
    assert set(kinds) == set(ObligationKind)


@pytest.mark.parametrize(("heading", "fields"), [("An action", ACTION), ("A cut", CUT), ("An obligation", OBLIGATION)])
def test_what_lies_within_a_column_is_told(heading: str, fields: pa.StructType) -> None:
    """Field by field."""
    told = [(name.strip("`"), kind) for name, kind, *_ in GUIDE.rows(heading)]

    assert told == _told(fields, {})


def test_the_columns_of_what_changed_are_told() -> None:
    """They stand behind the others."""
    told = [(name.strip("`"), kind) for name, kind, *_ in GUIDE.rows("What changed")]

    assert told == _told(CHANGED, CHANGES)


def _told(fields: pa.Schema | pa.StructType, lists: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (field.name, lists.get(field.name) or re.sub(r"list<\w+: (\w+)( not null)?>", r"list of \1", str(field.type)))
        for field in fields
    ]


def test_every_option_is_told() -> None:
    """None is left out, and none is told that there is not."""
    told = {option for row in GUIDE.rows("Options") for option in words(row[0])}
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has them
    options = {name for one in commands["rescore"].params for name in one.opts if name.startswith("--")}

    assert told == options - {"--help"}
