"""The codec port: messages of the contract as the bytes that the log keeps, and back.

What was kept is read without the limits that a caller is held to: it was checked when it came, and what the server
supplied to it may go beyond them.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from google.protobuf.message import DecodeError, Message

from amends.domain.action import Action
from amends.domain.decision import Guardrail
from amends.domain.facts import Value
from amends.domain.record import Supplied
from amends.domain.situation import Granted, Situation
from amends.packs.model import Pack
from amends.resolution.resolve import Resolved
from amends.v1 import decision_pb2, situation_pb2
from amends.wire.decode_decision import decode_superseded
from amends.wire.decode_granted import decode_granted_action
from amends.wire.decode_situation import decode_situation
from amends.wire.encode import Encoder
from amends.wire.encode_situation import write_granted
from amends.wire.splice import serialised
from amends.wire.supplied import as_asked, completed

_NO_CLOCK: Final = 2**63
Read = TypeVar("Read", bound=Message)


class Codec:
    """Writes by an encoder, which keeps what decisions share."""

    __slots__ = ("_encoder",)

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def decision(self, resolved: Resolved) -> bytes:
        """A Decision, as far as it was to be explained."""
        return self._encoder.decision(resolved)

    def fired(self, resolved: Resolved) -> bytes:
        """A Decision at `explain: fired`, whatever was asked for."""
        return self._encoder.fired(resolved)

    def completed(self, raw: bytes, *, granted: Sequence[Granted] | None, facts: Mapping[str, Value]) -> bytes:
        """A situation with what the server supplies."""
        return completed(raw, granted=granted, facts=facts)

    def as_asked(self, raw: bytes, supplied: Supplied) -> bytes:
        """A situation without what the server supplied; ValueError where the bytes are none."""
        try:
            return as_asked(raw, supplied)
        except DecodeError as error:
            raise ValueError(f"not a Situation: {error}") from None

    def read_situation(self, raw: bytes, pack: Pack) -> Situation:
        """A situation that was kept; InvalidSituationError or ValueError where it is none under that pack."""
        message = _parsed(situation_pb2.Situation(), raw)
        granted = None
        if message.HasField("granted"):
            granted = tuple(decode_granted_action(one) for one in message.granted.actions)
            message.ClearField("granted")
        # A moment that was accepted then is not ahead of any clock now.
        return decode_situation(message, pack.vocabulary, now=_NO_CLOCK)._replace(granted=granted)

    def read_actions(self, raw: bytes) -> tuple[Action, ...]:
        """The actions of a decision that was kept; ValueError where the bytes are none."""
        return decode_superseded(_parsed(decision_pb2.Decision(), raw)).actions

    def read_guardrails(self, raw: bytes) -> tuple[Guardrail, ...]:
        """The guardrails of a decision that was kept; ValueError where the bytes are none."""
        shown = _parsed(decision_pb2.Decision(), raw).guardrails
        return tuple(Guardrail(one.guardrail_id, one.never, one.instead) for one in shown)

    def granted(self, granted: Granted) -> bytes:
        """What was given, as a GrantedAction."""
        message = situation_pb2.GrantedAction()
        write_granted(message, granted)
        return serialised(message)

    def read_granted(self, raw: bytes) -> Granted:
        """What was given, as it was kept; ValueError where the bytes are none."""
        return decode_granted_action(_parsed(situation_pb2.GrantedAction(), raw))


def _parsed(message: Read, raw: bytes) -> Read:
    """The message that was kept; ValueError where the bytes are none."""
    try:
        message.ParseFromString(raw)
    except DecodeError as error:
        raise ValueError(f"not a {message.DESCRIPTOR.name}: {error}") from None
    return message
