"""What the log keeps as bytes, read. Where that is not what was written the operator hears which decision it is of."""

from amends.application.log_errors import UnreadableDecisionError
from amends.application.ports import OutcomeCodec
from amends.domain.action import Action
from amends.domain.record import DecisionEntry, OutcomeEntry
from amends.domain.situation import Granted


def read_actions(entry: DecisionEntry, codec: OutcomeCodec) -> tuple[Action, ...]:
    """The actions of a decision; UnreadableDecisionError."""
    try:
        return codec.read_actions(entry.decision)
    except ValueError as error:
        raise UnreadableDecisionError(entry.decision_id, str(error)) from None


def read_granted(outcome: OutcomeEntry, codec: OutcomeCodec) -> Granted:
    """What an outcome gave; UnreadableDecisionError."""
    try:
        return codec.read_granted(outcome.granted)
    except ValueError as error:
        raise UnreadableDecisionError(outcome.decision_id, str(error)) from None
