"""The use case of the reply check: which phrases a draft is held against."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from amends.application.check_reply import CheckReply
from amends.packs.load import load_pack
from amends.replies.held import Held

PACK: Final = load_pack(Path(__file__).parents[3] / "rules", "foundation")
NOTHING: Final = Held(actions=(), guardrails=())


def test_phrases_that_were_read_anew_are_looked_for() -> None:
    """They change no digest: a pack of the same one may have others, and nothing kept of the old ones is told."""
    check = CheckReply()

    async def found(*, pack_has: bool) -> tuple[str, int]:
        pack = PACK if pack_has else replace(PACK, replies=())
        checked = (await check.against(NOTHING, "We will refund you.", pack, locale="en")).checked
        return checked.locale, len(checked.findings)

    assert [asyncio.run(found(pack_has=pack_has)) for pack_has in (True, False, True)] == [
        ("en", 1),
        ("", 0),
        ("en", 1),
    ]
