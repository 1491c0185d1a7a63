"""What a check of cells tells: in which decision a law is broken, and by what, so that equal causes are told once."""

from dataclasses import dataclass, field

from amends.packs.model import Position


@dataclass(frozen=True, slots=True)
class Breach:
    """One cell in which a law is broken. Breaches of one `cause` are told together; `position` None: that of `main`.

    `about` holds the ids by which a waiver may name the cause.
    """

    cause: str
    position: Position | None = None
    about: tuple[str, ...] = ()
    hint: str = field(default="", compare=False)
