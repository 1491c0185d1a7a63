"""Files that were sent are a pack as much as files on the disk are."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from amends.packs.files import FolderFiles, PackFiles, SentFiles
from amends.packs.findings import Findings
from amends.packs.load import load_rules, load_rules_with

BROKEN = Path(__file__).parent / "broken"
HEAD = "pack: shop\nversion: 1\ntitle: Shop\n"
BASE = "pack: base\nversion: 1\ntitle: Base\nrules: [{id: one, title: T, then: [{apology: {}}]}]\n"
PATHS = (
    "pack.yaml",
    "b.yaml",
    "a/z.yaml",
    "a/b/c.yaml",
    "a-b.yaml",
    "B/d.yaml",
    "tests/x_test.yaml",
    "tests/deep/y_test.yaml",
    ".hidden/e.yaml",
    "a/.hidden.yaml",
    "notes/tests/f.yaml",
    "tests.yaml",
)


def sent(folder: Path) -> SentFiles:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    return SentFiles(folder.name, files)


def listed(files: PackFiles) -> tuple[tuple[str, ...], tuple[str, ...]]:
    findings = Findings()
    found = files.rules(findings).files, files.tests(findings).files
    assert findings.sorted() == ()
    return found


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def test_both_list_the_same_paths_in_the_same_order(tmp_path: Path) -> None:
    """Of two definitions of one id the first stays: what is told must not depend on where the files lie."""
    folder = write(tmp_path / "shop", dict.fromkeys(PATHS, ""))

    assert listed(FolderFiles(folder)) == listed(SentFiles("shop", dict.fromkeys(PATHS, b"")))
    assert listed(FolderFiles(folder))[0][:3] == ("a-b.yaml", "b.yaml", "pack.yaml")
    assert listed(FolderFiles(folder))[1] == ("tests/x_test.yaml", "tests/deep/y_test.yaml")


@pytest.mark.parametrize("case", sorted(found.name for found in BROKEN.iterdir() if found.is_dir()))
def test_a_broken_pack_gets_the_same_diagnostics_when_it_is_sent(case: str) -> None:
    """Every pack of every broken case, sent in place of itself, is told exactly what it is told on the disk."""
    on_disk = load_rules(BROKEN / case)
    for pack_id, diagnostics in on_disk.diagnostics.items():
        loaded = load_rules_with(BROKEN / case, sent(BROKEN / case / pack_id))
        assert loaded.diagnostics[pack_id] == diagnostics
        assert (pack_id in loaded.packs) == (pack_id in on_disk.packs)


def test_a_pack_that_is_sent_extends_what_stands_in_the_folder(tmp_path: Path) -> None:
    """And stands in place of the one of its name, for itself alone: nothing is written."""
    write(tmp_path, {"base/pack.yaml": BASE, "shop/pack.yaml": "nonsense: [\n"})
    loaded = load_rules_with(tmp_path, SentFiles("shop", {"pack.yaml": f"{HEAD}extends: [base]\n".encode()}))

    assert [rule.rule_id for rule in loaded.packs["shop"].rules] == ["one"]
    assert (tmp_path / "shop/pack.yaml").read_text(encoding="utf-8") == "nonsense: [\n"


def test_files_without_a_header_are_told_as_on_the_disk() -> None:
    """What was sent is checked, whatever is missing of it."""
    loaded = load_rules_with(BROKEN, SentFiles("shop", {"late.yaml": b"rules: []\n"}))

    assert [(str(found.position), found.code) for found in loaded.diagnostics["shop"]] == [
        ("shop/pack.yaml:1:1", "unreadable-file")
    ]


def test_a_link_out_of_the_folder_is_no_test(tmp_path: Path) -> None:
    """Tests are read from the pack alone, as its rules are."""
    folder = write(tmp_path, {"shop/tests/a_test.yaml": "", "elsewhere.yaml": ""}) / "shop"
    (folder / "tests/b_test.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    findings = Findings()

    files = FolderFiles(folder)
    assert [files.read(path, findings) for path in files.tests(findings).files] == [b"", None]
    assert [found.code for found in findings.sorted()] == ["outside"]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """Reading never raises for what is, or is not, on the disk."""
    for files in (FolderFiles(tmp_path), SentFiles("shop", {})):
        findings = Findings()
        assert files.read("none.yaml", findings) is None
        assert [found.code for found in findings.sorted()] == ["unreadable-file"]
