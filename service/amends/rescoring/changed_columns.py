"""The columns that an output has beside the others where it is compared with an earlier one."""

from enum import StrEnum
from typing import Final

import pyarrow as pa


class CaseChange(StrEnum):
    """How a row differs from its earlier self: in what is to be done (`changed`), in nothing of that (`same`), or in
    that there was none before (`new`) or none was decided now (`gone`: not in the input, or rejected).
    """

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    SAME = "same"


CHANGE: Final = pa.struct(
    [
        pa.field("change", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("what", pa.string()),
        pa.field("before_minor_units", pa.int64()),
        pa.field("after_minor_units", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("rules", pa.list_(pa.string()), nullable=False),
        pa.field("why", pa.string(), nullable=False),
    ]
)
"""One difference: an action that is `new`, `gone`, `higher` or `lower`, or that was offered and has to be taken back
(`withdraw`: only the log knows), what it comes to in all before and after (null:
no amount, or none that is known), and the rules that did it. `kind` and `what` are the action's.
"""

FELL_DUE: Final = pa.struct(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("owner", pa.string(), nullable=False),
        pa.field("due", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("state", pa.string(), nullable=False),
    ]
)
"""Something that was promised earlier and whose time has come. `state`: `missed` where the log has it as neither kept
nor closed, `due` where nobody knows what became of it.
"""

CHANGED: Final = pa.schema(
    [
        pa.field("case_change", pa.string(), nullable=False),
        pa.field("changes", pa.list_(CHANGE), nullable=False),
        pa.field("movement_minor_units", pa.int64()),
        pa.field("movement_currency", pa.string()),
        pa.field("fell_due", pa.list_(FELL_DUE), nullable=False),
        pa.field("earlier_outcome", pa.string()),
        pa.field("earlier_pack_digest", pa.string()),
        pa.field("earlier_observe_time", pa.timestamp("us", tz="UTC")),
    ]
)
"""`movement_minor_units` is by how much money moves, ups and downs added, in the first currency in which any does."""
