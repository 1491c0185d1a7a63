"""docs/rules.md and docs/pack-tests.md are true: examples load and pass their tests, tables are the language's own."""

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import Engine
from amends.bootstrap.engines import make_engines
from amends.cli.playbook_markdown import as_markdown
from amends.domain.action_kinds import KINDS, Combine, KindSpec, ParameterType
from amends.domain.decision import Outcome, Verdict
from amends.domain.facts import FactSpec, FactType
from amends.domain.money import Money
from amends.domain.situation import FactSource
from amends.packs import (
    folder,
    outline,
    read_amounts,
    read_conditions,
    read_custom,
    read_facts,
    read_granted,
    read_rules,
    read_situation,
    read_texts,
    reader,
    situation_file,
)
from amends.packs.amounts import Fixed
from amends.packs.diagnostics import PackError
from amends.packs.findings import Findings
from amends.packs.literals import Conventions, read_value
from amends.packs.load import load_pack, load_rules
from amends.packs.model import Pack
from amends.packs.pack_test_file import load_pack_tests
from amends.packs.playbook.book import playbook
from amends.packs.situation_file import read_heading
from amends.packs.situation_file import read_situation as read_case
from amends.proving.pack_tests import run_pack_tests
from amends.resolution.order import SAID_ORDER
from tests.docs.guide import Guide, broken_links, words
from tests.spec.running import as_everywhere

GUIDE = Guide("rules.md")
PACK_TESTS = Guide("pack-tests.md")
BLOCKS = [*GUIDE.blocks(), *PACK_TESTS.blocks()]
FILES = ("yaml", "csv")
TEST_FILES = [block.file for block in BLOCKS if block.file.endswith("_test.yaml")]
SHOP = "corner-shop"
MISTAKEN = "mistaken"
PACKS = {block.file.partition("/")[0] for block in BLOCKS if block.file.endswith("/pack.yaml")} - {MISTAKEN}
ENGINES = make_engines().usable


@pytest.fixture(scope="module", name="rules")
def write_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all examples together make."""
    root = tmp_path_factory.mktemp("guide")
    for block in BLOCKS:
        if block.language in FILES:
            path = root / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return root


@pytest.fixture(scope="module", name="shop")
def load_shop(rules: Path) -> Pack:
    """The pack that most examples belong to."""
    return load_pack(rules, SHOP)


def test_every_example_names_its_file() -> None:
    """A block that no file takes up would be an example that nobody runs; two of one name, one that nobody sees."""
    files = [block.file for block in BLOCKS if block.language in FILES]

    assert all(files)
    assert len(set(files)) == len(files)


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page or a file of the repository."""
    assert [*broken_links(GUIDE), *broken_links(PACK_TESTS)] == []


def test_the_examples_load_without_a_word(rules: Path) -> None:
    """All packs, but for the one that is mistaken on purpose."""
    loaded = load_rules(rules)

    found = {pack_id: found for pack_id, found in loaded.diagnostics.items() if pack_id != MISTAKEN}
    assert found == dict.fromkeys(sorted(PACKS), ())


def test_the_mistakes_are_told_as_shown(rules: Path) -> None:
    """What a reader sees on the page is what the terminal says."""
    (shown,) = [block.text for block in GUIDE.blocks() if block.language == "text"]

    told = [diagnostic.render() for diagnostic in load_rules(rules).diagnostics[MISTAKEN]]

    assert "\n".join(told) == shown.rstrip("\n")


def test_a_printed_rule_reads_as_shown(rules: Path) -> None:
    """The part of the playbook that the page shows is a part of what is printed."""
    (shown,) = [block.text for block in GUIDE.blocks() if block.language == "markdown"]

    assert shown in as_markdown(playbook(load_pack(rules, "tea-shop"), locale=""))


