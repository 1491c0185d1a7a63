"""Diagnostics: everything wrong with a pack, collected, sorted by position, said so that the owner can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from amends.domain.facts import FactSpec, Value
from amends.packs.model import Position


class Severity(StrEnum):
    """An error keeps the pack from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class CellFact:
    """The values that a fact of `main` has in some cells, in its order, and whether it is also missing in one."""

    spec: FactSpec
    values: tuple[Value, ...]
    missing: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells that a finding is about: each combines values of these facts; not every combination is one of them."""

    count: int
    facts: tuple[CellFact, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` names the kind (`unknown-fact`), `excerpt` is the source line, `hint` how to mend it.

    `about` holds the ids that it speaks of: a waiver names one of them. `cells` is there where it is about cells.
    """

    position: Position
    code: str
    message: str
    hint: str = ""
    excerpt: str = ""
    severity: Severity = Severity.ERROR
    about: tuple[str, ...] = field(default=(), compare=False)
    cells: Cells | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Whatever names it repeats, it goes to a terminal: what does not print may be an escape sequence."""
        for name in ("message", "hint", "excerpt"):
            said: str = getattr(self, name)
            if not said.isprintable():
                object.__setattr__(self, name, "".join(char if char.isprintable() else "?" for char in said))

    def render(self) -> str:
        """`file:line:column: error[code]: message`, the source line with a caret, and the hint."""
        lines = [f"{self.position}: {self.severity}[{self.code}]: {self.message}"]
        if self.excerpt:
            lines += [f"    {self.excerpt}", f"    {' ' * (self.position.column - 1)}^"]
        if self.hint:
            lines.append(f"    hint: {self.hint}")
        return "\n".join(lines)


class PackError(Exception):
    """The pack does not compile; `diagnostics` are all that is wrong with it, in the order of position."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        ordered = sorted(
            diagnostics,
            key=lambda found: (found.position.file, found.position.line, found.position.column, found.code),
        )
        super().__init__("\n".join(diagnostic.render() for diagnostic in ordered))
        self.diagnostics = tuple(ordered)
