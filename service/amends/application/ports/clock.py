"""The only sources of the present moment and of fresh identifiers."""

from typing import Protocol


class Clock(Protocol):
    """The only source of the present moment."""

    def now(self) -> int:
        """Nanoseconds since 1970-01-01T00:00Z."""
        ...


class NewId(Protocol):
    """The only source of fresh identifiers."""

    def __call__(self) -> str:
        """A new UUIDv7 in its canonical text form."""
        ...
