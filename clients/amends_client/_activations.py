"""Requests about what policies decide by, from plain Python: the part that the sync and the async client share."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Required, TypedDict

from amends_client._arguments import check_files
from amends_client._records import ActorFields, filled
from amends_client._requests import new_request_id
from amends_client.messages import (
    ActivateRulePackRequest,
    Activation,
    ActivationState,
    Actor,
    ApproveActivationRequest,
    CancelActivationRequest,
    ListActivationsRequest,
    PackFile,
    PackFiles,
)
from amends_client.pack_files import pack_files

LOOK_SECONDS: Final = 0.25
"""Between two looks at an activation that is waited for."""

_UNDER_WAY: Final = frozenset((ActivationState.ACTIVATION_STATE_REQUESTED, ActivationState.ACTIVATION_STATE_CHECKING))


class ActivationFields(TypedDict, total=False):
    """Which policy, and why. The contract's `ActivateRulePackRequest` tells what each means."""

    policy: Required[str]
    reason: Required[str]
    ticket: str | None
    actor: ActorFields | Actor | None
    validate_only: bool | None
    allow_unverified: bool | None
    request_id: str | None


def folder_request(folder: str | Path, fields: ActivationFields) -> ActivateRulePackRequest:
    """A pack of this machine, by its folder; the folder's name is the pack's id. OSError where it cannot be read."""
    root = Path(folder).resolve()
    return files_request(root.name, pack_files(root), fields)


def files_request(pack_id: str, files: Mapping[str, str | bytes], fields: ActivationFields) -> ActivateRulePackRequest:
    """A pack by its files."""
    check_files(pack_id, files)
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    sent = PackFiles(
        pack_id=pack_id, files=[PackFile(path=path, content=content) for path, content in contents.items()]
    )
    return _with_id(filled(ActivateRulePackRequest(files=sent), fields))


def digest_request(digest: str, fields: ActivationFields) -> ActivateRulePackRequest:
    """A pack that the server keeps."""
    return _with_id(filled(ActivateRulePackRequest(digest=digest), fields))


def list_request(policy: str) -> ListActivationsRequest:
    """The first page of activations."""
    return ListActivationsRequest(policy=policy)


def approve_request(activation_id: str, actor: ActorFields | Actor | None) -> ApproveActivationRequest:
    """Who approves."""
    return filled(ApproveActivationRequest(), {"activation_id": activation_id, "actor": actor})


def cancel_request(activation_id: str, actor: ActorFields | Actor | None, reason: str) -> CancelActivationRequest:
    """Who ends it, and why."""
    return filled(CancelActivationRequest(), {"activation_id": activation_id, "actor": actor, "reason": reason})


def is_under_way(activation: Activation) -> bool:
    """Whether its check has yet to come to an end; one that awaits approval has come to it."""
    return activation.state in _UNDER_WAY


def _with_id(request: ActivateRulePackRequest) -> ActivateRulePackRequest:
    request.request_id = request.request_id or new_request_id()
    return request
