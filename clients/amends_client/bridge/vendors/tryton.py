"""Tryton: complaints are looked through, since it sends no webhooks; a refund becomes an action of its complaint."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.ports import DECISION_MARK, DeniedError, Offer, Reason, RefusedError, Said, Seen, Webhook
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.answers import one
from amends_client.bridge.vendors.http import ConflictError, HttpClient, StatusError
from amends_client.bridge.vendors.tryton_rpc import TrytonRpc, day_of, decimal_of, decimal_to, moment_of, time_to

_REFUND: Final = "refund"
_ENTERED: Final = re.compile(r"^Entered in this complaint: refund (\S+) ([A-Z]{3}), action (\S+)$", re.MULTILINE)
"""The line of a note that says what the bridge has entered: by it the outcome is told from what others did."""

_DECIDED: Final = re.compile(rf"^{DECISION_MARK} (\S+)$", re.MULTILINE)
_BY_HAND: Final = "Not entered in this complaint: no draft, or no line without tax that this could be taken from."
_CREDIT_NOTE: Final = "credit_note"
_COMPLAINT: Final = ("number", "reference", "date", "description", "state", "type.name", "customer", "origin")
_CHANGED: Final = ("create_date", "write_date", "write_uid.login")


class TrytonSettings(BaseModel):
    """`user` and `password`: as whom the bridge reads and writes. `submit`: what it has entered waits for approval.

    `look_back`: so many seconds after its last change a complaint that is done is still looked at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: Literal["tryton"]
    address: str
    database: str
    user: str
    password: Secret
    submit: bool = True
    look_back: float = Field(default=3 * 86400.0, gt=0)
    timeout: float = 5.0


def rpc_of(settings: TrytonSettings) -> TrytonRpc:
    """The database that the configuration names, as its user."""
    http = HttpClient(settings.address, timeout=settings.timeout)
    return TrytonRpc(http, settings.database, user=settings.user, password=settings.password.reveal())


@dataclass(frozen=True, slots=True)
class _Entered:
    """A refund that the bridge has entered into a complaint, and the decision that says so."""

    amount: Decimal
    currency: str
    action_id: str
    decision: str


@dataclass(frozen=True, slots=True)
class _Credit:
    """An action as Tryton wants it, and the amount that it must show for it, which is without taxes."""

    action: Mapping[str, Json]
    untaxed: Decimal


