"""Cells of CSV that a spreadsheet would take for a formula: an apostrophe stands before them, and goes when it is read.

Cases, orders and reasons come from customers, and whoever opens a CSV trusts it. What begins with apostrophes and then
like a formula gets one more, so that reading gives back exactly what was written.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_STARTS: Final = "[=+@\\-\\t\\r\\n\uff1d\uff0b\uff20\uff0d]"
"""What spreadsheets take for the beginning of a formula, or overlook before one; the last four are the wide signs."""

_FORMULA: Final = f"\\A('*{_STARTS})"
_MADE_SAFE: Final = f"\\A'('*{_STARTS})"


def made_safe(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """No cell begins as a formula does."""
    return pc.replace_substring_regex(texts, _FORMULA, "'\\1", max_replacements=1)


def as_written(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The cells as they were before `made_safe`."""
    return pc.replace_substring_regex(texts, _MADE_SAFE, "\\1", max_replacements=1)
