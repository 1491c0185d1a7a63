"""A YAML file as a validator sees it: read by the loader's own reader, numbers and booleans by YAML 1.2."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from amends.packs.reader import ListNode, MapNode, Node, ScalarKind, ScalarNode, read_yaml

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "rules" / "schema"


def validator(name: str) -> Draft202012Validator:
    """The committed schema of that name."""
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


def schema_of(path: Path) -> str:
    """Which schema a file of a pack, or a case, belongs to."""
    if path.name == "pack.yaml":
        return "pack"
    if "tests" in path.parts and path.name.endswith("_test.yaml"):
        return "test"
    if path.parent.name == "replies":
        return "replies"
    if path.parts[-2:-1] == ("rescoring",):
        return "mapping"
    return "situation" if "cases" in path.parts else "rules"


def read(data: bytes) -> Any:  # noqa: ANN401  # what YAML may hold
    """The text as JSON has it; AssertionError where it cannot be read."""
    document = read_yaml(data, "file.yaml")
    assert document.root is not None, [found.render() for found in document.diagnostics]
    return plain(document.root)


def plain(node: Node) -> Any:  # noqa: ANN401  # as `read`
    match node:
        case MapNode():
            return {key.text: plain(value) for key, value in node.entries}
        case ListNode():
            return [plain(item) for item in node.items]
        case ScalarNode(text=text, kind=kind):
            return _scalar(text, kind)


def _scalar(text: str, kind: ScalarKind) -> str | int | float | bool | None:
    match kind:
        case ScalarKind.NULL:
            return None
        case ScalarKind.BOOLEAN:
            return text.lower() == "true"
        case ScalarKind.INTEGER:
            return int(text)
        case ScalarKind.DECIMAL:
            return float(text)
        case ScalarKind.TEXT:
            return text


def problems(name: str, value: object) -> list[str]:
    """What the schema has against it."""
    return [f"{error.json_path}: {error.message[:300]}" for error in validator(name).iter_errors(value)]
