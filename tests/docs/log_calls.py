"""Finds in the source what the service logs: each event with its level and the names of its fields."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SERVICE: Final = Path(__file__).parents[2] / "service" / "amends"

_LEVELS: Final = ("debug", "info", "warning", "error")
_WITHOUT_LOG: Final = {"v1", "packs"}
"""Generated code, and the loader, which tells its findings as `findings.error(...)`."""


def logged() -> dict[str, set[str]]:
    """The fields of each event, by its name; those that a mapping brings along are in `fields_of_calls`."""
    found: dict[str, set[str]] = {}
    for call in (node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if _is_log_line(call) and isinstance(event := call.args[0], ast.Constant):
            found.setdefault(str(event.value), set()).update(_fields(call))
    return found


def fields_of_calls() -> set[str]:
    """What the line of a call may hold: the keys that the server gives its line, and puts into `Call.fields`."""
    return {key for tree in _trees("server") for node in ast.walk(tree) for key in _keys(node)}


def _fields(call: ast.Call) -> set[str]:
    """`lines` is no field: it brings the lines of several calls along."""
    return {word.arg for word in call.keywords if word.arg} - {"lines"}


def _is_log_line(call: ast.Call) -> bool:
    """A line is `logger.info("event", ...)`, or `line("event", field=...)` where the level was chosen before.

    A line drawn for a person, on a terminal, has no fields by name.
    """
    named = isinstance(call.func, ast.Attribute) and call.func.attr in _LEVELS
    chosen = isinstance(call.func, ast.Name) and call.func.id == "line" and bool(call.keywords)
    return (named or chosen) and bool(call.args)


def _keys(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr="add"), args=[ast.Dict(keys=keys)]):
            yield from _texts(keys)
        case ast.AugAssign(target=ast.Attribute(attr="fields"), value=ast.Dict(keys=keys)):
            yield from _texts(keys)
        case ast.Subscript(value=ast.Attribute(attr="fields"), slice=ast.Constant(value=key), ctx=ast.Store()):
            yield str(key)
        case _:
            pass


def _texts(keys: list[ast.expr | None]) -> Iterator[str]:
    return (str(key.value) for key in keys if isinstance(key, ast.Constant))


def _trees(folder: str = "") -> Iterator[ast.Module]:
    for path in sorted((SERVICE / folder).rglob("*.py")):
        if not {*path.parts} & _WITHOUT_LOG:
            yield ast.parse(path.read_text(encoding="utf-8"))
