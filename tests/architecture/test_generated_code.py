"""Holds the contract to its generators: what is committed is what protos/ makes, and buf finds nothing to say."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from amends.v1 import decision_pb2, situation_pb2

ROOT: Final = Path(__file__).resolve().parents[2]
TOOL: Final = ROOT / "tools" / "generate_protos.py"
COMMITTED: Final = ROOT / "service" / "amends" / "v1"
FLOATS: Final = {FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOL), *arguments], check=False, capture_output=True, text=True)


def _texts(package: Path) -> dict[str, str]:
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(package)): path.read_text(encoding="utf-8") for path in files}


def _reachable(message: Descriptor, seen: dict[str, Descriptor]) -> dict[str, Descriptor]:
    if message.full_name not in seen:
        seen[message.full_name] = message
        for field in message.fields:
            if field.message_type is not None:
                _reachable(field.message_type, seen)
    return seen


def test_committed_code_is_what_the_protos_make(tmp_path: Path) -> None:
    """Generated code is never edited and never stale: generating again gives the same files with the same bytes."""
    made = _run("--out", str(tmp_path))
    assert made.returncode == 0, made.stdout + made.stderr
    fresh, committed = _texts(tmp_path / "amends" / "v1"), _texts(COMMITTED)
    assert sorted(fresh) == sorted(committed)
    assert [name for name in fresh if fresh[name] != committed[name]] == []


def test_protos_keep_style_comments_and_form() -> None:
    """Every proto passes `buf lint` (STANDARD and COMMENTS) and stands as `buf format` would write it."""
    linted = _run("--lint")
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("name", sorted(_reachable(decision_pb2.Decision.DESCRIPTOR, {})))
def test_a_decision_holds_no_float_and_no_map(name: str) -> None:
    """A decision's bytes can be made again: nothing in it rounds by machine or is ordered by a hash."""
    message = _reachable(decision_pb2.Decision.DESCRIPTOR, {})[name]
    assert not message.GetOptions().map_entry
    assert [field.name for field in message.fields if field.cpp_type in FLOATS] == []


@pytest.mark.parametrize("message", ["Situation", "Subject", "Customer", "Incident", "GrantedAction"])
def test_an_unset_fact_differs_from_a_zero(message: str) -> None:
    """Absence is the one unknown: every scalar fact has presence, and an enum's zero is UNSPECIFIED."""
    for field in situation_pb2.DESCRIPTOR.message_types_by_name[message].fields:
        if field.is_repeated:
            continue
        if field.enum_type is not None:
            assert field.enum_type.values_by_number[0].name.endswith("_UNSPECIFIED"), field.name
        else:
            assert field.has_presence, field.name
