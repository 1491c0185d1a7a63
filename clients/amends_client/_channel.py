"""How the SDK connects: what is retried, for how long, and when a dead connection is noticed. No other file knows."""

import json
from typing import Any, Final

SERVICES: Final = ("amends.v1.DecisionService", "amends.v1.RulePackService")

DEADLINE: Final = 2.0
"""Seconds that a call may take unless it says otherwise: a person is waiting."""

BATCH_DEADLINE: Final = 30.0
"""Seconds that a batch may take unless it says otherwise."""

CHECK_DEADLINE: Final = 60.0
"""Seconds that checking a rule pack may take unless it says otherwise; a server gives no more either."""

ACTIVATION_SECONDS: Final = 600.0
"""Seconds that are waited for a pack to be checked and proved unless it says otherwise."""

_RECONNECT_MS: Final = 100
_RECONNECT_MAX_MS: Final = 2_000
_KEEPALIVE_MS: Final = 300_000  # what a gRPC server tolerates unasked; more often, and it closes the connection
_KEEPALIVE_TIMEOUT_MS: Final = 10_000  # also TCP_USER_TIMEOUT: so long unacknowledged data may stay unacknowledged


def service_config(*, wait_for_ready: bool) -> str:
    """The gRPC service config.

    It has no `retryPolicy`, on purpose: UNAVAILABLE also ends a call whose connection broke after a handler had it,
    and a policy on that code would decide a second time. What stays is what cannot reach a handler twice. A call waits
    for a connection instead of failing while there is none; and gRPC's transparent retries, which need no policy,
    repeat a call that never left this process, or that the server refused before any handler saw it (a stream above
    the last one of a GOAWAY, a refused stream).
    """
    method = {"name": [{"service": service} for service in SERVICES], "waitForReady": wait_for_ready}
    return json.dumps({"methodConfig": [method]})


def channel_options(*, wait_for_ready: bool) -> list[tuple[str, Any]]:
    """The options of a channel."""
    return [
        ("grpc.service_config", service_config(wait_for_ready=wait_for_ready)),
        ("grpc.service_config_disable_resolution", 1),
        ("grpc.enable_retries", 1),
        ("grpc.initial_reconnect_backoff_ms", _RECONNECT_MS),
        ("grpc.min_reconnect_backoff_ms", _RECONNECT_MS),
        ("grpc.max_reconnect_backoff_ms", _RECONNECT_MAX_MS),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 0),
        ("grpc.max_receive_message_length", -1),
    ]