def timeless(output: str) -> list[str]:
    """Output without what differs from run to run, or with any change of the pack: time and digest."""
    output = re.sub(r"\([0-9a-f]{12}\)", "(DIGEST)", as_everywhere(output))
    return [line.rstrip() for line in re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME", output).strip().splitlines()]


def test_commands_print_what_is_shown(rules: Path) -> None:
    """Run where the examples are, as a reader would."""
    sessions = [block.text for block in GUIDE.blocks() if block.language == "console"]
    assert sessions
    for session in sessions:
        command, _, shown = session.removeprefix("$ amends ").partition("\n")
        done = subprocess.run(
            [sys.executable, "-m", "amends", *shlex.split(command), "--rules", str(rules)],
            cwd=rules,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert timeless(done.stdout) == timeless(shown)


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize("pack_id", sorted({file.partition("/")[0] for file in TEST_FILES}))
def test_the_tests_of_the_examples_pass(rules: Path, pack_id: str, engine: Engine) -> None:
    """On every engine."""
    pack = load_pack(rules, pack_id)
    tests = load_pack_tests(rules / pack_id, pack)

    results = run_pack_tests(CompiledPack(pack, engine), tests)

    assert tests
    assert [result.render() for result in results if not result.passed] == []


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_the_case_is_decided_as_its_writer_expects(rules: Path, engine: Engine) -> None:
    """The case file gives the outcome in its heading, seen by the role in its heading."""
    text = (rules / "case.yaml").read_text(encoding="utf-8")
    heading = read_heading(text, file="case.yaml")
    pack = load_pack(rules, heading.policy)
    situation = read_case(text, file="case.yaml", pack=pack, default_observe_time=0)

    decision = CompiledPack(pack, engine).decide(situation, role=heading.role).decision

    assert decision.outcome is heading.outcome


def test_the_starter_is_there_to_copy() -> None:
    """The first step of the guide is possible, and the steps after it find what they name."""
    starter = Path(__file__).parents[2] / "rules" / "starter"

    assert "pack: starter\n" in (starter / "pack.yaml").read_text(encoding="utf-8")
    assert list((starter / "tests").glob("*_test.yaml"))


def keys_of_examples(name: str) -> set[str]:
    """Every key that stands in the blocks of files so named, however deep."""
    texts = [block.text for block in BLOCKS if re.search(name, block.file)]
    return {key for text in texts for key in re.findall(r"(?:^|[{ \[-])([a-z_]+):(?=\s)", text, re.MULTILINE)}


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("Keys of pack.yaml", outline.HEADER_KEYS),
        ("Keys of a fact", read_facts.FACT_KEYS),
        ("Keys of a rule", read_rules.RULE_KEYS),
        ("Keys that every kind takes", read_custom.COMMON_KEYS),
        ("Amounts", read_amounts.AMOUNT_KEYS),
        ("Keys of a case file", situation_file.HEADING_KEYS),
        (
            "Keys of a situation",
            (*read_situation.IDENTIFIERS[""], *read_situation.GROUPS, *read_situation.STRUCTURES),
        ),
        ("Keys of something granted", read_granted.GRANTED_KEYS),
        ("What becomes of a rule", tuple(Verdict)),
        ("What a decision comes to", tuple(Outcome)),
        ("What several become", tuple(Combine)),
        ("Types", tuple(FactType)),
        ("Types of parameters", tuple(ParameterType)),
        ("Authority", ("role", "refund", "goodwill")),
        ("Guardrails", ("id", "unless", "never", "instead")),
        (
            "The commands",
            tuple(
                f"amends {name}"
                for name in ("check", "test", "mutate", "verify", "fmt", "print", "decide", "explain", "packs")
            ),
        ),
    ],
)
def test_a_table_names_all_there_is_and_nothing_else(heading: str, known: tuple[str, ...]) -> None:
    """Nothing that may be written is left out, and nothing is promised that is refused."""
    assert sorted(keys(heading)) == sorted(known)


def keys(heading: str) -> list[str]:
    """The first cells of the one table of this heading, on whichever page it stands."""
    guide = PACK_TESTS if f"## {heading}\n" in PACK_TESTS.text else GUIDE
    return guide.keys(heading)


def test_outcomes_stand_in_the_order_that_counts() -> None:
    """The first that is so: the order is a part of what is said."""
    assert GUIDE.keys("What a decision comes to") == list(Outcome)


@pytest.mark.parametrize(
    ("heading", "files"),
    [
        ("Keys of pack.yaml", r"(pack|-shop/\w+)\.yaml"),
        ("Keys of a fact", "corner-shop/pack.yaml"),
        ("Keys of a rule", r"-shop/\w+\.yaml"),
        ("Keys that every kind takes", ""),
        ("Keys of a case file", "case.yaml"),
        ("Keys of a situation", "case.yaml"),
        ("Keys of something granted", "case.yaml"),
        ("Authority", "pack.yaml"),
        ("Guardrails", "pack.yaml"),
    ],
)
def test_every_key_stands_in_an_example(heading: str, files: str) -> None:
    """A key is understood by seeing it used, and its example is run."""
    assert set(keys(heading)) - keys_of_examples(files) == set()


