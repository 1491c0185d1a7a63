"""Who may change what a policy decides by, over a server that knows its callers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.rule_pack_service_pb2_grpc import RulePackServiceStub
from tests.service.activating import Publisher, shop, state
from tests.service.callers import Callers, make_callers
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import refusal
from tests.service.running import write_pack


class As:
    """The same calls by one caller or another."""

    def __init__(self, channel: grpc.Channel, callers: Callers) -> None:
        self._channel = channel
        self._callers = callers

    def __call__(self, caller: str) -> Publisher:
        said = self._callers.said(caller)
        publisher = Publisher(self._channel)
        publisher.stub = _Said(publisher.stub, said)  # type: ignore[assignment]  # its methods, with the metadata
        return publisher


class _Said:
    def __init__(self, stub: RulePackServiceStub, said: tuple[tuple[str, str], ...]) -> None:
        self._stub = stub
        self._said = said

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401  # a method of the stub
        return lambda request: getattr(self._stub, method)(request, metadata=self._said, timeout=60)


@pytest.fixture(scope="module")
def by(tmp_path_factory: pytest.TempPathFactory) -> Iterator[As]:
    folder: Path = tmp_path_factory.mktemp("activation-access")
    write_pack(folder / "rules", "shop", SHOP)
    callers = make_callers(folder)
    options = ("--policies", "default=shop,brand-x=shop", "--no-watch", "--approvals", *callers.options)
    with (
        recording_server(folder / "rules", sqlite_url(folder), *options) as server,
        callers.channel(server.target) as channel,
    ):
        yield As(channel, callers)


def denied(error: grpc.RpcError) -> bool:
    return refusal(error).reason == "PERMISSION_DENIED"


def test_who_asks_is_recorded_by_the_name_of_their_key(by: As) -> None:
    """Whatever they say of themselves; and another name has to approve, of the same policy."""
    asked = by("publisher").settled(by("publisher").upload(shop(4), policy="brand-x"))
    assert (state(asked), asked.caller) == ("awaiting_approval", "publisher")
    approve = service_pb2.ApproveActivationRequest(activation_id=asked.activation_id)
    with pytest.raises(grpc.RpcError) as caught:
        by("publisher").stub.ApproveActivation(approve)
    assert refusal(caught.value).reason == "CANNOT_CHANGE_ACTIVATION"

    live = by("other-brand").stub.ApproveActivation(approve).activation

    assert (state(live), live.settled_by_caller) == ("live", "other-brand")


def test_a_policy_of_others_is_not_changed(by: As) -> None:
    """Nor is what is on its way to it approved, ended or seen by who may not."""
    with pytest.raises(grpc.RpcError) as caught:
        by("other-brand").upload(shop(5), policy="default")
    assert denied(caught.value)
    asked = by("publisher").settled(by("publisher").upload(shop(5), policy="default"))
    calls: dict[str, Any] = {
        "ApproveActivation": service_pb2.ApproveActivationRequest,
        "CancelActivation": service_pb2.CancelActivationRequest,
        "GetActivation": service_pb2.GetActivationRequest,
    }

    for method, request in calls.items():
        with pytest.raises(grpc.RpcError) as caught:
            getattr(by("other-brand").stub, method)(request(activation_id=asked.activation_id))
        assert denied(caught.value), method
    with pytest.raises(grpc.RpcError) as caught:
        by("other-brand").listed(policy="default")
    assert denied(caught.value)
    assert {one.policy for one in by("other-brand").listed()} <= {"brand-x"}
    assert asked.activation_id in {one.activation_id for one in by("publisher").listed()}


def test_who_reads_may_see_and_not_change(by: As) -> None:
    """A watcher sees the activations of its policies."""
    asked = by("publisher").settled(by("publisher").upload(shop(6), policy="default"))

    seen = by("watcher").get(asked.activation_id)

    assert seen.activation_id == asked.activation_id
    with pytest.raises(grpc.RpcError) as caught:
        by("watcher").upload(shop(6), policy="default")
    assert denied(caught.value)
