"""Which pack is meant: of a policy, by digest, or files; and never one that the caller may not see."""

from dataclasses import replace
from pathlib import Path

import pytest

from amends.application.activation_errors import UnknownDigestError
from amends.application.catalog import Catalog
from amends.application.choose_pack import ChoosePack, OfDigest, OfPolicy
from amends.application.compiled_pack import CompiledPack
from amends.application.find_texts import FindTexts, PackTexts
from amends.domain.errors import UnknownPolicyError
from amends.domain.identity import ANYBODY, Identity
from amends.engines.reference import ReferenceEngine
from amends.packs.files import SentFiles
from amends.packs.load import load_rules
from amends.packs.source import source_of
from tests.fakes.decision_log import FakePackStore

RULES = Path(__file__).parents[3] / "rules"
LOADED = load_rules(RULES)
STARTER, FOUNDATION = LOADED.packs["starter"], LOADED.packs["foundation"]
OF_STARTER: Identity = replace(ANYBODY, name="of-starter", policies=frozenset({"starter", "lost"}))


def choosing(*, without_texts: bool = False) -> ChoosePack:
    packs = {one.pack_id: CompiledPack(one, ReferenceEngine()) for one in (STARTER, FOUNDATION)}
    catalog = Catalog(packs, {"starter": "starter", "default": "foundation", "lost": "broken"})
    sources = [] if without_texts else [source_of(LOADED, one) for one in packs]
    return ChoosePack(catalog, FindTexts(RULES, sources, FakePackStore()))


async def test_a_policy_means_the_pack_that_decides_it() -> None:
    """With its tests, as the folder has them."""
    found = await choosing()(OfPolicy("starter"), ANYBODY)

    assert isinstance(found, PackTexts)
    assert (found.pack_id, found.digest, found.in_folder) == ("starter", STARTER.digest, True)
    with pytest.raises(UnknownPolicyError):
        await choosing()(OfPolicy("nobody"), ANYBODY)


async def test_files_are_what_they_are() -> None:
    """Whatever pack of that id is loaded."""
    sent = SentFiles("starter", {"pack.yaml": b""})

    assert await choosing()(sent, OF_STARTER) is sent


async def test_a_digest_is_found_only_by_who_may_see_a_policy_that_it_decides() -> None:
    """What somebody else's policy is decided by is as unknown as what was never there."""
    choose = choosing()

    assert isinstance(await choose(OfDigest(STARTER.digest), OF_STARTER), PackTexts)
    assert isinstance(await choose(OfDigest(FOUNDATION.digest), ANYBODY), PackTexts)
    for identity, digest in ((OF_STARTER, FOUNDATION.digest), (OF_STARTER, "ab" * 32), (ANYBODY, "ab" * 32)):
        with pytest.raises(UnknownDigestError):
            await choose(OfDigest(digest), identity)


async def test_a_pack_whose_texts_nobody_keeps_cannot_be_meant() -> None:
    """It decides, and cannot be read again."""
    with pytest.raises(UnknownDigestError):
        await choosing(without_texts=True)(OfPolicy("starter"), ANYBODY)
