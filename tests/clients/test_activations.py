"""Both clients change what a policy decides by, against a real server with a log."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends_client import (
    ActivationState,
    AmendsClient,
    AsyncAmendsClient,
    CannotActivate,
    CannotChangeActivation,
    InvalidRequest,
    UnknownActivation,
    UnknownRulePack,
)
from tests.service.activating import shop
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import write_pack

LIVE = ActivationState.ACTIVATION_STATE_LIVE


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose packs go live when another than who asked approves."""
    folder = tmp_path_factory.mktemp("activations")
    write_pack(folder / "rules", "shop", SHOP)
    with recording_server(folder / "rules", sqlite_url(folder), "--no-watch", "--approvals") as server:
        yield server.target


def test_a_pack_is_asked_for_and_approved(target: str, tmp_path: Path) -> None:
    """From a folder of this machine to the policy, and back by its digest."""
    write_pack(tmp_path, "shop", shop(4, "2.0.0"))
    with AmendsClient(target) as client:
        asked = client.activate(tmp_path / "shop", policy="default", reason="spring", actor={"actor_id": "anna"})
        waiting = client.wait_for_activation(asked.activation_id)
        assert waiting.state == ActivationState.ACTIVATION_STATE_AWAITING_APPROVAL
        with pytest.raises(CannotChangeActivation):
            client.approve_activation(asked.activation_id, actor={"actor_id": "anna"})

        live = client.approve_activation(asked.activation_id, actor={"actor_id": "bert"})

        assert (live.state, live.version, live.settled_by.actor_id) == (LIVE, "2.0.0", "bert")
        before = client.activate_digest(live.previous_digest, policy="default", reason="back", ticket="T-1")
        before = client.wait_for_activation(before.activation_id)
        ended = client.cancel_activation(before.activation_id, reason="not after all")
        assert (ended.state, ended.digest) == (ActivationState.ACTIVATION_STATE_CANCELLED, live.previous_digest)
        listed = [one.activation_id for one in client.list_activations("default")]
        assert listed[:2] == [before.activation_id, asked.activation_id]


async def test_the_async_client_does_the_same(target: str) -> None:
    """By the files of a pack."""
    async with AsyncAmendsClient(target) as client:
        files = {"pack.yaml": shop(5, "3.0.0")}
        asked = await client.activate_files("shop", files, policy="brand", reason="r", request_id="once")
        again = await client.activate_files("shop", files, policy="brand", reason="r", request_id="once")
        assert again.activation_id == asked.activation_id

        await client.wait_for_activation(asked.activation_id)
        live = await client.approve_activation(asked.activation_id, actor={"actor_id": "bert"})

        assert live.state == LIVE
        assert [one.activation_id async for one in client.list_activations("brand")] == [asked.activation_id]
        refused = await client.activate_files("shop", {"pack.yaml": "pack: shop"}, policy="brand", reason="r")
        refused = await client.wait_for_activation(refused.activation_id)
        assert refused.state == ActivationState.ACTIVATION_STATE_REFUSED
        assert refused.problems
        with pytest.raises(CannotChangeActivation):
            await client.cancel_activation(refused.activation_id)


def test_mistakes_have_errors_of_their_own(target: str, service: str) -> None:
    """What is not there, what is not said, and a server that keeps nothing."""
    with AmendsClient(target) as client:
        with pytest.raises(UnknownActivation):
            client.get_activation("nothing")
        with pytest.raises(UnknownRulePack):
            client.activate_digest("f" * 64, policy="default", reason="r")
        with pytest.raises(InvalidRequest):
            client.activate_digest("no digest", policy="default", reason="r")
        with pytest.raises(ValueError, match="polcy: there is no such field; did you mean policy"):
            client.activate_digest("f" * 64, polcy="default", reason="r")  # type: ignore[call-arg]  # a mistake
    with AmendsClient(service) as client, pytest.raises(CannotActivate):
        client.activate_digest("f" * 64, policy="default", reason="r")
