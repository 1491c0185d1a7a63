"""What a case was given before: found for a decision that is made, and looked after as one is written."""

import pytest

from amends.application.ports import CaseOfCaller, Outdated, Stored
from amends.domain.record import DecisionEntry, OutcomeKind, Recording
from tests.storage.records import Records, decision, outcome

CASE = CaseOfCaller("case-1", "incident-9", "customer-1", "caller")


async def report(records: Records, about: DecisionEntry, **said: object) -> str:
    """Record an outcome; its id."""
    done = outcome(about, **said)
    seen = [
        one
        for one in await records.outcomes.outcomes_of_case(about.case_id, incident_id=done.incident_id)
        if (one.action_id, one.obligation_id) == (done.action_id, done.obligation_id)
    ]
    await records.outcomes.record(Recording(done, seen=len(seen)))
    return done.outcome_id


async def test_what_gave_something_is_found_in_the_order_of_recording(records: Records) -> None:
    """Of all decisions of the case; what was only offered or promised gave nothing."""
    first, second = await records.decide(), await records.decide()
    await report(records, first, kind=OutcomeKind.OFFERED, granted=b"", amount=None)
    paid = await report(records, second)
    instead = await report(records, first, kind=OutcomeKind.OVERRIDDEN, action_id="action-2", amount=None)

    assert [one.outcome_id for one in await records.outcomes.given_before(CASE)] == [paid, instead]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, True),
        ({"customer_id": ""}, True),
        ({"case_id": "case-2"}, False),
        ({"caller": "another"}, False),
        ({"customer_id": "customer-2"}, False),
    ],
)
async def test_callers_may_number_their_cases_alike(records: Records, *, said: dict[str, str], found: bool) -> None:
    """What another caller's case was given, or another customer, is nobody else's."""
    await report(records, await records.decide(**{"incident_id": "", **said}))

    assert bool(await records.outcomes.given_before(CASE)) is found


async def test_what_is_for_an_incident_is_for_all_of_its_cases(records: Records) -> None:
    """Whoever asked, and whoever the customer is; what one case of it got is that case's alone."""
    other = await records.decide(case_id="case-2", customer_id="customer-2", caller="another")
    await report(records, other)
    for_all = await report(records, other, action_id="action-2", incident_id="incident-9")

    assert [one.outcome_id for one in await records.outcomes.given_before(CASE)] == [for_all]
    assert await records.outcomes.given_before(CASE._replace(incident_id="")) == []


async def test_without_a_case_nothing_was_given(records: Records) -> None:
    """Decisions that name no case have nothing in common."""
    await report(records, await records.decide(case_id="", incident_id=""))

    assert await records.outcomes.given_before(CaseOfCaller("", "", "customer-1", "caller")) == []


async def test_a_decision_is_stored_only_while_nothing_more_was_given(records: Records) -> None:
    """One that was made too early is not written and hears so; the others of its group are."""
    await report(records, await records.decide())
    early, knowing = decision(seen=0), decision(seen=1)
    elsewhere, said = decision(case_id="case-2", incident_id="", seen=0), decision(seen=None)

    assert await records.log.append([early, elsewhere, knowing, said]) == [Outdated(), *[Stored()] * 3]

    assert await records.log.decision(early.decision_id) is None
    for one in (elsewhere, knowing, said):
        assert await records.log.decision(one.decision_id) is not None


async def test_a_decision_that_was_made_too_early_fails_no_other(records: Records) -> None:
    """Also where a group is written entry by entry, since another of it was answered before."""
    await report(records, await records.decide())
    await records.decide(request_id="request-1")
    again, early = decision(request_id="request-1", case_id="case-3"), decision(seen=0)

    told = await records.log.append([again, early, decision(case_id="case-2", incident_id="", seen=0)])

    assert [type(one).__name__ for one in told] == ["Duplicate", "Outdated", "Stored"]
