"""Requests for what is recorded: filters, moments and pages."""

from typing import Final

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.decision import Outcome
from amends.domain.errors import InvalidSituationError
from amends.domain.log_queries import DecisionFilter, ObligationFilter, ObligationPlace
from amends.domain.record import ObligationState
from amends.v1 import decision_pb2, record_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.decode_log_request import (
    StatisticsAsked,
    decode_get_decision,
    decode_list_decisions,
    decode_list_obligations,
    decode_statistics,
    obligation_place,
)
from amends.wire.errors import InvalidPageTokenError
from amends.wire.page_tokens import token

LONG: Final = "x" * 129
TOO_LONG: Final = "has 129 characters; expected at most 128"


def test_every_filter_of_decisions_is_read() -> None:
    """And nothing where nothing is said."""
    request = service_pb2.ListDecisionsRequest(
        case_id="case-1",
        customer_id="customer-1",
        policy="shop",
        outcome=decision_pb2.OUTCOME_CARE_ONLY,
        rule_id="late",
        since=Timestamp(seconds=1),
        until=Timestamp(seconds=2, nanos=3),
    )
    asked = decode_list_decisions(request)
    assert asked.wanted == DecisionFilter(
        case_id="case-1",
        customer_id="customer-1",
        policy="shop",
        outcome=Outcome.CARE_ONLY,
        rule_id="late",
        since=1_000_000_000,
        until=2_000_000_003,
    )
    nothing = decode_list_decisions(service_pb2.ListDecisionsRequest())
    assert (nothing.wanted, nothing.before, nothing.size) == (DecisionFilter(), "", 50)


def test_every_filter_of_obligations_is_read() -> None:
    """States that are not said are those that still are to be kept."""
    request = service_pb2.ListObligationsRequest(
        due_before=Timestamp(seconds=1),
        owner="assigned",
        team="it",
        incident_id="outage-7",
        case_id="case-1",
        policy="shop",
        states=[record_pb2.OBLIGATION_STATE_KEPT, record_pb2.OBLIGATION_STATE_KEPT],
    )
    assert decode_list_obligations(request).wanted == ObligationFilter(
        states=frozenset({ObligationState.KEPT}),
        due_before=1_000_000_000,
        owner="assigned",
        team="it",
        incident_id="outage-7",
        case_id="case-1",
        policy="shop",
    )
    usual = decode_list_obligations(service_pb2.ListObligationsRequest()).wanted
    assert usual.states == {ObligationState.OPEN, ObligationState.MISSED}


def test_what_statistics_are_asked_for_is_read() -> None:
    """Moments that are not said are left to the use case."""
    request = service_pb2.GetRuleStatisticsRequest(
        policy="shop", rule_ids=["a", "b"], until=Timestamp(seconds=9), period_days=7
    )
    assert decode_statistics(request) == StatisticsAsked("shop", ("a", "b"), None, 9_000_000_000, 7)


def _violations(error: InvalidSituationError) -> dict[str, str]:
    return {one.field: one.description for one in error.violations}


def test_everything_wrong_with_a_list_is_told_at_once() -> None:
    """Texts that are too long, numbers of no enum, moments out of range, negative sizes."""
    moment = Timestamp(nanos=-1)
    out_of_range = "nanos -1 is out of range: expected 0 to 999999999"
    with pytest.raises(InvalidSituationError) as decisions:
        decode_list_decisions(
            service_pb2.ListDecisionsRequest(
                case_id=LONG,
                customer_id=LONG,
                policy=LONG,
                outcome=99,  # type: ignore[arg-type]  # no such outcome
                rule_id=LONG,
                since=moment,
                until=moment,
                page_size=-1,
            )
        )
    told = _violations(decisions.value)
    assert told.pop("outcome").startswith("99 is no number of this enum; expected one of: not_a_fit")
    assert told == {
        **dict.fromkeys(("case_id", "customer_id", "policy", "rule_id"), TOO_LONG),
        "since": out_of_range,
        "until": out_of_range,
        "page_size": "-1 is negative; expected 0 (for 50) to 200",
    }
    with pytest.raises(InvalidSituationError) as obligations:
        decode_list_obligations(
            service_pb2.ListObligationsRequest(
                due_before=moment,
                owner=LONG,
                team=LONG,
                incident_id=LONG,
                case_id=LONG,
                policy=LONG,
                states=[9, 8],  # type: ignore[list-item]  # no such states
                page_size=-1,
            )
        )
    assert _violations(obligations.value) == {
        **dict.fromkeys(("owner", "team", "incident_id", "case_id", "policy"), TOO_LONG),
        "due_before": out_of_range,
        "states": "8, 9 is no number of this enum; expected one of: open, missed, kept, closed",
        "page_size": "-1 is negative; expected 0 (for 50) to 200",
    }


