"""What the log keeps as bytes and is damaged is told with the decision that it is of, for the operator to find it."""

import pytest

from amends.application.log_errors import UnreadableDecisionError
from amends.application.supersede import given, superseded_of
from tests.agreement.recorded import CODEC
from tests.storage.records import decision, outcome

BROKEN = b"\xff"


def test_what_a_case_was_given() -> None:
    """No exception of a library, and nothing left out as if it had not been given."""
    damaged = outcome(decision(), granted=BROKEN)
    with pytest.raises(UnreadableDecisionError, match=f"{damaged.decision_id} cannot be read: not a GrantedAction"):
        given(None, [damaged], CODEC, case_id="case-1")


def test_the_actions_of_a_superseded_decision() -> None:
    """What would be told as gone or new could not be."""
    damaged = decision(decision=BROKEN)
    with pytest.raises(UnreadableDecisionError, match=f"{damaged.decision_id} cannot be read: not a Decision"):
        superseded_of(damaged, [], CODEC)
