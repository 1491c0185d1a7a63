"""Salesforce: cases, their notes, Next Best Action recommendations and milestones, in one composite call for a note.

Salesforce signs nothing by itself: an Apex action signs as this project's own examples do. What is written has an
external id (the note's mark, the action's id), so that writing it again is writing it once.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.mapping.take import LackingError
from amends_client.bridge.ports import AwayError, DeniedError, Due, Offer, Said, Webhook
from amends_client.bridge.secret import Secret
from amends_client.bridge.signatures import Scheme, check
from amends_client.bridge.vendors.answers import listed, needed, one
from amends_client.bridge.vendors.flags import flags_of
from amends_client.bridge.vendors.http import HttpClient, StatusError, part
from amends_client.bridge.vendors.salesforce_rest import PASSING, SalesforceRest

SCHEME: Final = Scheme(header="X-Amends-Signature", time_header="X-Amends-Timestamp")
_NANOS: Final = 1_000_000_000
_NOT_FOUND: Final = 404
_FIRST_ERROR: Final = 400
_HALTED: Final = "PROCESSING_HALTED"
_KINDS: Final = {"Accepted": "offered", "Rejected": "overridden"}
_REASON: Final = "rejected in Next Best Action"
_NAME: Final = 80
_TEXT: Final = 255


class MilestoneSettings(BaseModel):
    """`due` is the field of Case that the milestone's time is reckoned from; `milestone` is the name of its type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    due: str = Field(pattern=r"^[A-Za-z]\w*$")
    milestone: str = Field(pattern=r"^[^'\\]{1,80}$")