def test_everything_wrong_with_statistics_is_told_at_once() -> None:
    """At most a hundred rules, each named; no negative periods."""
    with pytest.raises(InvalidSituationError) as some:
        decode_statistics(service_pb2.GetRuleStatisticsRequest(policy=LONG, rule_ids=["", LONG], period_days=-1))
    assert _violations(some.value) == {
        "policy": TOO_LONG,
        "rule_ids[0]": "is required",
        "rule_ids[1]": TOO_LONG,
        "period_days": "-1 is negative; expected 0 (one period) or more",
    }
    with pytest.raises(InvalidSituationError, match="rule_ids: has 101 entries; expected at most 100"):
        decode_statistics(service_pb2.GetRuleStatisticsRequest(rule_ids=["a"] * 101))


def test_a_decision_has_to_be_named() -> None:
    """An empty id is none."""
    assert decode_get_decision(service_pb2.GetDecisionRequest(decision_id="d")) == "d"
    for wrong in ("", LONG):
        with pytest.raises(InvalidSituationError, match="decision_id"):
            decode_get_decision(service_pb2.GetDecisionRequest(decision_id=wrong))


@pytest.mark.parametrize(("asked", "size"), [(0, 50), (1, 1), (200, 200), (201, 200), (2**31 - 1, 200)])
def test_a_page_has_its_size(asked: int, size: int) -> None:
    """As many as asked for, as many as usual, or as many as there may be."""
    assert decode_list_decisions(service_pb2.ListDecisionsRequest(page_size=asked)).size == size
    assert decode_list_obligations(service_pb2.ListObligationsRequest(page_size=asked)).size == size


def test_a_token_leads_on_for_the_same_request_only() -> None:
    """The size of a page may change on the way; what is asked for may not."""
    request = service_pb2.ListDecisionsRequest(case_id="case-1", page_size=2)
    request.page_token = token(decode_list_decisions(request).mark, "decision-9")
    assert decode_list_decisions(request).before == "decision-9"
    request.page_size = 3
    assert decode_list_decisions(request).before == "decision-9"
    for other in (
        service_pb2.ListDecisionsRequest(case_id="case-2", page_token=request.page_token),
        service_pb2.ListDecisionsRequest(customer_id="case-1", page_token=request.page_token),
        service_pb2.ListDecisionsRequest(page_token=request.page_token),
    ):
        with pytest.raises(InvalidPageTokenError):
            decode_list_decisions(other)
    with pytest.raises(InvalidPageTokenError):
        decode_list_obligations(service_pb2.ListObligationsRequest(case_id="case-1", page_token=request.page_token))


def test_an_obligations_place_survives_its_token() -> None:
    """Due time and id, to the nanosecond."""
    request = service_pb2.ListObligationsRequest(team="it")
    place = ObligationPlace(1_793_534_400_000_000_001, "promise 9")
    request.page_token = token(decode_list_obligations(request).mark, obligation_place(place))
    assert decode_list_obligations(request).after == place
    assert token(b"mark", obligation_place(None)) == ""
    request.page_token = token(decode_list_obligations(service_pb2.ListObligationsRequest(team="it")).mark, "soon x")
    with pytest.raises(InvalidPageTokenError):
        decode_list_obligations(request)


@pytest.mark.parametrize("place", ["9" * 19 + " o", "-" + "9" * 19 + " o", "9" * 700 + " o", "1 a\0b", "\0", "0 \0"])
def test_a_place_that_no_database_takes_is_refused(place: str) -> None:
    """The mark is no secret, so that anybody may make a token of any place: it is told to be none, like others."""
    decisions, obligations = service_pb2.ListDecisionsRequest(), service_pb2.ListObligationsRequest()
    obligations.page_token = token(decode_list_obligations(obligations).mark, place)
    with pytest.raises(InvalidPageTokenError):
        decode_list_obligations(obligations)
    if "\0" in place:
        decisions.page_token = token(decode_list_decisions(decisions).mark, place)
        with pytest.raises(InvalidPageTokenError):
            decode_list_decisions(decisions)


@given(st.text(min_size=1, max_size=300))
def test_whatever_else_stands_in_place_of_a_token_is_refused(text: str) -> None:
    """Never an accident, never a page of something else."""
    with pytest.raises(InvalidPageTokenError):
        decode_list_decisions(service_pb2.ListDecisionsRequest(page_token=text))
