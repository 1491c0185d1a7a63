"""What a decision that takes another's place finds given already."""

from dataclasses import replace

from amends.application.supersede import given
from amends.domain.record import OutcomeKind
from amends.domain.situation import Granted
from tests.fakes.outcome_codec import FakeOutcomeCodec
from tests.storage.records import decision, outcome


def test_what_was_paid_for_an_incident_stays_paid_when_its_customer_is_forgotten() -> None:
    """Amount, kind and time are left of it, and the other cases of the incident need no more; of a case nobody asks."""
    erased = outcome(decision(case_id="erased-1", customer_id=""), granted=b"", incident_id="incident-1")
    assert erased.amount is not None
    codec = FakeOutcomeCodec()

    assert given(None, [erased], codec) == (
        Granted("refund", "action-1", incident_id="incident-1", amount=erased.amount, time=erased.time),
    )

    assert given([Granted("refund", "action-1")], [erased], codec) == ()
    assert given(None, [replace(erased, incident_id="")], codec) == ()
    assert given(None, [replace(erased, kind=OutcomeKind.OFFERED)], codec) == ()
    assert given(None, [replace(erased, amount=None)], codec) == ()
