"""Which files make a pack: everything *.yaml inside, nothing outside, no tests."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.packs.load import load_rules
from amends.packs.reader import LARGEST_FILE

Write = Callable[[Mapping[str, str]], Path]
HEAD = "pack: shop\nversion: 1\ntitle: Shop\n"


def rule(rule_id: str) -> str:
    return f"rules: [{{id: {rule_id}, title: T, then: [{{apology: {{}}}}]}}]\n"


def codes(folder: Path) -> list[tuple[str, str]]:
    return [(str(found.position), found.code) for found in load_rules(folder).diagnostics["shop"]]


def test_rules_may_stand_in_any_yaml_file_of_the_folder(write: Write) -> None:
    """Folders by theme are walked; tests, hidden folders and the schemas are not."""
    folder = write(
        {
            "shop/pack.yaml": HEAD + rule("one"),
            "shop/two.yaml": rule("two"),
            "shop/intake/three.yaml": rule("three"),
            "shop/tests/four_test.yaml": "tests: []\n",
            "shop/.hidden/five.yaml": "nonsense: [\n",
            "shop/README.md": "# Shop\n",
            "schema/pack.yaml": "nonsense\n",
            ".git/pack.yaml": "nonsense\n",
        }
    )
    loaded = load_rules(folder)
    assert list(loaded.diagnostics) == ["shop"]
    assert [found.rule_id for found in loaded.packs["shop"].rules] == ["one", "three", "two"]


def test_a_link_out_of_the_folder_is_refused(write: Write) -> None:
    """A pack cannot pull in what lies elsewhere on the machine: neither a file, nor a folder, nor its header."""
    folder = write({"shop/pack.yaml": HEAD, "elsewhere/rules.yaml": rule("two"), "other/rules.yaml": rule("three")})
    (folder / "shop/file.yaml").symlink_to(folder / "elsewhere/rules.yaml")
    (folder / "shop/themes").symlink_to(folder / "elsewhere", target_is_directory=True)
    assert codes(folder) == [("shop/file.yaml:1:1", "outside"), ("shop/themes:1:1", "outside")]
    (folder / "linked").mkdir()
    (folder / "linked/pack.yaml").symlink_to(folder / "shop/pack.yaml")
    assert [found.code for found in load_rules(folder).diagnostics["linked"]] == ["outside"]


def test_a_link_that_stays_inside_is_read_once(write: Write) -> None:
    """Mounted configuration maps link each file into a hidden folder beside it."""
    folder = write({"shop/..data/pack.yaml": HEAD, "shop/..data/two.yaml": rule("two")})
    for name in ("pack.yaml", "two.yaml"):
        (folder / "shop" / name).symlink_to(Path("..data") / name)
    assert [found.rule_id for found in load_rules(folder).packs["shop"].rules] == ["two"]


def test_what_cannot_be_read_to_its_end_is_told(write: Write) -> None:
    """A pipe would wait for ever, a dangling link leads nowhere, a folder is no file."""
    folder = write({"shop/pack.yaml": HEAD})
    os.mkfifo(folder / "shop/pipe.yaml")
    (folder / "shop/gone.yaml").symlink_to(folder / "shop/nothing.yaml")
    (folder / "shop/folder.yaml").mkdir()
    assert codes(folder) == [("shop/gone.yaml:1:1", "unreadable-file"), ("shop/pipe.yaml:1:1", "unreadable-file")]


def test_a_file_name_that_cannot_be_shown_is_shown_otherwise(write: Write) -> None:
    """A diagnostic is one line of text that any terminal and any log can hold."""
    folder = write({"shop/pack.yaml": HEAD, "shop/a\nb\x1b.yaml": "rules: 5\n", "shop/\udcff.yaml": "rules: 5\n"})
    assert codes(folder) == [("shop/?.yaml:1:8", "wrong-shape"), ("shop/a?b?.yaml:1:8", "wrong-shape")]


def test_a_file_that_is_too_large_is_told(write: Write) -> None:
    """It is not even read whole."""
    folder = write({"shop/pack.yaml": HEAD, "shop/big.yaml": "#" * (LARGEST_FILE + 1)})
    assert codes(folder) == [("shop/big.yaml:1:1", "too-large")]


@pytest.mark.parametrize("name", ["late.yml", "intake/late.yml"])
def test_a_file_that_would_be_ignored_is_told(name: str, write: Write) -> None:
    """Silence would leave its rules out of the decision."""
    folder = write({"shop/pack.yaml": HEAD, f"shop/{name}": rule("two")})
    assert codes(folder) == [(f"shop/{name}:1:1", "file-not-read")]


def test_a_folder_whose_header_has_the_other_ending_is_no_secret(write: Write) -> None:
    """pack.yml is not read, and a folder that holds one is surely meant as a pack: one diagnostic says what to do."""
    loaded = load_rules(write({"shop/pack.yml": HEAD + rule("one"), "notes/late.yaml": rule("two")}))
    assert list(loaded.diagnostics) == ["shop"]
    assert [(str(found.position), found.hint) for found in loaded.diagnostics["shop"]] == [
        ("shop/pack.yml:1:1", "name it pack.yaml")
    ]
    assert not loaded.packs


def test_too_many_files_are_told(write: Write) -> None:
    """A folder that was not meant to be a pack is not read to its end."""
    folder = write({"shop/pack.yaml": HEAD, **{f"shop/{number:04}.yaml": "" for number in range(1_001)}})
    assert codes(folder) == [("shop/pack.yaml:1:1", "too-large")]
