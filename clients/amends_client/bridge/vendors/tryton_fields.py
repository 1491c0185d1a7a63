"""Tryton's types of complaints and its names of fields, for a draft of a mapping.

What leaves Tryton for a mapping is always the same (`tryton.py`), so of its fields only their names are asked for, by
`fields_get`; what a complaint is about is a record that each shop writes itself.
"""

from collections.abc import Mapping
from typing import Final

from amends_client.bridge.listing import DeskField, FieldKind, Listing
from amends_client.bridge.vendors.answers import text_at
from amends_client.bridge.vendors.tryton import TrytonSettings, rpc_of

_COMPLAINT: Final = "sale.complaint"
_INVOICE: Final = "account.invoice"
_FIELDS: Final = (
    (_COMPLAINT, "type", "type", FieldKind.CHOICE),
    (_COMPLAINT, "number", "complaint.number", FieldKind.TEXT),
    (_COMPLAINT, "reference", "complaint.reference", FieldKind.TEXT),
    (_COMPLAINT, "date", "complaint.date", FieldKind.DATE),
    (_INVOICE, "invoice_date", "invoice.date", FieldKind.DATE),
)
"""What may be a fact; the description is what a person wrote, and none."""


class TrytonFields:
    """What one database has."""

    def __init__(self, settings: TrytonSettings) -> None:
        self._rpc = rpc_of(settings)

    def close(self) -> None:
        self._rpc.close()

    def listing(self) -> Listing:
        titles = {model: self._titles(model) for model in (_COMPLAINT, _INVOICE)}
        rows = self._rpc.rows("sale.complaint.type", [], "name")
        types = {name: name for name in (text_at(row, "name") for row in rows) if name}
        return Listing(
            vendor="tryton",
            delivery={"case": "{path: complaint.id}", "time": "{path: complaint.changed}"},
            separator=",",
            fields=tuple(
                DeskField(titles[model][name], path, kind, options=types if kind is FieldKind.CHOICE else {})
                for model, name, path, kind in _FIELDS
            ),
            always={
                "subject.order_id": "{path: invoice.number}",
                "customer.customer_id": "{path: customer}",
                "amount_paid": "{path: invoice.total, currency_path: invoice.currency}",
            },
        )

    def _titles(self, model: str) -> Mapping[str, str]:
        """What people read above each field; its name where there is nothing."""
        names = [name for of, name, _, _ in _FIELDS if of == model]
        told = self._rpc.ask(f"{model}.fields_get", names)
        return {name: text_at(told, f"{name}.string") or name for name in names}
