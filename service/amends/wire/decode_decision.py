"""An earlier answer read back, as far as the decision that supersedes it needs it: its actions."""

from google.protobuf.json_format import Parse, ParseError

from amends.resolution.changes import Superseded
from amends.v1 import decision_pb2, decision_service_pb2
from amends.wire.decode_action import decode_action
from amends.wire.violations import Malformed


def decode_superseded(decision: decision_pb2.Decision) -> Superseded:
    """The actions of a decision; Malformed where one cannot be read. What was done with them it does not know."""
    return Superseded(tuple(decode_action(action) for action in decision.actions))


def superseded_of_json(text: str) -> Superseded:
    """The same of an answer in JSON, as the contract writes it; ValueError says what is wrong with it."""
    answer = decision_service_pb2.DecideResponse()
    try:
        Parse(text, answer)
    except ParseError as error:
        raise ValueError(str(error)) from None
    if not answer.HasField("decision"):
        raise ValueError("it holds no decision")
    try:
        return decode_superseded(answer.decision)
    except Malformed as problem:
        raise ValueError(problem.description) from None
