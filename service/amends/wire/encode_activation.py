"""Activations, as the contract's messages."""

from collections.abc import Sequence
from typing import Final

from amends.application.activation import Activation
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.actors import write_actor
from amends.wire.encode_check import encode_diagnostic
from amends.wire.encode_values import write_moment
from amends.wire.names import numbers
from amends.wire.page_tokens import token

_STATES: Final = numbers(service_pb2.ActivationState)


def encode_activation(activation: Activation) -> service_pb2.Activation:
    """One activation, with all that was found."""
    findings = activation.findings
    message = service_pb2.Activation(
        activation_id=activation.activation_id,
        policy=activation.policy,
        pack_id=activation.pack_id,
        version=activation.version,
        digest=activation.digest,
        previous_digest=activation.previous_digest,
        state=_STATES[activation.state],
        caller=activation.by.caller,
        origin=activation.origin,
        reason=activation.reason,
        ticket=activation.ticket,
        problems=findings.problems,
        diagnostics=[encode_diagnostic(found) for found in findings.diagnostics],
        tests_passed=findings.tests_passed,
        situations_agreed=findings.situations_agreed,
        engines=findings.engines,
        independently_verified=findings.independently_verified,
        validate_only=activation.validate_only,
        settled_by_caller=activation.settled_by.caller,
        settled_reason=activation.settled_reason,
    )
    write_actor(message.actor, activation.by.actor)
    write_actor(message.settled_by, activation.settled_by.actor)
    write_moment(message.requested_at, activation.requested_at)
    if activation.settled_at is not None:
        write_moment(message.settled_at, activation.settled_at)
    return message


def encode_activations(found: Sequence[Activation], *, size: int, mark: bytes) -> service_pb2.ListActivationsResponse:
    """A page of at most `size`; one more than that tells that there is a next one."""
    page = found[:size]
    return service_pb2.ListActivationsResponse(
        activations=[encode_activation(one) for one in page],
        next_page_token=token(mark, page[-1].activation_id if len(found) > size else ""),
    )
