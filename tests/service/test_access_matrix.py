"""Each method by each caller by each road: one table says who is let in, and both roads tell the very same."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

import pytest
from google.rpc import code_pb2, error_details_pb2, status_pb2

from tests.service.guarded import METHODS, Guarded, guarded_server

CALLERS: Final = ("helpdesk", "watcher", "publisher", "other-brand", "nobody", "stranger")

MAY_CALL: Final = MappingProxyType(
    {
        "Decide": {"helpdesk"},
        # An empty request is one to decide by `default`, which `other-brand` may not and `watcher` may only preview.
        "DecideFlat": {"helpdesk"},
        "BatchDecide": {"helpdesk", "watcher", "other-brand"},
        "StreamDecide": {"helpdesk", "watcher", "other-brand"},
        "GetDecision": {"watcher", "other-brand"},
        "ListDecisions": {"watcher", "other-brand"},
        "RecordOutcome": {"helpdesk", "other-brand"},
        "ListObligations": {"watcher", "other-brand"},
        "ReplayDecision": {"watcher", "other-brand"},
        "GetRuleStatistics": {"watcher", "other-brand"},
        "CheckReply": {"helpdesk", "watcher", "other-brand"},
        "ListRulePacks": {"watcher", "other-brand"},
        "GetRulePack": {"watcher", "other-brand"},
        "GetRulePackFiles": {"watcher", "other-brand"},
        "CheckRulePack": {"publisher", "other-brand"},
        "RunPackTests": {"publisher", "other-brand"},
        "TryRulePack": {"publisher", "other-brand"},
        "CompareRulePacks": {"publisher", "other-brand"},
        "ActivateRulePack": {"publisher", "other-brand"},
        "GetActivation": {"watcher", "publisher", "other-brand"},
        "ListActivations": {"watcher", "publisher", "other-brand"},
        "ApproveActivation": {"publisher", "other-brand"},
        "CancelActivation": {"publisher", "other-brand"},
    }
)
"""Written out, and not taken from the server's own table: what changes there has to be wanted here."""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded_server(tmp_path_factory.mktemp("matrix")) as made:
        yield made


def test_the_table_has_every_method() -> None:
    """Who may call a method that is added is decided here before it is served."""
    assert set(MAY_CALL) == set(METHODS)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("method", METHODS)
def test_each_method_lets_in_whom_the_table_says(guarded: Guarded, method: str, caller: str) -> None:
    """By gRPC and by Connect alike: others get UNAUTHENTICATED or PERMISSION_DENIED, whatever the request is."""
    request_id = f"{method}.{caller}"
    by_grpc = guarded.by_grpc(method, caller, request_id=request_id)
    by_connect = guarded.by_connect(method, caller, request_id=request_id)

    assert outcome(by_grpc) == expected(method, caller)
    assert by_connect == by_grpc
    told = {line["code"] for line in guarded.server.lines("call") if line["request_id"] == request_id}
    assert told <= {code_pb2.Code.Name(by_grpc.code)}


def expected(method: str, caller: str) -> str:
    if caller in {"nobody", "stranger"}:
        return "UNAUTHENTICATED"
    return "let in" if caller in MAY_CALL[method] else "PERMISSION_DENIED"


def outcome(status: status_pb2.Status) -> str:
    """What came of it: refused for want of who calls or what they may, or let in, whatever came of it then."""
    if status.code not in {code_pb2.UNAUTHENTICATED, code_pb2.PERMISSION_DENIED}:
        assert status.code in {code_pb2.OK, code_pb2.INVALID_ARGUMENT, code_pb2.NOT_FOUND}, status
        return "let in"
    info = error_details_pb2.ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    assert info.reason == code_pb2.Code.Name(status.code)
    return str(info.reason)