def test_the_kinds_are_told_as_the_language_has_them() -> None:
    """Care and combination of each."""
    written = {row[0].strip("`"): row[2:] for row in GUIDE.rows("Kinds")}

    assert written == {spec.kind.value: told(spec) for spec in KINDS.values()}


def told(spec: KindSpec) -> tuple[str, str]:
    """A kind as its row should say it."""
    within = ", ".join(f"`{name}`" for name in spec.key)
    return ("yes" if spec.care else "", f"{spec.combine}, for each {within}" if within else spec.combine.value)


def test_the_order_of_saying_is_the_one_told() -> None:
    """The guide writes it out."""
    (written,) = re.findall(r"in which they are said: ([^.]*)\.", GUIDE.text)

    assert re.split(r",\s+", written) == [kind.value for kind in SAID_ORDER]


@pytest.mark.parametrize(
    ("fact_type", "example"),
    [(row[0], example) for row in GUIDE.rows("Types") for example in words(row[1])],
)
def test_values_are_read_as_the_table_writes_them(shop: Pack, fact_type: str, example: str) -> None:
    """Each example is a value of its type."""
    values = ("sealed",) if fact_type == FactType.ENUM else ()
    spec = FactSpec("facts.it", FactType(fact_type), values=values)
    document = reader.read_yaml(f"- {example}\n".encode(), "example.yaml")
    findings = Findings()
    assert isinstance(document.root, reader.ListNode)

    value = read_value(document.root.items[0], spec, Conventions(ZoneInfo(shop.timezone), shop.currency), findings)

    assert (value is not None, findings.sorted()) == (True, ())


def compiles(rules: Path, condition: str, **facts: str) -> tuple[str, ...]:
    """What is wrong with a pack of one rule with this condition."""
    pack = rules / "condition"
    pack.mkdir(exist_ok=True)
    declared = "".join(f"  {name}: {spec}\n" for name, spec in facts.items())
    (pack / "pack.yaml").write_text(
        "pack: condition\nversion: 1\ntitle: One condition\nextends: [corner-shop]\n"
        + (f"facts:\n{declared}" if declared else "")
        + f"rules:\n  - id: one\n    title: One\n    when: {{{condition}}}\n    then: [apology: {{}}]\n",
        encoding="utf-8",
    )
    found = load_rules(rules).diagnostics["condition"]
    (pack / "pack.yaml").unlink()
    return tuple(diagnostic.render() for diagnostic in found)


@pytest.mark.parametrize("row", GUIDE.rows("Conditions"), ids=lambda row: f"{row[0]}-{row[1]}")
def test_the_conditions_of_the_table_are_read(rules: Path, row: tuple[str, ...]) -> None:
    """Each example compiles in the pack of the examples."""
    for example in words(row[1]):
        assert compiles(rules, example) == ()


def test_every_operator_is_in_the_table() -> None:
    """And none that there is not."""
    written = [words(row[0])[0] for row in GUIDE.rows("Conditions") if words(row[0])]

    assert sorted(written) == sorted((*read_conditions.OPERATORS, "all", "any", "none"))


VALUES: Mapping[str, tuple[str, str]] = {
    "boolean": ("{type: boolean}", "true"),
    "integer": ("{type: integer}", "4"),
    "decimal": ("{type: decimal}", "4.5"),
    "money": ("{type: money}", "9.90 USD"),
    "duration": ("{type: duration}", "30m"),
    "date": ("{type: date}", "2026-11-02"),
    "text": ("{type: text}", "DHL"),
    "enum": ("{type: enum, values: [low, high]}", "low"),
    "ordered enum": ("{type: enum, values: [low, mid, high], ordered: true}", "mid"),
    "set": ("{type: set, values: [a, b]}", "[a]"),
}
"""How to declare a fact of each type, and a value of it."""


