"""Asking running servers for activations, and waiting for what becomes of them."""

import time
from collections.abc import Mapping
from typing import Final

import grpc

from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.rule_pack_service_pb2_grpc import RulePackServiceStub
from tests.service.packs import SHOP
from tests.service.running import PATIENCE

UNDER_WAY: Final = (service_pb2.ACTIVATION_STATE_REQUESTED, service_pb2.ACTIVATION_STATE_CHECKING)
TESTS: Final = """\
clock: 2026-11-01T12:00:00Z
situations:
  week-late:
    fault: company
    shipping_fee: 9.90 USD
    facts: {delay_days: 7}
tests:
  - name: a week late
    given: week-late
    expect: {actions: [{refund: {amount: 9.90 USD}}]}
"""


def shop(days: int, version: str = "2.0.0") -> str:
    """The shop that is late from so many days on."""
    return SHOP.replace("at_least: 3", f"at_least: {days}").replace("1.2.3", version)


class Publisher:
    """Whoever changes the rules, over a channel."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.stub = RulePackServiceStub(channel)

    def upload(self, text: str, *, tests: str = "", **said: object) -> service_pb2.Activation:
        """Ask for the shop of one file, and its tests."""
        files = {"pack.yaml": text} | ({"tests/late_test.yaml": tests} if tests else {})
        return self._activate(files=service_pb2.PackFiles(pack_id="shop", files=_files(files)), **said)

    def digest(self, digest: str, **said: object) -> service_pb2.Activation:
        """Ask for a kept pack."""
        return self._activate(digest=digest, **said)

    def _activate(self, **said: object) -> service_pb2.Activation:
        asked = {"policy": "default", "reason": "a test"} | said
        request = service_pb2.ActivateRulePackRequest(**asked)  # type: ignore[arg-type]  # any of its fields
        return self.stub.ActivateRulePack(request).activation

    def get(self, activation_id: str) -> service_pb2.Activation:
        return self.stub.GetActivation(service_pb2.GetActivationRequest(activation_id=activation_id)).activation

    def settled(self, asked: service_pb2.Activation) -> service_pb2.Activation:
        """What becomes of it, once its check has come to an end."""
        end = time.monotonic() + PATIENCE
        while (now := self.get(asked.activation_id)).state in UNDER_WAY:
            assert time.monotonic() < end, f"still not settled: {now}"
            time.sleep(0.02)
        return now

    def listed(self, **said: object) -> list[service_pb2.Activation]:
        request = service_pb2.ListActivationsRequest(**said)  # type: ignore[arg-type]  # any of its fields
        return list(self.stub.ListActivations(request).activations)


def state(activation: service_pb2.Activation) -> str:
    """How far it is, in words."""
    return service_pb2.ActivationState.Name(activation.state).removeprefix("ACTIVATION_STATE_").lower()


def _files(files: Mapping[str, str]) -> list[service_pb2.PackFile]:
    return [service_pb2.PackFile(path=path, content=text.encode()) for path, text in files.items()]
