"""Requests to begin with, by method. Their facts are built in, so that any pack decides them."""

from typing import Any, Final

_SITUATION: Final = {
    "caseId": "case-1",
    "stage": "STAGE_USE",
    "cause": "CAUSE_PROCESS",
    "fault": "FAULT_COMPANY",
    "severity": "SEVERITY_MEDIUM",
    "reporter": "REPORTER_CUSTOMER",
    "amountPaid": {"currencyCode": "USD", "units": "120", "nanos": 0},
}

EXAMPLES: Final[dict[str, Any]] = {
    "Decide": {"situation": _SITUATION, "requestId": "9b1d"},
    "DecideFlat": {
        "caseId": "case-1",
        "requestId": "9b1e",
        "stage": "use",
        "cause": "process",
        "fault": "company",
        "severity": "medium",
        "reporter": "customer",
        "currency": "USD",
        "amountPaid": "120.00",
        "requested": ["refund", "explanation"],
        "facts": [{"path": "sentiment", "value": "upset"}],
    },
    "BatchDecide": {"items": [{"correlationId": "row 1", "request": {"situation": _SITUATION}}], "preview": True},
    "RecordOutcome": {
        "actionId": "6317f49f5c69d1b871892d5788789ce996bcb7396d6dbb9b",
        "kind": "OUTCOME_KIND_EXECUTED",
        "amount": {"currencyCode": "USD", "units": "9", "nanos": 900000000},
        "externalReference": "payment 77",
    },
}
