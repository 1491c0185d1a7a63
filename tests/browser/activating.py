"""Asks a service of these tests for activations, past its console, and waits for what becomes of them."""

import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from tests.browser.console import Console
from tests.service.running import PATIENCE

_UNDER_WAY: Final = ("ACTIVATION_STATE_REQUESTED", "ACTIVATION_STATE_CHECKING")


def sent(console: Console, text: str, *, reason: str = "a test") -> dict[str, Any]:
    """What becomes of the desk, sent as one file."""
    files = [{"path": "pack.yaml", "content": b64encode(text.encode()).decode()}]
    return _asked(console, {"files": {"packId": "desk", "files": files}}, reason=reason)


def kept(console: Console, digest: str) -> dict[str, Any]:
    """What becomes of a pack that the service keeps: its proof is known."""
    return _asked(console, {"digest": digest}, reason="a test")


def _asked(console: Console, pack: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    asked: dict[str, Any] = console.call("activations", {"policy": "desk", "reason": reason, **pack})["activation"]
    return settled(console, str(asked["activationId"]))


def settled(console: Console, activation_id: str) -> dict[str, Any]:
    """An activation, once its check has come to an end."""
    end = time.monotonic() + PATIENCE
    while True:
        now: dict[str, Any] = console.get(f"activations/{activation_id}")["activation"]
        if now["state"] not in _UNDER_WAY:
            return now
        assert time.monotonic() < end, f"still not settled: {now}"
        time.sleep(0.02)
