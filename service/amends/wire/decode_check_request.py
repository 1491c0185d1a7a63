"""The files of a pack out of a request: their paths are proved harmless before anything reads them.

The paths name nothing on this machine. They are held to one form all the same, so that what is told of a pack here is
what will be told of it on a disk.
"""

import re
from typing import Final

from amends.packs.files import SentFiles
from amends.packs.folder import ENDINGS
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_pack_request import read_view
from amends.wire.limits import PACK_FILES, PACK_PATH_CHARACTERS
from amends.wire.violations import Violations, shown

_PACK_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", re.ASCII)
_MOST_VIOLATIONS: Final = 20


def decode_check_request(request: service_pb2.CheckRulePackRequest) -> SentFiles:
    """The files by path, as the pack `pack_id`; InvalidSituationError with everything wrong with the request."""
    violations = Violations("")
    sent = read_sent_files(request, violations)
    read_view(request, violations)
    violations.check()
    return sent


def read_sent_files(
    request: service_pb2.CheckRulePackRequest | service_pb2.PackFiles, violations: Violations
) -> SentFiles:
    """The files by path, as the pack `pack_id`; what is wrong with them is a violation."""
    if not _PACK_ID.fullmatch(request.pack_id):
        description = f"{shown(request.pack_id)} cannot be the folder of a pack; expected a name such as 'corner-shop'"
        violations.add("pack_id", description)
    if not request.files:
        violations.add("files", "there is none; expected at least pack.yaml")
    if len(request.files) > PACK_FILES:
        violations.add("files", f"{len(request.files)} files; at most {PACK_FILES} are accepted")
    contents: dict[str, bytes] = {}
    for index, file in enumerate(request.files):
        problem = f"{shown(file.path)} stands twice" if file.path in contents else _problem(file.path)
        if problem:
            violations.add(f"files[{index}].path", problem)
        if len(violations.found()) > _MOST_VIOLATIONS:
            break
        contents[file.path] = file.content
    return SentFiles(request.pack_id, contents)


def _problem(path: str) -> str:
    """What is wrong with a path; empty: nothing."""
    parts = path.split("/")
    if len(path) > PACK_PATH_CHARACTERS:
        return f"{shown(path)} is longer than {PACK_PATH_CHARACTERS} characters"
    if not path.isprintable() or "\\" in path:
        return f"{shown(path)} holds a character that no path in a pack has"
    if not all(parts) or {".", ".."} & set(parts):
        return f"{shown(path)} is no path in a pack; expected one such as 'pack.yaml' or 'tests/late_test.yaml'"
    if not path.endswith(ENDINGS):
        return f"{shown(path)} is no file of a pack; expected one that ends in {' or '.join(ENDINGS)}"
    return ""
