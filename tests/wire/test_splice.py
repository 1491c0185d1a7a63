"""Parts put together are the bytes that protobuf gives the whole."""

from typing import cast

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from hypothesis import example, given
from hypothesis import strategies as st

from amends.v1 import action_pb2, decision_pb2, decision_service_pb2
from amends.wire.splice import delimited, delimited_text, serialised, tag


@pytest.mark.parametrize("message", [action_pb2.Action, decision_pb2.Decision, decision_service_pb2.DecideResponse])
def test_every_tag_is_the_one_that_protobuf_writes(message: type[Message]) -> None:
    """Of text, one byte or two: a tag and a length of one stand before a single letter."""
    contract = cast("Descriptor", message.DESCRIPTOR)
    texts = [field for field in contract.fields if field.type == field.TYPE_STRING and not field.is_repeated]

    assert texts
    for field in texts:
        one = message()
        setattr(one, field.name, "x")
        assert tag(contract, field.name) + b"\x01x" == serialised(one)


@given(st.integers(0, 70_000))
@example(127)
@example(128)
@example(16_383)
@example(16_384)
def test_every_length_is_the_one_that_protobuf_writes(length: int) -> None:
    """Of one byte, two or three, with the steps between them."""
    field = tag(action_pb2.Action.DESCRIPTOR, "reason_for_agent")

    assert delimited_text(field, "x" * length) == serialised(action_pb2.Action(reason_for_agent="x" * length))


def test_a_message_that_says_nothing_is_present() -> None:
    """An empty part leaves its tag behind; an empty text leaves nothing."""
    trace = tag(decision_pb2.Decision.DESCRIPTOR, "trace")

    assert delimited(trace, b"") == serialised(decision_pb2.Decision(trace=decision_pb2.Trace()))
    assert delimited_text(trace, "") == b""


@given(st.lists(st.text(), max_size=4))
def test_messages_within_messages_are_whole(reasons: list[str]) -> None:
    """Fields one after the other are a message: whatever the texts, in the bytes of their characters."""
    actions = [action_pb2.Action(reason_for_customer=reason) for reason in reasons]
    field = tag(decision_pb2.Decision.DESCRIPTOR, "actions")

    spliced = b"".join(delimited(field, serialised(action)) for action in actions)

    assert spliced == serialised(decision_pb2.Decision(actions=actions))
