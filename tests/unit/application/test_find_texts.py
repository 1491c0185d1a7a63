"""The texts of a pack by its digest: as they were kept, with its tests where the folder still holds the same files."""

from pathlib import Path

import pytest

from amends.application.find_texts import FindTexts
from amends.packs.load import load_rules
from amends.packs.source import PackSource, load_source, source_of
from tests.fakes.decision_log import FakePackStore
from tests.service.packs import SHOP
from tests.service.running import write_pack

TESTS = b"clock: 2026-11-01T12:00:00Z\nsituations: {}\ntests: []\n"
CHILD = "pack: child\nversion: 1\ntitle: A child\nextends: [shop]\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    write_pack(tmp_path, "shop", SHOP)
    write_pack(tmp_path, "child", CHILD)
    (tmp_path / "child" / "tests").mkdir()
    (tmp_path / "child" / "tests" / "late_test.yaml").write_bytes(TESTS)
    (tmp_path / "child" / "README.md").write_text("no file of a pack")
    return tmp_path


def source(rules: Path, pack_id: str = "child") -> PackSource:
    return source_of(load_rules(rules), pack_id)


async def test_a_pack_of_the_folder_comes_with_its_tests_and_with_what_it_extends(rules: Path) -> None:
    """Its own files stand first; what belongs to no pack is left out."""
    kept = source(rules)

    found = await FindTexts(rules, [kept])(kept.digest)

    assert found is not None
    assert found.in_folder
    assert list(found.files) == ["child", "shop"]
    assert dict(found.files["child"]) == {"pack.yaml": CHILD.encode(), "tests/late_test.yaml": TESTS}
    assert dict(found.files["shop"]) == {"pack.yaml": SHOP.encode()}


@pytest.mark.parametrize("changed", ["pack.yaml", "more.yaml"])
async def test_what_the_folder_says_otherwise_by_now_is_given_as_it_was_kept(rules: Path, changed: str) -> None:
    """Neither another pack's text nor the tests of another pack are given for it."""
    kept = source(rules)
    (rules / "child" / changed).write_text(CHILD + "# another\n" if changed == "pack.yaml" else "rules: []\n")

    found = await FindTexts(rules, [kept])(kept.digest)

    assert found is not None
    assert not found.in_folder
    assert dict(found.files["child"]) == {"pack.yaml": CHILD.encode()}
    assert load_source(PackSource(kept.digest, "child", "1", found.files)).digest == kept.digest


async def test_a_pack_that_no_folder_holds_comes_from_the_store(
    rules: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One that was uploaded, for instance."""
    kept, store = source(rules), FakePackStore()
    await store.add(kept)

    found = await FindTexts(tmp_path_factory.mktemp("empty"), [], store)(kept.digest)

    assert found is not None
    assert (found.in_folder, found.pack_id, found.digest) == (False, "child", kept.digest)
    assert found.files == kept.files


async def test_what_nobody_keeps_is_not_there(rules: Path) -> None:
    """With a store or without one."""
    assert await FindTexts(rules, [source(rules, "shop")])("ab" * 32) is None
    assert await FindTexts(rules, [], FakePackStore())("ab" * 32) is None
