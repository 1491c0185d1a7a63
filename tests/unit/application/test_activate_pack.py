"""Asking for a pack: kept with who asked and why, the same request once, a digest only of a pack that is kept."""

import pytest

from amends.application.activate_pack import Wanted
from amends.application.activation import ActivationState, Origin
from amends.application.activation_errors import UnknownDigestError
from amends.application.log_errors import RequestIdReusedError
from tests.unit.application.activating import ANNA, Publishing, source


async def test_a_request_is_kept_and_somebody_hears_of_it() -> None:
    """With everything that was said."""
    desk = Publishing()

    asked = await desk.upload("1", ticket="CR-1", validate_only=True)

    assert (asked.state, asked.origin, asked.by, asked.ticket) == (
        ActivationState.REQUESTED,
        Origin.UPLOAD,
        ANNA,
        "CR-1",
    )
    assert asked.validate_only
    assert desk.news == 1


async def test_a_kept_pack_is_asked_for_by_its_digest() -> None:
    """What it is, is known at once."""
    desk = Publishing()
    kept = source("1")
    await desk.packs.add(kept)

    asked = await desk.activate(Wanted("default", ANNA, "back", digest=kept.digest))

    assert (asked.origin, asked.pack_id, asked.version) == (Origin.DIGEST, "tiny", "1")


async def test_a_digest_of_no_pack_is_refused() -> None:
    """Before anything is kept."""
    desk = Publishing()

    with pytest.raises(UnknownDigestError):
        await desk.activate(Wanted("default", ANNA, "back", digest="f" * 64))

    assert desk.news == 0


async def test_a_request_id_stands_for_one_request() -> None:
    """Sent again it is the same activation; for anything else it is refused."""
    desk = Publishing()
    await desk.packs.add(source("1"))
    asked = await desk.upload("1", request_id="r")

    assert await desk.upload("1", request_id="r") == asked
    others = (
        {"fingerprint": "another"},
        {"policy": "brand"},
        {"validate_only": True},
        {"allow_unverified": True},
    )
    for other in others:
        with pytest.raises(RequestIdReusedError):
            await desk.upload("1", request_id="r", **other)
    with pytest.raises(RequestIdReusedError):
        await desk.activate(Wanted("default", ANNA, "back", digest=source("1").digest, request_id="r"))
