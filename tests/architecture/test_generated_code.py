"""Holds the contract to its generators: what is committed is what protos/ makes, and buf finds nothing to say."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from amends.v1 import (
    action_pb2,
    decision_pb2,
    decision_service_pb2,
    error_reason_pb2,
    flat_decision_pb2,
    record_pb2,
    rule_pack_service_pb2,
    rule_pack_words_pb2,
    situation_pb2,
)
from tools import generate_protos
from tools.generate_protos import PROMISED, PROTOS, freeze, lint

ROOT: Final = Path(__file__).resolve().parents[2]
TOOL: Final = ROOT / "tools" / "generate_protos.py"
COMMITTED: Final = ROOT / "service" / "amends" / "v1"
CONTRACT: Final = (
    action_pb2,
    decision_pb2,
    decision_service_pb2,
    error_reason_pb2,
    flat_decision_pb2,
    record_pb2,
    rule_pack_service_pb2,
    rule_pack_words_pb2,
    situation_pb2,
)
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


def test_generating_replaces_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever imports the package meanwhile finds it whole: where the generators fail, every file is as it was."""
    package = tmp_path / "out" / "amends" / "v1"
    package.mkdir(parents=True)
    (package / "gone_pb2.py").write_text("of a proto that is no more", encoding="utf-8")
    (package / "shop_pb2.py").write_text("of before", encoding="utf-8")
    before = _texts(tmp_path / "out")
    protos = tmp_path / "protos" / "amends" / "v1"
    protos.mkdir(parents=True)
    monkeypatch.setattr(generate_protos, "PROTOS", tmp_path / "protos")
    (protos / "shop_service.proto").write_text('syntax = "proto3"; message { no name }', encoding="utf-8")

    with pytest.raises(subprocess.CalledProcessError):
        generate_protos.generate(tmp_path / "out")
    assert _texts(tmp_path / "out") == before
    (protos / "shop_service.proto").write_text(
        'syntax = "proto3"; package amends.v1; message A {} service S { rpc Do(A) returns (A); }', encoding="utf-8"
    )
    generate_protos.generate(tmp_path / "out")

    made = _texts(tmp_path / "out")
    assert {name for name in made if name.endswith(".py")} == {
        f"amends/v1/{name}.py" for name in ("__init__", "shop_service_pb2", "shop_service_pb2_grpc")
    }
    assert {name.split("/")[0] for name in made} == {"amends"}
    assert not list((tmp_path / "out" / "amends").glob(".generating-*"))


def test_protos_keep_style_form_and_promises() -> None:
    """Every proto passes `buf lint` (STANDARD and COMMENTS) and `buf breaking`, and stands as `buf format` has it."""
    linted = _run("--lint")
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_all_that_the_contract_says_is_promised() -> None:
    """What was added is promised from the commit on that adds it: `make promise` was not forgotten."""
    promised = FileDescriptorSet.FromString(PROMISED.read_bytes())
    ours = {file.name: _without_json_names(file) for file in promised.file if file.package == "amends.v1"}
    current = [FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb) for module in CONTRACT]
    assert ours == {file.name: _without_json_names(file) for file in current}
    assert sorted(ours) == sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))


def _without_json_names(file: FileDescriptorProto) -> FileDescriptorProto:
    """Where a JSON name follows from the field's, one of the two forms writes it out and the other does not."""
    for message in _messages(file.message_type):
        for field in message.field:
            field.ClearField("json_name")
    return file


def _messages(messages: Iterable[DescriptorProto]) -> Iterator[DescriptorProto]:
    for message in messages:
        yield message
        yield from _messages(message.nested_type)


def _removed(promised: FileDescriptorProto) -> None:
    promised.message_type[0].field.add(name="older", number=999, type=9, label=1, json_name="older")


def _renamed(promised: FileDescriptorProto) -> None:
    promised.message_type[0].field[0].name += "_before"
    promised.message_type[0].field[0].json_name += "Before"


def _retyped(promised: FileDescriptorProto) -> None:
    field = promised.message_type[0].field[0]
    field.ClearField("type_name")
    field.type = FieldDescriptorProto.TYPE_DOUBLE


def _renumbered(promised: FileDescriptorProto) -> None:
    promised.message_type[0].field[0].number = 998


def _no_such_constant(promised: FileDescriptorProto) -> None:
    promised.enum_type[0].value.add(name=f"{promised.enum_type[0].value[0].name}_OLDER", number=99)


@pytest.mark.parametrize("change", [_removed, _renamed, _retyped, _renumbered, _no_such_constant])
def test_a_broken_promise_is_found(change: Callable[[FileDescriptorProto], None], tmp_path: Path) -> None:
    """What callers were promised stays: a contract that says less or says it otherwise fails the build."""
    promised = FileDescriptorSet.FromString(PROMISED.read_bytes())
    change(next(file for file in promised.file if file.name == "amends/v1/situation.proto"))
    older = tmp_path / "promised.binpb"
    older.write_bytes(promised.SerializeToString())
    assert not lint(older)
    assert not freeze(older)


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