class Tryton:
    """Complaints of one database."""

    def __init__(self, settings: TrytonSettings, now: Callable[[], int]) -> None:
        self._settings = settings
        self._now = now
        self._rpc = rpc_of(settings)

    def close(self) -> None:
        self._rpc.close()

    def verify(self, webhook: Webhook, now: int) -> str | None:  # noqa: ARG002  # whatever it holds
        raise RefusedError(Reason.BAD_SIGNATURE, "this source is looked through: it sends no webhooks")

    def has(self, case: str, mark: str) -> bool:
        notes = self._rpc.rows("ir.note", [["resource", "=", f"sale.complaint,{_id(case)}"]], "message")
        return any(mark in (as_text(note.get("message")) or "") for note in notes)

    def write(self, case: str, said: Said) -> None:
        """The action first: entering it again puts it in the place of the one before."""
        number = _id(case)
        told = "" if said.offers is None else self._enter(number, said.offers)
        note = f"{said.note.removesuffix(said.mark)}{told}{said.mark}"
        self._rpc.ask("ir.note.create", [{"resource": f"sale.complaint,{number}", "message": note}])

    def look(self) -> Iterator[Seen]:
        """Complaints that are drafts, as they stand; and what became of what was entered into those that are not."""
        since = datetime.fromtimestamp(self._now() / 1_000_000_000, tz=UTC)
        since -= timedelta(seconds=self._settings.look_back)
        domain = ["OR", ["state", "=", "draft"], ["write_date", ">=", time_to(since)]]
        for rows in self._rpc.pages("sale.complaint", domain, *_COMPLAINT, *_CHANGED):
            drafts = [row for row in rows if row["state"] == "draft"]
            invoices = self._invoices(drafts)
            for row in drafts:
                yield Seen(_payload(row, invoices.get(str(row["id"]), {})))
            closed = {str(row["id"]): row for row in rows if row["state"] in {"done", "rejected", "cancelled"}}
            if closed:
                yield from self._reports(closed)

    def _enter(self, number: int, offers: tuple[Offer, ...]) -> str:
        """Make the complaint's actions of ours what the decision says; what the note tells of it."""
        refunds = [offer for offer in offers if offer.kind == _REFUND and offer.amount]
        (complaint,) = self._rpc.rows("sale.complaint", [["id", "=", number]], "state", "origin") or [{}]
        draft = complaint.get("state") == "draft"
        credit = self._credit(str(complaint.get("origin")), refunds[0]) if len(refunds) == 1 else None
        if draft:
            self._replace(number, credit)
        if not refunds:
            return ""
        # What is done already was for a decision before, unless it was done since this one was entered.
        entered = [decimal_of(row["amount"]) for row in self._ours(number) if not (draft and row["result"])]
        if credit is None or entered != [credit.untaxed]:
            if draft:
                self._replace(number, None)
            return f"{_BY_HAND}\n\n"
        if draft and self._settings.submit:
            # A warning (another complaint is about the same sale) is for a person to read: it stays a draft.
            with suppress(ConflictError):
                self._rpc.ask("sale.complaint.wait", [number])
        return f"Entered in this complaint: refund {refunds[0].amount}, action {refunds[0].action_id}\n\n"

    def _replace(self, number: int, credit: _Credit | None) -> None:
        """In one call; what Tryton's own rules do not allow is not entered."""
        before = [row["id"] for row in self._ours(number) if not row["result"]]
        change: list[Json] = [["delete", before]] if before else []
        change += [["create", [credit.action]]] if credit else []
        if not change:
            return
        try:
            self._rpc.ask("sale.complaint.write", [number], {"actions": change})
        except StatusError as error:
            if credit is None or error.status != HTTPStatus.BAD_REQUEST:
                raise

    def _ours(self, number: int) -> Sequence[Mapping[str, Json]]:
        domain = [["complaint", "=", number], ["create_uid.login", "=", self._settings.user]]
        return self._rpc.rows("sale.complaint.action", domain, "amount", "result")

    def _credit(self, origin: str, refund: Offer) -> _Credit | None:
        """What credits exactly this amount; None where nothing does: a tax would come on top."""
        model, _, number = origin.partition(",")
        wanted = {"account.invoice": "invoice", "account.invoice.line": "id"}.get(model)
        if wanted is None:
            return None
        fields = ("amount", "taxes", "invoice.total_amount", "invoice.untaxed_amount", "invoice.currency.code")
        lines = self._rpc.rows("account.invoice.line", [[wanted, "=", int(number)], ["type", "=", "line"]], *fields)
        amount, _, currency = refund.amount.partition(" ")
        if not lines or one(lines[0], '["invoice."]["currency."].code') != currency:
            return None
        whole = Decimal(amount)
        if wanted == "invoice" and whole == decimal_of(one(lines[0], '["invoice."].total_amount')):
            return _Credit({"action": _CREDIT_NOTE}, decimal_of(one(lines[0], '["invoice."].untaxed_amount')))
        parts = _parts(lines, whole)
        if parts is None:
            return None
        if wanted == "id":
            return _Credit({"action": _CREDIT_NOTE, "quantity": 1, "unit_price": parts[0]["unit_price"]}, whole)
        return _Credit({"action": _CREDIT_NOTE, "invoice_lines": [["create", parts]]}, whole)

    def _reports(self, closed: Mapping[str, Mapping[str, Json]]) -> Iterator[Seen]:
        resources = [f"sale.complaint,{number}" for number in closed]
        mine = ["create_uid.login", "=", self._settings.user]
        notes = self._rpc.rows("ir.note", [["resource", "in", resources], mine], "resource", "message")
        entered: dict[str, _Entered] = {}
        for note in notes:
            number, message = str(note["resource"]).partition(",")[2], str(note["message"])
            found, decided = _ENTERED.findall(message), _DECIDED.findall(message)
            if found and decided:
                amount, currency, action_id = found[-1]
                entered[number] = _Entered(Decimal(amount), currency, action_id, decided[-1])
            elif decided:
                # A newer decision without a refund of ours has taken its place; reminders leave it as it is.
                entered.pop(number, None)
        ids = [int(number) for number in entered]
        done = self._rpc.rows("sale.complaint.action", [["complaint", "in", ids]], "complaint", "result") if ids else []
        results = {
            str(row["result"]).partition(",")[2]: str(row["complaint"])
            for row in done
            if str(row["result"]).startswith("account.invoice,")
        }
        domain = [["id", "in", [int(number) for number in results]]]
        credit_notes = self._rpc.rows("account.invoice", domain, "total_amount") if results else []
        for number, refund in entered.items():
            own = {str(row["id"]): row for row in credit_notes if results[str(row["id"])] == number}
            paid = -sum((decimal_of(row["total_amount"]) for row in own.values()), Decimal(0))
            report = _report(closed[number], refund, paid, tuple(sorted(own)))
            if report["kind"] == "executed":
                # Nothing is done in Tryton that nobody has approved there.
                approved = {name: report[name] for name in ("case", "action", "decision", "actor")}
                yield Seen({**approved, "kind": "approved", "event": f"{report['event']}-approved"}, report=True)
            yield Seen(report, report=True)

    def _invoices(self, complaints: Sequence[Mapping[str, Json]]) -> Mapping[str, Mapping[str, Json]]:
        """By complaint, the invoice that it is about."""
        origins = {str(row["id"]): str(row["origin"]).partition(",")[::2] for row in complaints}
        lines = [int(number) for model, number in origins.values() if model == "account.invoice.line"]
        of_lines = self._rpc.rows("account.invoice.line", [["id", "in", lines]], "invoice") if lines else []
        of_line = {str(row["id"]): str(row["invoice"]) for row in of_lines}
        of_case = {
            case: number if model == "account.invoice" else of_line.get(number, "")
            for case, (model, number) in origins.items()
            if model in {"account.invoice", "account.invoice.line"}
        }
        domain = [["id", "in", sorted({int(number) for number in of_case.values() if number})]]
        fields = ("number", "invoice_date", "total_amount", "currency.code")
        rows = self._rpc.rows("account.invoice", domain, *fields) if of_case else []
        invoices = {str(row["id"]): row for row in rows}
        return {case: invoices[number] for case, number in of_case.items() if number in invoices}


