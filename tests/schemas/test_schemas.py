"""The committed schemas: fresh, valid, and saying what the loader says."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.facts import FactSpec
from amends.packs.diagnostics import Diagnostic
from amends.packs.literals import LiteralError, read_date, read_duration, read_money, read_span
from amends.packs.load import load_rules
from amends.packs.reader import ListNode, MapNode, Node, read_yaml
from tests.schemas.reading import ROOT, SCHEMAS, plain, problems, read, schema_of, validator
from tools.schemas.conditions import BUILT_IN

BROKEN: Final = ROOT / "tests" / "unit" / "packs" / "broken"
NAMES: Final = ("pack", "rules", "replies", "test", "situation", "mapping")
GOOD: Final = sorted([*(ROOT / "rules").rglob("*.yaml"), *(ROOT / "examples").rglob("*.yaml")])

STRUCTURAL: Final = (
    *("unknown-key", "missing-key", "wrong-shape", "unknown-action", "missing-parameter", "unknown-value"),
    *("bad-operators", "two-amounts", "forbids-entitlement", "unknown-combine", "limit-on-nothing", "does-nothing"),
    *("bad-locale", "requires-for-entitlement", "too-many"),
)
"""What is wrong with a file by itself: no name of the rest of the pack is needed to see it."""

BEYOND_A_SCHEMA: Final = {
    ("custom-actions", "unknown-action"): "which custom actions there are is said elsewhere in the pack",
    ("custom-actions", "unknown-key"): "which parameters a custom action has is said elsewhere in the pack",
    ("unknown-value", "unknown-value"): "contact reasons, tiers and values of declared facts are said by each pack",
    ("values-out-of-range", "unknown-value"): "values of declared facts are said by each pack",
    ("dropped-tier", "unknown-value"): "the tiers are said elsewhere in the pack",
    ("derive-declares", "missing-key"): "whether a fact is declared already is said elsewhere in the pack",
    ("derive-declares", "unknown-value"): "values of declared facts are said by each pack",
    ("derive-declares", "unknown-key"): "of which type a declared fact is may be said elsewhere in the pack",
    ("requires", "does-nothing"): "two keys of one mapping are not compared",
    ("limit-on-owed", "limit-on-nothing"): "that a list names entitlements alone is an error, and beside others none",
}


def test_the_committed_schemas_are_what_the_tables_make(tmp_path: Path) -> None:
    """Generated files are never edited and never stale: generating again gives the same bytes."""
    subprocess.run([sys.executable, "-m", "tools.generate_schemas", "--out", str(tmp_path)], check=True, cwd=ROOT)
    fresh = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert fresh == {path.name: path.read_bytes() for path in SCHEMAS.iterdir()}
    assert sorted(fresh) == sorted(f"{name}.schema.json" for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_schema(name: str) -> None:
    """Valid by the meta-schema of its draft, and everything that it refers to is there."""
    schema = validator(name).schema
    Draft202012Validator.check_schema(schema)
    assert isinstance(schema, dict)
    refs = set(re.findall(r"'#/\$defs/([^']+)'", str(schema)))
    assert refs <= {*schema["$defs"]}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_pack_test_and_case_of_the_repository_is_valid(path: Path) -> None:
    """What the loader takes, an editor must not mark as wrong."""
    assert problems(schema_of(path.relative_to(ROOT)), read(path.read_bytes())) == []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_names_its_schema_in_its_first_line(path: Path) -> None:
    """By a path from where it stands, so that an editor needs no set-up."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found is not None, first
    wanted = SCHEMAS / f"{schema_of(path.relative_to(ROOT))}.schema.json"
    assert (path.parent / found[1]).resolve() == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_parameter_can_be_written(kind: ActionKind) -> None:
    """A kind that is added to the table is completed by editors, and so is each of its parameters."""
    definitions = validator("rules").schema["$defs"]  # type: ignore[index]  # a schema is a mapping
    form = definitions[f"action_{kind}"]
    properties = form["anyOf"][0]["properties"] if "anyOf" in form else form["properties"]
    assert kind.value in definitions["action"]["properties"]
    assert {spec.name for spec in KINDS[kind].parameters} <= {*properties}


