"""durable-rules as it comes, without the cage: what it does with rules and facts that it should not be given."""

import json
from collections.abc import Mapping
from typing import Any

import durable_rules_engine


def fired(rules: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """The rules that fire on the facts, as often as they do; at most a hundred."""
    written = {name: {"all": [{"m": rule}]} for name, rule in rules.items()}
    handle = durable_rules_engine.create_ruleset("raw", json.dumps(written))
    return asserted(handle, facts)


def asserted(handle: int, facts: Mapping[str, Any]) -> list[str]:
    """What a ruleset fires on facts that are asserted and not taken back."""
    status, session = durable_rules_engine.assert_fact(handle, json.dumps({"sid": "0", "id": "f", **facts}))
    found: list[str] = []
    started = durable_rules_engine.start_action_for_state(handle, session) if status == 0 else None
    message = started and started[1]
    while message is not None and len(found) < 100:
        found.append(next(iter(json.loads(message))))
        message = durable_rules_engine.complete_and_start_action(handle, session)
    return found
