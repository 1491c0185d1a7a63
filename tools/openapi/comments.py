"""What the protos say in words of each message, field, enum, value and method: the generated Python leaves it out."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from tools.generate_protos import describe


def read_comments() -> Mapping[str, str]:
    """The comment of everything that has one, by full name; lines that were only broken to fit are joined again."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder, "contract.binpb")
        describe(image, "--include_source_info")
        files = FileDescriptorSet.FromString(image.read_bytes()).file
    return {name: text for file in files if file.package == "amends.v1" for name, text in _comments(file)}


def _comments(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    for location in file.source_code_info.location:
        if location.leading_comments:
            name = _name(file, location.path)
            if name:
                yield f"{file.package}.{name}", _joined(location.leading_comments)


def _name(file: FileDescriptorProto, path: Sequence[int]) -> str:
    """What a path of the source means: field numbers and indices by turns. Empty: nothing that has a name."""
    holder: Any = file
    names: list[str] = []
    for number, index in zip(path[::2], path[1::2], strict=False):
        field = holder.DESCRIPTOR.fields_by_number[number]
        if not field.is_repeated or field.message_type is None:
            return ""
        holder = getattr(holder, field.name)[index]
        names.append(getattr(holder, "name", ""))
    return ".".join(names) if len(path) % 2 == 0 else ""


def _joined(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(" ".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs)
