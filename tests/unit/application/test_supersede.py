"""What a decision that takes another's place finds given already."""

from dataclasses import replace

from amends.application.supersede import given
from amends.domain.record import OutcomeKind
from amends.domain.situation import Granted, Subject
from tests.fakes.outcome_codec import FakeOutcomeCodec
from tests.storage.records import decision, outcome


def test_what_was_paid_for_an_incident_stays_paid_when_its_customer_is_forgotten() -> None:
    """Amount, kind and time are left of it, and the other cases of the incident need no more; of a case nobody asks."""
    erased = outcome(decision(case_id="erased-1", customer_id=""), granted=b"", incident_id="incident-1")
    assert erased.amount is not None
    codec = FakeOutcomeCodec()

    nobodys = Subject(erased.decision_id)
    assert given(None, [erased], codec, case_id="case-1") == (
        Granted("refund", "action-1", nobodys, "incident-1", amount=erased.amount, time=erased.time),
    )

    assert given([Granted("refund", "action-1")], [erased], codec, case_id="case-1") == ()
    assert given(None, [replace(erased, incident_id="")], codec, case_id="case-1") == ()
    assert given(None, [replace(erased, kind=OutcomeKind.OFFERED)], codec, case_id="case-1") == ()
    assert given(None, [replace(erased, amount=None)], codec, case_id="case-1") == ()


def test_what_was_done_for_an_incident_is_no_order_s_of_another_case() -> None:
    """It is taken off the incident's actions alone; in its own case it counts for whatever it was."""
    codec = FakeOutcomeCodec()
    broadcast = Granted("broadcast", "action-1", incident_id="incident-1")
    done = outcome(decision(case_id="case-1"), granted=codec.granted(broadcast), incident_id="incident-1", amount=None)

    assert given(None, [done], codec, case_id="case-1") == (broadcast,)
    assert given(None, [done], codec, case_id="case-2") == (replace(broadcast, subject=Subject(done.decision_id)),)
