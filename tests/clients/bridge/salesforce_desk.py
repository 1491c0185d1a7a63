"""Salesforce for tests: tokens that end, composite calls done whole or not at all, and upserts by external id."""

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.clients.bridge.desk import Answer, Desk

APP: Final = {
    "grant_type": "client_credentials",
    "client_id": "an invented secret",
    "client_secret": "an invented secret",
}
FLAGS: Final = {
    "AmendsApproval__c": "amends_approval",
    "AmendsOnHold__c": "amends_on_hold",
    "AmendsAsk__c": "amends_ask",
    "AmendsOverdue__c": "amends_overdue",
}
_BASE: Final = "/services/data/v68.0"
_LIMITS: Final = {"Name": 80, "Description": 255, "AcceptanceLabel": 80, "RejectionLabel": 80}


def answer(desk: "Desk", method: str, path: str, body: Any, *, authorization: str) -> "Answer":  # noqa: ANN401  # JSON
    """What Salesforce's REST API says."""
    if path == "/services/oauth2/token":
        if body != APP:
            return 400, {"error": "invalid_client"}
        desk.tokens += 1
        return 200, {"access_token": f"token{desk.tokens}", "instance_url": "https://elsewhere.example"}
    if desk.distrusting or authorization != f"Bearer token{desk.tokens}":
        return 401, [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
    if desk.limited > 0:
        desk.limited -= 1
        return 403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    return _answer(desk, method, path, body)


def _answer(desk: "Desk", method: str, path: str, body: Any) -> "Answer":  # noqa: ANN401  # JSON
    match method, path:
        case "POST", "/services/data/v68.0/composite":
            return _composite(desk, body)
        case "GET", _ if found := re.fullmatch(rf"{_BASE}/sobjects/AmendsNote__c/Key__c/([^/?]+)\?fields=Id", path):
            stands = any(unquote(found[1]) in note for ticket in desk.counts() for note in desk.notes(ticket))
            return (200, {"Id": "a00"}) if stands else (404, [{"errorCode": "NOT_FOUND"}])
        case "GET", _ if found := re.fullmatch(rf"{_BASE}/query\?q=(.+)", path):
            return 200, {"records": _milestones(desk, unquote(found[1])), "done": True}
        case "PATCH", _ if found := re.fullmatch(rf"{_BASE}/sobjects/CaseMilestone/(\w+)", path):
            assert set(body) == {"CompletionDate"}, "of a milestone nothing else may be changed"
            desk.milestones.pop(found[1])
            return 204, None
        case _:
            return 404, [{"errorCode": "NOT_FOUND"}]


def _milestones(desk: "Desk", soql: str) -> list[dict[str, str]]:
    found = re.fullmatch(
        r"SELECT Id FROM CaseMilestone WHERE CaseId = '(\w+)' AND IsCompleted = false "
        r"AND MilestoneType.Name IN \((.+)\)",
        soql,
    )
    assert found is not None, soql
    names = re.findall(r"'([^']*)'", found[2])
    return [{"Id": one} for one, (case, name) in desk.milestones.items() if case == found[1] and name in names]


def _composite(desk: "Desk", body: Any) -> "Answer":  # noqa: ANN401  # JSON
    """All steps or none: first whether each could be done, then each."""
    desk.composites.append(body)
    assert body["allOrNone"] is True
    steps = body["compositeRequest"]
    assert len(steps) <= 25, "Salesforce does 25 at most"
    assert len({step["referenceId"] for step in steps}) == len(steps)
    if desk.locked > 0:
        desk.locked -= 1
        failed = [{"errorCode": "UNABLE_TO_LOCK_ROW"}]
        halted = [{"errorCode": "PROCESSING_HALTED"}]
        told = [{"body": halted, "httpStatusCode": 400} for _ in steps[1:]]
        return 200, {"compositeResponse": [*told, {"body": failed, "httpStatusCode": 400}]}
    told = [_step(desk, step["url"], step["body"]) for step in steps]
    status, content = desk.told(200)
    return (status, content) if status != 200 else (200, {"compositeResponse": told})


def _step(desk: "Desk", url: str, body: Any) -> Any:  # noqa: ANN401  # JSON
    if found := re.fullmatch(rf"{_BASE}/sobjects/Case/(\w+)", url):
        desk.set_tags(found[1], sorted(_tags(desk.tags(found[1]), body)))
        desk.records[found[1]] = {**desk.records.get(found[1], {}), **body}
        return {"body": None, "httpStatusCode": 204}
    if found := re.fullmatch(rf"{_BASE}/sobjects/AmendsNote__c/Key__c/([^/]+)", url):
        key = unquote(found[1])
        new = not any(key in note for note in desk.notes(body["Case__c"]))
        if new:
            desk.add_note(body["Case__c"], body["Text__c"])
        return {"body": {"created": new}, "httpStatusCode": 201 if new else 200}
    assert url == f"{_BASE}/composite/sobjects/Recommendation/AmendsAction__c", url
    for record in body["records"]:
        assert all(0 < len(record[name]) <= longest for name, longest in _LIMITS.items())
        desk.records[record["AmendsAction__c"]] = record
    return {"body": [{"success": True, "errors": []} for _ in body["records"]], "httpStatusCode": 200}


def _tags(before: set[str], fields: dict[str, Any]) -> set[str]:
    """The fields in the place of what they said before, as the tags that other vendors have."""
    after = set(before)
    if "AmendsOutcome__c" in fields:
        after = {tag for tag in after if tag in FLAGS.values()} | {f"amends_{fields['AmendsOutcome__c']}"}
    for name, tag in FLAGS.items():
        if name in fields:
            after = after | {tag} if fields[name] else after - {tag}
    return after
