"""Parts of a vendor's answer, by paths that an adapter has written itself."""

from amends_client.bridge.mapping.paths import Json, read_path
from amends_client.bridge.ports import AwayError


def one(value: Json, text: str) -> Json:
    """The value at the path; None where there is none."""
    path = read_path(text)
    assert path is not None  # an adapter wrote it
    return path.find(value)


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
