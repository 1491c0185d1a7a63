"""What a caller hands over, checked before anything is sent: a wrong type is told with what was expected instead.

It looks at types and at the form of the target only. What the values mean is the server's to check.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from amends_client.messages import Actor, DecideRequest, Situation

_TEXT: Final = (str, "text")
_OPTIONS: Final[Mapping[str, tuple[type, str]]] = MappingProxyType(
    {
        "policy": _TEXT,
        "request_id": _TEXT,
        "supersedes": _TEXT,
        "preview": (bool, "True or False"),
        "explain": (int, "a member of Explain, for instance Explain.EXPLAIN_FIRED"),
        "actor": (Actor, 'an Actor, for instance Actor(role="supervisor")'),
    }
)
_ADVICE: Final = MappingProxyType(
    {"http": "and nothing else", "https": "and give credentials=grpc.ssl_channel_credentials()"}
)


def check_target(target: object) -> None:
    """TypeError or ValueError where it cannot be the address of a service."""
    if not isinstance(target, str):
        raise TypeError(f'target: expected "HOST:PORT", not {target!r}')
    if not target.strip():
        raise ValueError('target: expected "HOST:PORT", for instance "127.0.0.1:50051"; it is empty')
    scheme, found, rest = target.partition("://")
    if found and scheme.lower() in _ADVICE:
        raise ValueError(f'target: say "{rest.rstrip("/")}" {_ADVICE[scheme.lower()]}, not {target!r}')


def check_situation(value: object) -> None:
    """TypeError where it is no situation."""
    if not isinstance(value, Situation):
        raise TypeError(f"expected a Situation, as situation(case_id=..., ...) builds it, not {_named(value)}")


def check_item(value: object) -> None:
    """TypeError where it can be no item of a batch."""
    if not isinstance(value, Situation | DecideRequest):
        raise TypeError(
            f"expected a Situation, as situation(case_id=..., ...) builds it, or a DecideRequest, not {_named(value)}"
        )


def check_files(pack_id: object, files: object) -> None:
    """TypeError where it can be no pack of files."""
    if not isinstance(pack_id, str):
        raise TypeError(f"pack_id: expected text, not {pack_id!r}")
    if not isinstance(files, Mapping):
        raise TypeError(
            f"files: expected paths with their contents, as pack_files(folder) reads them, not {_named(files)}"
        )
    for path, content in files.items():
        if not isinstance(path, str) or not isinstance(content, str | bytes):
            raise TypeError(f"files: expected text or bytes for each path, not {_named(content)} for {path!r}")


def check_options(options: Mapping[str, object]) -> None:
    """TypeError for an option of another type. An option that there is not is found when the request is made."""
    for name, value in options.items():
        kind, expected = _OPTIONS.get(name, (object, ""))
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{name}: expected {expected}, not {value!r}")


def _named(value: object) -> str:
    """By its type alone: what was meant to be a situation may hold what belongs into no log."""
    return f"a {type(value).__name__}"