@pytest.mark.parametrize("spec", BUILT_IN, ids=lambda spec: spec.path)
def test_every_built_in_fact_can_be_asked_about_with_its_question(spec: FactSpec) -> None:
    """With what an editor shows when one points at it."""
    condition = validator("rules").schema["$defs"]["condition"]  # type: ignore[index]  # as above
    assert condition["properties"][spec.path]["description"] == spec.question
    assert problems("rules", _rule({spec.path: {"present": True}})) == []
    assert problems("rules", _rule({spec.path: {"at_leest": 1}})) != []


def _rule(when: dict[str, Any]) -> dict[str, Any]:
    return {"rules": [{"id": "one", "title": "T", "when": when, "then": [{"apology": {}}]}]}


def _paths(node: Node, here: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[int, int], tuple[str | int, ...]]]:
    """Where each key and each value stands, with its path."""
    yield (node.position.line, node.position.column), here
    match node:
        case MapNode():
            for key, value in node.entries:
                yield (key.position.line, key.position.column), (*here, key.text)
                yield from _paths(value, (*here, key.text))
        case ListNode():
            for index, item in enumerate(node.items):
                yield from _paths(item, (*here, index))
        case _:
            pass


def _refused_at(error: ValidationError) -> Iterator[tuple[str | int, ...]]:
    yield tuple(error.absolute_path)
    for inner in error.context or ():
        yield from _refused_at(inner)


def _told_of_files() -> Iterator[tuple[str, Path, Diagnostic]]:
    for case in sorted(found for found in BROKEN.iterdir() if found.is_dir()):
        for diagnostics in load_rules(case).diagnostics.values():
            for found in diagnostics:
                path = case / found.position.file
                if found.code in STRUCTURAL and path.suffix == ".yaml":
                    yield case.name, path, found


def _is_marked(path: Path, told: Diagnostic) -> bool:
    """Whether the schema refuses the same key or value, something in it, or the mapping or list around it."""
    document = read_yaml(path.read_bytes(), told.position.file)
    assert document.root is not None
    places = {where for at, where in _paths(document.root) if at == (told.position.line, told.position.column)}
    errors = validator(schema_of(path.relative_to(BROKEN))).iter_errors(plain(document.root))
    refused = {where for error in errors for where in _refused_at(error)}
    return any(at in {where, where[:-1]} or at[: len(where)] == where for at in refused for where in places)


def test_what_is_wrong_with_a_files_form_is_marked_in_its_place() -> None:
    """An editor marks what the loader would tell; what it cannot know is listed above, and nothing more is."""
    told = list(_told_of_files())
    missed = {(case, found.code): found.render() for case, path, found in told if not _is_marked(path, found)}

    assert len(told) > 100
    assert {*missed} == {*BEYOND_A_SCHEMA}, "\n".join(missed[key] for key in {*missed} - {*BEYOND_A_SCHEMA})


LITERALS: Final = {
    "money": ("9.90 USD", "9.90", "0 JPY", "100 EUR", "9,90 USD", "USD 9", "9.90USD", "x", "", "1e3 USD"),
    "duration": ("90s", "30m", "24h", "7d", "1d12h", "0", "7bd", "12", "h", "", "1h30", "1 h"),
    "span": ("90s", "7bd", "1d12h", "bd", "7 bd", "", "12"),
    "date": ("2026-01-01", "2026-01-01T12:00:00Z", "2026-01-01T12:00+02:00", "01.01.2026", "2026", "", "tomorrow"),
}


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, texts in LITERALS.items() for text in texts])
def test_the_form_of_a_value_is_the_readers(form: str, text: str) -> None:
    """What the pattern takes the reader takes, and nothing else."""
    readers: dict[str, Callable[[str], object]] = {
        "money": lambda written: read_money(written, currency="USD"),
        "duration": read_duration,
        "span": read_span,
        "date": lambda written: read_date(written, ZoneInfo("UTC")),
    }
    try:
        readers[form](text)
        taken = True
    except LiteralError:
        taken = False
    schema = {"$ref": f"#/$defs/{form}", "$defs": validator("rules").schema["$defs"]}  # type: ignore[index]  # as above
    value = read(f"value: {text}".encode())["value"] if text else text
    assert Draft202012Validator(schema).is_valid(value) == taken
