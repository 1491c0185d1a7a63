"""The part of the RulePackService that changes by what policies decide: decodes, asks who may, calls, encodes."""

from dataclasses import dataclass

from amends.application.activate_pack import ActivatePack
from amends.application.activation import Activation
from amends.application.activation_errors import CannotActivateError, UnknownActivationError
from amends.application.approve_activation import ApproveActivation
from amends.application.cancel_activation import CancelActivation
from amends.application.policy_ports import Activations
from amends.domain.errors import PermissionDeniedError
from amends.domain.identity import Identity, Permission
from amends.server.answering import Behaviour, Call
from amends.server.permissions import require
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_activation import (
    decode_activate,
    decode_approve,
    decode_cancel,
    decode_get_activation,
    decode_list_activations,
)
from amends.wire.encode_activation import encode_activation, encode_activations


@dataclass(frozen=True, slots=True)
class ActivationUseCases:
    """What the servicer calls."""

    activate: ActivatePack
    approve: ApproveActivation
    cancel: CancelActivation
    activations: Activations


class ActivationServicer:
    """Answers what is asked of activations."""

    def __init__(self, use_cases: ActivationUseCases) -> None:
        self._use_cases = use_cases

    def behaviours(self) -> dict[str, Behaviour]:
        """By the names of the methods."""
        return {
            **self.readings(),
            "ActivateRulePack": self.activate,
            "ApproveActivation": self.approve,
            "CancelActivation": self.cancel,
        }

    def readings(self) -> dict[str, Behaviour]:
        """Of them, those that change nothing."""
        return {"GetActivation": self.get, "ListActivations": self.list}

    async def activate(
        self, request: service_pb2.ActivateRulePackRequest, call: Call
    ) -> service_pb2.ActivateRulePackResponse:
        """Ask for a pack to go live."""
        wanted = decode_activate(request, caller=call.identity.name)
        require(call.identity, Permission.PUBLISH, wanted.policy)
        activation = await self._use_cases.activate(wanted)
        _note(call, activation)
        return service_pb2.ActivateRulePackResponse(activation=encode_activation(activation))

    async def get(self, request: service_pb2.GetActivationRequest, call: Call) -> service_pb2.GetActivationResponse:
        """One activation, whole."""
        activation = await self._found(decode_get_activation(request))
        _may_see(call.identity, activation.policy)
        _note(call, activation)
        return service_pb2.GetActivationResponse(activation=encode_activation(activation))

    async def list(
        self, request: service_pb2.ListActivationsRequest, call: Call
    ) -> service_pb2.ListActivationsResponse:
        """A page of activations, in short, of the policies that the caller may see."""
        asked = decode_list_activations(request)
        if asked.policy:
            _may_see(call.identity, asked.policy)
        found = await self._use_cases.activations.activations(
            policy=asked.policy, policies=call.identity.policies, before=asked.before, limit=asked.size + 1
        )
        return encode_activations(found, size=asked.size, mark=asked.mark)

    async def approve(
        self, request: service_pb2.ApproveActivationRequest, call: Call
    ) -> service_pb2.ApproveActivationResponse:
        """Let an activation go live."""
        activation_id, by = decode_approve(request, caller=call.identity.name)
        activation = await self._found(activation_id)
        require(call.identity, Permission.PUBLISH, activation.policy)
        _note(call, activation)
        approved = await self._use_cases.approve(activation, by)
        return service_pb2.ApproveActivationResponse(activation=encode_activation(approved))

    async def cancel(
        self, request: service_pb2.CancelActivationRequest, call: Call
    ) -> service_pb2.CancelActivationResponse:
        """End an activation."""
        cancelling = decode_cancel(request, caller=call.identity.name)
        activation = await self._found(cancelling.activation_id)
        require(call.identity, Permission.PUBLISH, activation.policy)
        _note(call, activation)
        ended = await self._use_cases.cancel(activation, cancelling.by, reason=cancelling.reason)
        return service_pb2.CancelActivationResponse(activation=encode_activation(ended))

    async def _found(self, activation_id: str) -> Activation:
        activation = await self._use_cases.activations.activation(activation_id)
        if activation is None:
            raise UnknownActivationError(activation_id)
        return activation


def no_activations() -> dict[str, Behaviour]:
    """The behaviours of a server that has nowhere to keep packs."""
    return dict.fromkeys(
        ("ActivateRulePack", "GetActivation", "ListActivations", "ApproveActivation", "CancelActivation"), _cannot
    )


def _cannot(_request: object, _call: Call) -> bytes:
    raise CannotActivateError


def _may_see(identity: Identity, policy: str) -> None:
    if not (identity.may(Permission.READ, policy) or identity.may(Permission.PUBLISH, policy)):
        raise PermissionDeniedError(identity.name, permission=Permission.READ, policy=policy)


def _note(call: Call, activation: Activation) -> None:
    call.fields |= {"policy": activation.policy, "activation_id": activation.activation_id}
