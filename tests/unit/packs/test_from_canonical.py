"""A pack comes back from its canonical form as it went in, or not at all."""

from dataclasses import fields
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings

from amends.packs.canonical import NOT_CONTENT, canonical_bytes, with_digest
from amends.packs.from_canonical import NotCanonicalError, pack_of
from amends.packs.load import load_rules
from amends.packs.model import Pack
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.pack_generators import full_packs

ROOT = Path(__file__).parents[3]
LOADED = load_rules(ROOT / "rules").packs
CONTENT = [field.name for field in fields(Pack) if field.compare and field.name not in NOT_CONTENT]


def content(pack: Pack) -> list[object]:
    return [getattr(pack, name) for name in CONTENT]


@pytest.mark.parametrize("pack_id", LOADED)
def test_shipped_packs_come_back(pack_id: str) -> None:
    """With their digest, and equal in everything that decides; places are left behind."""
    pack = LOADED[pack_id]

    back = pack_of(canonical_bytes(pack))

    assert (back.digest, content(back)) == (pack.digest, content(pack))
    assert {rule.position.file for rule in back.rules} == {""}


@settings(thorough, max_examples=EXAMPLES // 5)
@given(pack=full_packs())
def test_any_pack_comes_back(pack: Pack) -> None:
    """Every condition, action and amount there is."""
    back = pack_of(canonical_bytes(pack))
    assert (back.digest, content(back)) == (with_digest(pack).digest, content(pack))


STARTER = canonical_bytes(LOADED["starter"])


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"[]",
        b"{",
        b'{"language":1}',
        b"[" * 100_000,
        STARTER[:-1],
        STARTER + b" ",
        STARTER.replace(b'"language":1', b'"language":2'),
        STARTER.replace(b'"main":', b'"mein":'),
        STARTER.replace(b'"node":"OneOf"', b'"node":"OneMore"', 1),
        STARTER.replace(b'"negated":false', b'"negated": false', 1),
        STARTER.replace(b'"pack_id":"starter"', b'"pack_id":"starter","more":1'),
        STARTER.replace(b'"pack_id":"starter"', b'"pack_id":["starter"]'),
        rfc8785.dumps({"language": 1, "pack_id": "starter"}),
    ],
    ids=range(14),
)
def test_anything_else_is_refused(written: bytes) -> None:
    """Cut short, of another language, with a key too many, a node of no class or one blank more: never half a pack."""
    with pytest.raises(NotCanonicalError):
        pack_of(written)
