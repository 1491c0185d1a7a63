"""Requests about activations: what a policy is to decide by, who asks for it, and pages of the list."""

import hashlib
import re
from typing import Final, NamedTuple

from amends.application.activate_pack import Wanted
from amends.application.activation import PackTexts, Person
from amends.application.fingerprint import fingerprint_of
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.actors import read_actor
from amends.wire.decode_check_request import read_sent_files
from amends.wire.decode_log_request import read_required
from amends.wire.identifiers import read_identifier, refuse_nul
from amends.wire.limits import TEXT_CHARACTERS
from amends.wire.page_tokens import mark_of, page_size, place_of
from amends.wire.violations import Violations, shown

_DIGEST: Final = re.compile(rf"[0-9a-f]{{{hashlib.sha256().digest_size * 2}}}")


class ActivationsAsked(NamedTuple):
    """Which activations, and which page of them: `size` behind `before`. `mark` binds the next page to the request."""

    policy: str
    before: str
    size: int
    mark: bytes


class Cancelling(NamedTuple):
    """Which activation is to be ended, by whom and why."""

    activation_id: str
    by: Person
    reason: str


def decode_activate(request: service_pb2.ActivateRulePackRequest, *, caller: str) -> Wanted:
    """What is asked for; InvalidSituationError with everything wrong with the request."""
    violations = Violations("")
    digest, pack_id = "", ""
    texts: PackTexts | None = None
    match request.WhichOneof("pack"):
        case "files":
            sent = read_sent_files(request.files, violations.below("files"))
            pack_id, texts = sent.name, {sent.name: sent.contents}
        case "digest":
            digest = request.digest
            if not _DIGEST.fullmatch(digest):
                described = f"{shown(digest)} is no SHA-256 in lower-case hexadecimal, such as GetRulePack gives"
                violations.add("digest", described)
        case _:
            violations.add("files", "is required, or else digest: the pack that is to decide")
    wanted = Wanted(
        policy=read_required(request.policy, "policy", violations),
        by=Person(read_actor(request.actor, violations), caller),
        reason=_reason(request.reason, violations, is_required=True),
        ticket=read_identifier(request.ticket, "ticket", violations),
        pack_id=pack_id,
        texts=texts,
        digest=digest,
        fingerprint="" if texts is None else fingerprint_of(pack_id, texts),
        validate_only=request.validate_only,
        allow_unverified=request.allow_unverified,
        request_id=read_identifier(request.request_id, "request_id", violations),
    )
    violations.check()
    return wanted


def decode_get_activation(request: service_pb2.GetActivationRequest) -> str:
    """The id of the activation asked for."""
    violations = Violations("")
    activation_id = read_required(request.activation_id, "activation_id", violations)
    violations.check()
    return activation_id


def decode_list_activations(request: service_pb2.ListActivationsRequest) -> ActivationsAsked:
    """The activations asked for."""
    violations = Violations("")
    policy = read_identifier(request.policy, "policy", violations)
    size = page_size(request.page_size, violations)
    violations.check()
    mark = mark_of(request)
    return ActivationsAsked(policy, place_of(request.page_token, mark), size, mark)


def decode_approve(request: service_pb2.ApproveActivationRequest, *, caller: str) -> tuple[str, Person]:
    """The id of the activation, and who approves it."""
    violations = Violations("")
    activation_id = read_required(request.activation_id, "activation_id", violations)
    by = Person(read_actor(request.actor, violations), caller)
    violations.check()
    return activation_id, by


def decode_cancel(request: service_pb2.CancelActivationRequest, *, caller: str) -> Cancelling:
    """Which activation is to be ended."""
    violations = Violations("")
    cancelling = Cancelling(
        read_required(request.activation_id, "activation_id", violations),
        Person(read_actor(request.actor, violations), caller),
        _reason(request.reason, violations, is_required=False),
    )
    violations.check()
    return cancelling


def _reason(text: str, violations: Violations, *, is_required: bool) -> str:
    if is_required and not text.strip():
        violations.add("reason", "is required: why, in words, for whoever reads of it later")
    if len(text) > TEXT_CHARACTERS:
        violations.add("reason", f"has {len(text)} characters; expected at most {TEXT_CHARACTERS}")
    refuse_nul(text, "reason", violations)
    return text
