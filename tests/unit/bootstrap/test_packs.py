"""Which pack a policy points to, and what is made of a rules folder."""

from pathlib import Path

import pytest

from amends.bootstrap.packs import choose_policies, load
from amends.config import Settings, SettingsError
from amends.domain.errors import UnknownPackError, UnknownPolicyError
from tests.service.packs import BROKEN, SHOP
from tests.service.running import write_pack


def test_every_pack_is_a_policy_of_its_own_name_and_foundation_is_the_default() -> None:
    """Without a word of configuration, everything that is loaded can be asked for."""
    assert choose_policies({}, ["airline", "foundation"]) == {
        "airline": "airline",
        "foundation": "foundation",
        "default": "foundation",
    }


def test_a_single_pack_is_the_default() -> None:
    """Who has one policy need not name it."""
    assert choose_policies({}, ["shop"])["default"] == "shop"


def test_among_several_packs_nobody_guesses_the_default() -> None:
    """Money is given by it: it has to be said."""
    assert "default" not in choose_policies({}, ["shop", "brand"])


def test_what_is_wanted_wins() -> None:
    """Over the default, and over a pack's own name."""
    chosen = choose_policies({"default": "airline", "airline": "foundation"}, ["airline", "foundation"])

    assert (chosen["default"], chosen["airline"]) == ("airline", "foundation")


def test_a_broken_pack_keeps_its_policies_to_itself(tmp_path: Path) -> None:
    """A typo in foundation must not make the only other pack decide for everybody."""
    write_pack(tmp_path, "foundation", BROKEN.replace("pack: lost", "pack: foundation"))
    write_pack(tmp_path, "shop", SHOP)

    loaded = load(Settings(rules=tmp_path))

    assert loaded.unavailable == {"default": "foundation", "foundation": "foundation"}
    with pytest.raises(UnknownPackError):
        loaded.catalog.pin("default")
    with pytest.raises(UnknownPolicyError):
        loaded.catalog.pin("nobody")
    assert loaded.catalog.pin("shop").pack.pack_id == "shop"
    assert loaded.diagnostics["foundation"]
    assert not loaded.diagnostics["shop"]


def test_a_rules_folder_that_is_not_there_is_a_setting_to_mend(tmp_path: Path) -> None:
    """Not an empty service."""
    with pytest.raises(SettingsError, match="AMENDS_RULES"):
        load(Settings(rules=tmp_path / "nowhere"))
