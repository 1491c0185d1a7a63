"""The texts of a pack give the pack again, elsewhere and later."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from amends.packs.canonical import canonical_bytes
from amends.packs.files import SentFiles
from amends.packs.load import load_as_read, load_rules
from amends.packs.source import PackSource, SourceError, load_source, source_of

Write = Callable[[Mapping[str, str]], Path]
LOADED = load_rules(Path(__file__).parents[3] / "rules")
PARENT = "pack: base\nversion: 1\ntitle: Base\ncurrency: EUR\n"
CHILD = (
    "pack: shop\nversion: 2\ntitle: Shop\nextends: [base]\nrules: [{id: sorry, title: Sorry, then: [{apology: {}}]}]\n"
)


def test_the_shipped_packs_come_back_from_their_texts() -> None:
    """Every pack has its digest again, and decides by the same content."""
    assert LOADED.packs
    for pack_id, pack in LOADED.packs.items():
        back = load_source(source_of(LOADED, pack_id))
        assert (back.digest, canonical_bytes(back)) == (pack.digest, canonical_bytes(pack))


def test_a_source_holds_the_lineage_and_no_tests(write: Write) -> None:
    """Its own files and those of every pack that it extends; what is no part of it stays away."""
    rules = write(
        {
            "base/pack.yaml": PARENT,
            "shop/pack.yaml": CHILD,
            "shop/tests/one_test.yaml": "tests: []",
            "other/pack.yaml": PARENT.replace("base", "other"),
        },
    )
    source = source_of(load_rules(rules), "shop")
    assert {pack_id: [*files] for pack_id, files in source.files.items()} == {
        "shop": ["pack.yaml"],
        "base": ["pack.yaml"],
    }


def test_a_source_is_what_was_read(write: Write) -> None:
    """A file that changes after loading changes nothing: the stored texts are those that decide."""
    rules = write({"base/pack.yaml": PARENT})
    loaded = load_rules(rules)
    (rules / "base/pack.yaml").write_text(PARENT.replace("Base", "Changed"), encoding="utf-8")
    assert load_source(source_of(loaded, "base")).title == "Base"


def test_texts_of_another_language_are_refused(write: Write) -> None:
    """A pack that does not come out with its digest is never taken for the one that decided."""
    source = source_of(load_rules(write({"base/pack.yaml": PARENT, "shop/pack.yaml": CHILD})), "shop")
    altered = replace(source, files={**source.files, "base": {"pack.yaml": PARENT.replace("EUR", "USD").encode()}})
    lost = replace(source, files={"shop": source.files["shop"]})
    for wrong in (altered, lost, replace(source, digest="0" * 64)):
        with pytest.raises(SourceError, match="another version of the language"):
            load_source(wrong)


def test_what_a_later_check_refuses_comes_back(write: Write) -> None:
    """A pack that this version would not load is still the pack that decided then."""
    broken = CHILD + "limits: [{id: none, of: [entitlement], at_most: 5 EUR}]\n"
    loaded = load_rules(write({"base/pack.yaml": PARENT, "shop/pack.yaml": broken}))
    assert "shop" not in loaded.packs
    files = {pack_id: loaded.files[pack_id] for pack_id in ("base", "shop")}
    then = load_as_read([SentFiles(pack_id, contents) for pack_id, contents in files.items()], "shop")
    assert then is not None
    assert load_source(PackSource(then.digest, "shop", "2", files)) == then


def test_a_name_that_is_no_text_is_written_as_text(write: Write) -> None:
    """Disks take any bytes for a name; what is stored has to be text, and still the same pack."""
    rules = write({"base/pack.yaml": PARENT})
    odd = os.fsencode(rules / "base") + b"/caf\xe9.yaml"
    Path(os.fsdecode(odd)).write_text("rules: [{id: sorry, title: Sorry, then: [{apology: {}}]}]\n", encoding="utf-8")
    loaded = load_rules(rules)

    source = source_of(loaded, "base")

    assert [*source.files["base"]] == ["caf\\udce9.yaml", "pack.yaml"]
    assert load_source(source).digest == loaded.packs["base"].digest
