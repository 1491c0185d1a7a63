"""Chooses, of the files of a pack, those of its rules, tables and tests, and reads them.

A file that looks as if it belonged and would not be read is an error: silence would change what is decided, or proven.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from amends.packs.csv_file import CsvDocument, Tables, read_csv, unread_csv
from amends.packs.files import TESTS, PackFiles, named
from amends.packs.findings import Findings
from amends.packs.model import Position
from amends.packs.outline import TABLE_ENDING, TABLES, Outline, read_outline, with_replies
from amends.packs.reader import Document, read_yaml

HEADER: Final = "pack.yaml"
MISNAMED_HEADER: Final = "pack.yml"
REPLIES: Final = "replies"
"""The sub-folder of a pack that holds what it knows of wordings, a file a language or a theme."""
RULES_ENDING: Final = ".yaml"
ENDINGS: Final = (RULES_ENDING, TABLE_ENDING)
"""Of the files that are read."""
_TEST_ENDING: Final = "_test.yaml"
_BESIDE_TESTS: Final = "README.md"
_MOST_FILES: Final = 1_000


def read_folder(files: PackFiles, findings: Findings) -> Outline:
    """The outline of the pack, whose id is the folder's name."""
    listed = files.rules(findings).files
    paths = _theme_files(listed, files, findings)
    read = (_read(path, files, findings) for path in paths[:_MOST_FILES])
    others = tuple(document for document in read if document is not None)
    if len(paths) > _MOST_FILES:
        at = Position(named(HEADER, files), 1, 1)
        findings.error(at, "too-large", f"more than {_MOST_FILES} files", "join some of them")
    # One of the wrong ending was told with the other files; that the right one is missing follows.
    misnamed = not files.exists(HEADER) and files.exists(MISNAMED_HEADER)
    header = None if misnamed else _read(HEADER, files, findings)
    replies = [_read(path, files, findings) for path in listed if _is_of_replies(path) and path.endswith(RULES_ENDING)]
    outline = read_outline(files.name, header, others, findings, tables=_tables(listed, files))
    return with_replies(outline, [document for document in replies if document is not None], findings)


def read_tests(files: PackFiles, findings: Findings) -> list[Document]:
    """The files of tests of the pack, by name."""
    found = files.tests(findings)
    documents = []
    for path in sorted((*found.files, *found.links)):
        place = PurePosixPath(path)
        at_top = place.parent.as_posix() == TESTS
        if at_top and place.name.endswith(_TEST_ENDING):
            document = _read(path, files, findings)
            documents += [] if document is None else [document]
        elif path != f"{TESTS}/{_BESIDE_TESTS}":
            at = Position(named(path, files), 1, 1)
            message = f"only files *{_TEST_ENDING} in {TESTS} itself are run"
            findings.error(at, "file-not-run", message, _how_to_run(place, inside=at_top))
    return documents


def _how_to_run(path: PurePosixPath, *, inside: bool) -> str:
    if path.suffix not in {".yaml", ".yml"}:
        return f"keep it elsewhere: beside tests only {_BESIDE_TESTS} may stand"
    name = path.stem.removesuffix("_tests").removesuffix("_test") + _TEST_ENDING
    return f"name it {name}" if inside else f"move it up, as {TESTS}/{name}"


def _theme_files(listed: Iterable[str], files: PackFiles, findings: Findings) -> list[str]:
    """The rule files beside pack.yaml."""
    found = []
    for path in listed:
        place = PurePosixPath(path)
        if place.suffix == ".yml":
            at = Position(named(path, files), 1, 1)
            findings.error(at, "file-not-read", "only *.yaml is read", f"name it {place.stem}.yaml")
        elif place.suffix == RULES_ENDING and path != HEADER and not _is_of_replies(path):
            found.append(path)
    return found


def _is_of_replies(path: str) -> bool:
    return path.startswith(f"{REPLIES}/")


def _tables(listed: Iterable[str], files: PackFiles) -> Tables:
    """The table files by path. What is wrong with one is told where it is used: an unused one is no matter."""
    found = [path for path in listed if path.startswith(f"{TABLES}/") and path.endswith(TABLE_ENDING)]
    return {path: _table(path, files) for path in found[:_MOST_FILES]}


def _table(path: str, files: PackFiles) -> CsvDocument:
    findings = Findings()
    data = files.read(path, findings)
    name = named(path, files)
    return unread_csv(name, findings) if data is None else read_csv(data, name)


def _read(path: str, files: PackFiles, findings: Findings) -> Document | None:
    data = files.read(path, findings)
    return None if data is None else read_yaml(data, named(path, files))