class SalesforceSettings(BaseModel):
    """`address` is that of My Domain. `client` and `client_secret` are of an app with the client credentials flow.

    `flow` is the API name of the flow that a recommendation starts; left out, none are written. `milestones` goes by
    the kind of a promise: next update, verify, pay, review.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: Literal["salesforce"]
    address: str
    client: Secret
    client_secret: Secret
    secret: Secret
    version: str = Field(default="v68.0", pattern=r"^v\d+\.0$")
    flow: str = Field(default="", pattern=r"^\w*$")
    milestones: Mapping[Literal["next update", "verify", "pay", "review"], MilestoneSettings] = Field(
        default_factory=dict
    )
    timeout: float = 10.0


def rest_of(settings: SalesforceSettings) -> SalesforceRest:
    """The org that the configuration names, as its app."""
    http = HttpClient(settings.address, timeout=settings.timeout)
    app = (settings.client.reveal(), settings.client_secret.reveal())
    return SalesforceRest(http, app=app, version=settings.version)


class Salesforce:
    """Cases of one Salesforce org."""

    def __init__(self, settings: SalesforceSettings, now: Callable[[], int]) -> None:
        self._settings = settings
        self._now = now
        self._secret = settings.secret.reveal().encode()
        self._rest = rest_of(settings)

    def close(self) -> None:
        self._rest.close()

    def verify(self, webhook: Webhook, now: int) -> str | None:
        return check(webhook, SCHEME, secret=self._secret, now=now)

    def has(self, case: str, mark: str) -> bool:  # noqa: ARG002  # the mark alone is the note's external id
        try:
            self._rest.call("GET", f"{self._note(mark)}?fields=Id")
        except StatusError as error:
            if error.status != _NOT_FOUND:
                raise
            return False
        return True

    def write(self, case: str, said: Said) -> None:
        """Milestones of promises that no longer stand are completed; then all else, or nothing of it, in one call."""
        if said.dues is not None:
            self._complete(_record_id(case), said.dues)
        steps = list(self._steps(_record_id(case), said))
        for number, step in enumerate(steps):
            step["referenceId"] = f"step{number}"
        body = {"allOrNone": True, "compositeRequest": steps}
        _raise_for(self._rest.call("POST", f"{self._rest.base}/composite", body=body))

    def report(self, payload: Json) -> Json:
        """A reaction to a recommendation, its parts named as in the Connect API, as a report; anything else is one."""
        if not isinstance(payload, dict) or "reactionType" not in payload:
            return payload
        kind = _KINDS.get(str(payload["reactionType"]))
        if kind is None:
            raise LackingError(f"reactionType is none of {', '.join(_KINDS)}")
        told = {
            "case": payload.get("contextRecordId"),
            "action": payload.get("externalId"),
            "actor": payload.get("onBehalfOfId"),
            "event": payload.get("executionId"),
        }
        return {"kind": kind, **({"reason": _REASON} if kind == "overridden" else {}), **told}

    def _note(self, mark: str) -> str:
        return f"{self._rest.base}/sobjects/AmendsNote__c/Key__c/{part(mark)}"

    def _steps(self, case: str, said: Said) -> Iterator[dict[str, object]]:
        yield _upsert(f"{self._rest.base}/sobjects/Case/{case}", self._fields(said))
        if said.offers and self._settings.flow:
            records = [self._recommendation(case, offer, said.mark) for offer in said.offers]
            url = f"{self._rest.base}/composite/sobjects/Recommendation/AmendsAction__c"
            yield _upsert(url, {"allOrNone": True, "records": records})
        yield _upsert(self._note(said.mark), {"Case__c": case, "Text__c": said.note})

    def _fields(self, said: Said) -> dict[str, object]:
        flags = flags_of(said)
        names = {"approval": "Approval", "on_hold": "OnHold", "ask": "Ask", "overdue": "Overdue"}
        fields: dict[str, object] = {f"Amends{names[flag]}__c": holds for flag, holds in flags.holding.items()}
        if flags.outcome:
            fields["AmendsOutcome__c"] = flags.outcome
        if said.offers is not None:
            # Recommendations that name another decision no longer stand: the strategy compares the two.
            fields["AmendsDecision__c"] = said.mark
        if said.dues is not None:
            for kind, milestone in self._settings.milestones.items():
                times = [due.time for due in said.dues if due.kind == kind]
                fields[milestone.due] = _moment(min(times)) if times else None
        return fields

    def _recommendation(self, case: str, offer: Offer, mark: str) -> dict[str, object]:
        return {
            "attributes": {"type": "Recommendation"},
            # An action of an incident has the same id in each of its cases.
            "AmendsAction__c": f"{case}/{offer.action_id}",
            "AmendsCase__c": case,
            "AmendsDecision__c": mark,
            "ExternalId": offer.action_id,
            "Name": offer.title[:_NAME],
            "Description": (offer.why or offer.title)[:_TEXT],
            "AcceptanceLabel": "Offer it",
            "RejectionLabel": "Decide otherwise",
            "ActionReference": self._settings.flow,
        }

    def _complete(self, case: str, dues: tuple[Due, ...]) -> None:
        standing = {due.kind for due in dues}
        over = [settings.milestone for kind, settings in self._settings.milestones.items() if kind not in standing]
        if not over:
            return
        names = ", ".join(f"'{name}'" for name in over)
        asked = (
            f"SELECT Id FROM CaseMilestone WHERE CaseId = '{case}' AND IsCompleted = false "  # noqa: S608  # an id, names checked
            f"AND MilestoneType.Name IN ({names})"
        )
        found = listed(self._rest.call("GET", f"{self._rest.base}/query?q={quote(asked, safe='')}"), "records[*].Id")
        done = _moment(datetime.fromtimestamp(self._now() // _NANOS, tz=UTC))
        for milestone in found:
            path = f"{self._rest.base}/sobjects/CaseMilestone/{part(str(milestone))}"
            self._rest.call("PATCH", path, body={"CompletionDate": done})


def _upsert(url: str, body: object) -> dict[str, object]:
    return {"method": "PATCH", "url": url, "body": body}


def _raise_for(answer: Json) -> None:
    """A composite answer is 200 whatever is in it: what failed first tells why, the rest was rolled back."""
    needed(answer, "compositeResponse")
    for step in listed(answer, "compositeResponse[*]"):
        status = one(step, "httpStatusCode")
        failed = isinstance(status, int) and status >= _FIRST_ERROR
        nested = [code for code in listed(step, "body[*].errors[*].statusCode") if code != _HALTED]
        codes = [str(code) for code in [*listed(step, "body[*].errorCode"), *nested]]
        if (not failed and not nested) or codes == [_HALTED]:
            continue
        told = f"POST composite: {status} {', '.join(codes)}"
        raise AwayError(told) if PASSING.intersection(codes) else DeniedError(told)


def _record_id(case: str) -> str:
    """A case of a payload as an id that may stand in a path and a query."""
    if not case.isascii() or not case.isalnum():
        raise DeniedError("a case's id is of letters and digits")
    return case


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
