"""Fuzzes the loader of rule packs, guided by coverage (atheris, libFuzzer), for as long as wanted:

    python -m tests.fuzz.run -max_total_time=600 -artifact_prefix=build/ tests/fuzz/corpus

What reaches something new is kept in the first folder named. What breaks the law of `loader` is written as `crash-*`;
given as an argument, such a file is tried alone. All options are libFuzzer's.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import atheris  # type: ignore[import-untyped]  # it comes without types

CORPUS: Final = Path(__file__).parent / "corpus"
LONGEST: Final = 1 << 15
"""Bytes of an input: room for any construct several times, and quick to read."""

# Only the loader is explored: it has to be imported here for the first time, under instruments.
with atheris.instrument_imports(include=["amends.packs"]):
    from tests.fuzz.loader import check


def words() -> Iterator[str]:
    """The words of the language, as hints for mutations: those of all packs that the corpus holds."""
    text = b"\n".join(path.read_bytes() for path in sorted(CORPUS.iterdir()))
    known = {word.strip("{}[],:\"'") for word in text.decode("utf-8", "replace").split()}
    yield from sorted(word for word in known if word.isascii() and word.replace("_", "").replace(".", "").isalnum())


def explore(data: bytes) -> None:
    """One input."""
    check(data)


def main() -> None:
    """Fuzz until told to stop."""
    with TemporaryDirectory() as folder:
        hints = Path(folder) / "words.dict"
        hints.write_text("".join(f'"{word}"\n' for word in words()), encoding="ascii")
        atheris.Setup([sys.argv[0], f"-dict={hints}", f"-max_len={LONGEST}", *sys.argv[1:]], explore)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
