"""Writes YAML as many hands might: other indents, quotes, spaces, comments wherever one may stand, blank lines."""

from random import Random
from typing import Final

_SCALARS: Final = (
    "no",
    "on",
    "1.50",
    "007",
    "9.90 USD",
    "30m",
    "~",
    "''",
    '"a: b"',
    "'it''s # not'",
    "text",
    "2026-11-01",
)


class Writer:
    """One file, by one random hand. `comments` are all that were written, each another."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.comments: list[str] = []

    def file(self) -> str:
        """A mapping of a few keys."""
        lines = [*self._beside(0), *self._mapping(0, 0), *self._beside(0)]
        end = self._random.choice(("\n", "\r\n"))
        return end.join(lines) + self._random.choice((end, end * 3))

    def _maybe(self, chance: float = 0.3) -> bool:
        return self._random.random() < chance

    def _comment(self) -> str:
        self.comments.append(f"# remark {len(self.comments)}.")
        return self.comments[-1]

    def _beside(self, indent: int) -> list[str]:
        """Lines of comment and blank lines."""
        lines = []
        while self._maybe(0.2):
            lines.append(" " * max(0, indent + self._random.choice((0, 0, 0, 1, -2))) + self._comment())
        if self._maybe(0.15):
            lines += [" " * self._random.randrange(3)] * self._random.randrange(1, 4)
        return lines

    def _end(self) -> str:
        return (
            " " * self._random.randrange(1, 5) + self._comment()
            if self._maybe(0.2)
            else " " * self._random.choice((0, 0, 2))
        )

    def _mapping(self, indent: int, depth: int) -> list[str]:
        lines: list[str] = []
        for number in range(self._random.randrange(1, 4)):
            lines += self._beside(indent) if number else []
            lines += self._pair(f"{'abc'[number]}", indent, depth)
        return lines

    def _pair(self, key: str, indent: int, depth: int) -> list[str]:
        head = " " * indent + self._random.choice((key, f'"{key}"')) + " " * self._random.choice((0, 0, 1)) + ":"
        inner = indent + self._random.randrange(1, 5)
        kind = self._random.choice(("map", "list", "leaf", "leaf", "below", "block")) if depth < 3 else "leaf"
        if kind == "map":
            return [head + self._end(), *self._beside(inner), *self._mapping(inner, depth + 1)]
        if kind == "list":
            inner = self._random.choice((indent, inner))
            return [head + self._end(), *self._beside(inner), *self._list(inner, depth + 1)]
        if kind == "below":
            return [head + self._end(), " " * inner + self._leaf() + self._end()]
        if kind == "block":
            text = [" " * inner + word for word in ("one", "  two # no comment", "", "three")]
            return [
                f"{head} {self._random.choice('|>')}{self._random.choice(('', '-'))}",
                *text[: self._random.randrange(1, 5)],
            ]
        leaf = self._many_lines(inner) if self._maybe(0.2) else self._leaf()
        return f"{head} {leaf}{self._end()}".split("\n")

    def _list(self, indent: int, depth: int) -> list[str]:
        lines: list[str] = []
        for number in range(self._random.randrange(1, 4)):
            lines += self._beside(indent) if number else []
            gap = self._random.randrange(1, 4)
            inner = self._mapping(indent + 1 + gap, depth + 1) if self._maybe(0.6) and depth < 3 else []
            if inner and inner[0].strip().startswith("#"):
                inner = []
            first = inner[0].lstrip() if inner else self._leaf() + self._end()
            lines += [" " * indent + "-" + " " * gap + first, *inner[1:]]
        return lines

    def _leaf(self) -> str:
        return self._flow(2) if self._maybe() else self._random.choice(_SCALARS)

    def _flow(self, depth: int) -> str:
        comma = self._random.choice((",", ", ", " ,  "))
        parts = [
            self._random.choice(_SCALARS) if self._maybe(0.7) or not depth else self._flow(depth - 1) for _ in range(3)
        ]
        parts = parts[: self._random.randrange(4)]
        pad = " " * self._random.randrange(2)
        if self._maybe(0.5):
            return f"[{pad}{comma.join(parts)}{pad}]"
        pairs = [f"{key}: {part}" for key, part in zip("xyz", parts, strict=False)]
        return f"{{{pad}{comma.join(pairs)}{pad}}}"

    def _many_lines(self, indent: int) -> str:
        space = "\n" + " " * indent
        return self._random.choice(
            (
                f"plain words{space}over two lines",
                f'"quoted words{space}  over two lines"',
                f"[one,{space}two,{space}  three]",
                f"{{a: 1,   # kept{space}b: 2{space}}}",
            )
        )
