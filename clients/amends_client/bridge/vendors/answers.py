"""Parts of a vendor's answer, by paths that an adapter has written itself."""

from collections.abc import Iterable

from amends_client.bridge.mapping.paths import Json, as_text, read_path
from amends_client.bridge.ports import AwayError


def one(value: Json, text: str) -> Json:
    """The value at the path; None where there is none."""
    path = read_path(text)
    assert path is not None  # an adapter wrote it
    return path.find(value)


def text_at(value: Json, text: str) -> str:
    """The plain value at the path as text; empty where there is none."""
    return as_text(one(value, text)) or ""


def labels(options: Iterable[Json], *, value: str, label: str) -> dict[str, str]:
    """What people read by what a payload holds, of the options of a field."""
    return {text_at(option, value): text_at(option, label) for option in options}


def listed(value: Json, text: str) -> list[Json]:
    """All values at the path; none where there is no list."""
    found = one(value, text)
    return found if isinstance(found, list) else []


def needed(value: Json, text: str) -> Json:
    """The value at the path. AwayError where there is none: it is no answer of that API."""
    found = one(value, text)
    if found is None:
        raise AwayError(f"the answer lacks {text}")
    return found