TEMPLATES: Mapping[str, str] = {
    "a value": "facts.it: {value}",
    "a list": "facts.it: [{bare}]",
    "a list of lists": "facts.it: [[{bare}]]",
    "has_any": "facts.it: {{has_any: [{bare}]}}",
    "has_all": "facts.it: {{has_all: [{bare}]}}",
    "has_none": "facts.it: {{has_none: [{bare}]}}",
    "present": "facts.it: {{present: true}}",
    "within": "facts.it: {{within: 1d, of: observe_time}}",
    "of": "facts.it: {{within: 1d, of: observe_time}}",
    "ahead": "facts.it: {{within: 1d, of: observe_time, ahead: true}}",
}
"""Conditions that are not written as `{operator: value}`; `bare` is the value without the brackets of a set."""


def written_for(operator: str, value: str) -> str:
    """A condition with the operator on a fact that holds such a value."""
    template = TEMPLATES.get(operator, f"facts.it: {{{{{operator}: {{value}}}}}}")
    return template.format(value=value, bare=value.strip("[]"))


@pytest.mark.parametrize("fact_type", VALUES)
def test_operators_take_the_types_told(rules: Path, fact_type: str) -> None:
    """What the last column names is accepted, everything else is refused."""
    taken: dict[str, set[str]] = {}
    for row in GUIDE.rows("Conditions"):
        if row[3]:
            operator = row[0].strip("`")
            taken.setdefault(operator, set()).update(types_of(row[3]))
    declaration, value = VALUES[fact_type]

    accepted = {operator: compiles(rules, written_for(operator, value), it=declaration) == () for operator in taken}

    assert accepted == {operator: fact_type in types for operator, types in taken.items()}


def types_of(cell: str) -> set[str]:
    everything, _, without = cell.partition(" but ")
    return set(VALUES) - {without} if everything == "all" else set(cell.split(", "))


_TOLD_BASE = """\
pack: base
version: 1
title: Base
currency: EUR
"""
_TOLD_CHILD = """\
pack: child
version: 1
title: Child
extends: [base]
rules:
  - {id: gift, title: Gift, table: tables/gift.csv, because: {customer: {en: "Yours: {amount}", de: "Nur {amount}"}}}
"""


def test_tables_and_currencies_are_as_told(tmp_path: Path) -> None:
    """A blank line is passed over, commas are not; `because` of the rule serves each row; currency is inherited."""
    for pack_id, text in (("base", _TOLD_BASE), ("child", _TOLD_CHILD)):
        (tmp_path / pack_id / "tables").mkdir(parents=True)
        (tmp_path / pack_id / "pack.yaml").write_text(text, encoding="utf-8")
    table = tmp_path / "child" / "tables" / "gift.csv"
    table.write_text("fault,goodwill.kind,goodwill.amount\ncompany,gift,2\n\n-,credit,1\n", encoding="utf-8")

    rows = load_pack(tmp_path, "child").rules

    assert [row.rule_id for row in rows] == ["gift/row-1", "gift/row-2"]
    assert [row.then[0].amount for row in rows] == [Fixed((Money("EUR", cents),)) for cents in (200, 100)]
    for row in rows:
        assert row.because_customer is not None
        assert set(row.because_customer.by_locale) == {"en", "de"}

    table.write_text("fault,goodwill.kind,goodwill.amount\ncompany,gift,2\n,,\n", encoding="utf-8")
    with pytest.raises(PackError, match="empty-row"):
        load_pack(tmp_path, "child")


def test_the_limits_told_are_those_of_the_loader() -> None:
    """Figures on the page are the code's."""
    assert reader.LARGEST_FILE == 1024 * 1024
    for figure in (
        f"1 MiB, {reader.MOST_NODES} values and {reader.DEEPEST} levels; a pack has at most {folder._MOST_FILES} files",
        f"A text has at most {read_texts.LONGEST_TEXT} characters",
        f"from -{read_rules.HIGHEST_PRIORITY} to {read_rules.HIGHEST_PRIORITY}",
        f"above 0, up to {read_amounts.LARGEST_PERCENT}",
    ):
        assert figure in " ".join(GUIDE.text.split()), figure


def test_the_placeholders_told_are_those_that_are_filled() -> None:
    """In the order of the code."""
    (sentence,) = re.findall(r"four placeholders are filled: (.*?)\.", GUIDE.text)

    assert re.findall(r"\{(\w+)\}", sentence) == list(read_texts.PLACEHOLDERS)


def test_the_sources_of_facts_are_told() -> None:
    """Every word that `fact_sources` takes."""
    cells = {row[0].strip("`"): row[1] for row in PACK_TESTS.rows("Keys of a situation")}

    assert words(cells["fact_sources"]) == list(FactSource)
