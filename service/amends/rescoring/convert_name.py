"""Converts what identifies a row, its case or its order, into text. What is no identifier is told row by row."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.rescoring.convert import Problems
from amends.rescoring.mapping import MappedName
from amends.rescoring.raw_columns import Mixed, Raw, Unreadable, coded, plain

_LONGEST: Final = 256


def convert_name(mapped: MappedName | None, columns: Mapping[str, Raw], count: int) -> tuple[pa.Array, Problems]:
    """The texts of all rows, null where there is none, and the rows in which it is no identifier."""
    if mapped is None:
        return pa.nulls(count, pa.string()), {}
    if isinstance(mapped.source, str):
        return pa.array([mapped.source] * count, pa.string()), {}
    texts, found = _texts(columns[mapped.source.column])
    lengths = pc.utf8_length(texts).fill_null(0).to_numpy(zero_copy_only=False)
    if mapped.path == "case_id":
        found = dict.fromkeys(np.flatnonzero(lengths == 0).tolist(), "it is not said") | found
    found |= dict.fromkeys(np.flatnonzero(lengths > _LONGEST).tolist(), f"longer than {_LONGEST} characters")
    where = f"{mapped.source.column}: {mapped.path}"
    return texts, {row: f"{where}: {why}" for row, why in found.items()}


def _texts(column: Raw) -> tuple[pa.Array, Problems]:
    if not isinstance(column, Mixed):
        try:
            texts = column.cast(pa.string())
            # What a file calls text need not be any.
            texts.validate(full=True)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            pass
        else:
            return texts, {}
    codes, values = coded(column)
    named = [_text(value) for value in values]
    wrong = {place: why for place, (_, why) in enumerate(named) if why}
    texts = pa.array([text for text, _ in named], pa.string()).take(pa.array(codes))
    return texts, {row: wrong[code] for row, code in enumerate(codes.tolist()) if code in wrong}


def _text(value: object) -> tuple[str | None, str]:
    """A value as text, and else why it is none."""
    match value:
        case None:
            return None, ""
        case Unreadable(why):
            return None, why
        case tuple():
            return None, "it is a list, and names nothing"
        case _:
            text = str(value)
            return (text, "") if plain(text) == text else (None, f"{text[:60]!r} has half a character, and is no text")