def _parts(lines: Sequence[Mapping[str, Json]], amount: Decimal) -> list[dict[str, Json]] | None:
    """How much of each line makes exactly this amount; None where lines without tax do not hold as much."""
    left = amount
    found: list[dict[str, Json]] = []
    for line in lines:
        taken = min(left, decimal_of(line["amount"]))
        if taken > 0 and not line["taxes"]:
            price = decimal_to(taken)
            found.append({"line": line["id"], "quantity": 1, "unit_price": price})
            left -= taken
    return None if left else found


def _payload(complaint: Mapping[str, Json], invoice: Mapping[str, Json]) -> Json:
    """What a webhook would have said: texts and numbers, and money as text."""
    names = ("id", "number", "reference", "description")
    told: dict[str, Json] = {
        "complaint": {
            **{name: complaint[name] for name in names},
            "date": day_of(complaint["date"]),
            "changed": moment_of(complaint["write_date"] or complaint["create_date"]),
        },
        "type": one(complaint, '["type."].name'),
        "customer": complaint["customer"],
    }
    if invoice:
        told["invoice"] = {
            "number": invoice["number"],
            "date": day_of(invoice["invoice_date"]),
            "total": format(decimal_of(invoice["total_amount"]), "f"),
            "currency": one(invoice, '["currency."].code'),
        }
    return told


def _report(
    complaint: Mapping[str, Json], refund: _Entered, paid: Decimal, credit_notes: tuple[str, ...]
) -> Mapping[str, Json]:
    """What became of the refund: done as it was decided, or something else."""
    state, number = complaint["state"], str(complaint["id"])
    # By its decision, too: a complaint may be a draft again, and be closed alike a second time.
    event = "-".join((number, str(state), refund.decision, *credit_notes))
    told: dict[str, Json] = {"case": number, "action": refund.action_id, "decision": refund.decision, "event": event}
    told["actor"] = one(complaint, '["write_uid."].login')
    money = f"{format(paid, 'f')} {refund.currency}"
    match state:
        case "cancelled":
            return {**told, "kind": "cancelled"}
        case "rejected":
            return {**told, "kind": "overridden", "reason": "rejected in Tryton"}
        case _ if paid == refund.amount:
            return {**told, "kind": "executed", "amount": money, "external_reference": ",".join(credit_notes)}
        case _ if paid == 0:
            return {**told, "kind": "overridden", "reason": "done in Tryton without this refund"}
        case _:
            reason = f"{money} credited in Tryton in place of {format(refund.amount, 'f')} {refund.currency}"
            return {**told, "kind": "overridden", "reason": reason, "instead": _REFUND, "amount": money}


def _id(case: str) -> int:
    if not (case.isascii() and case.isdigit()):
        raise DeniedError("a complaint is named by its number in the database")
    return int(case)
