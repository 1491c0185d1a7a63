"""What a command writes to stdout, whatever stdout is: a terminal, a file, a pipe, a place that cannot take it.

It refuses to lose a result over its looks: a character that the output cannot write becomes a plain one. An output that
cannot be written at all is one line on stderr and not a traceback.
"""

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn

import typer
from rich.console import Console, RenderableType

from amends.cli.exit_codes import ExitCode

# As wide as what they stand for, and never a question mark where that would be read as a mark of its own.
_PLAIN: Final = MappingProxyType(
    {"✓": "+", "✗": "x", "▲": "!", "■": "#", "→": ">", "·": "-", "“": '"', "”": '"', "’": "'", "–": "-"}
)
_HANDLER: Final = "amends-plain"
# What a write meets, and nothing that a command does on its way there.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


@contextmanager
def safe_stdout() -> Iterator[None]:
    """While a command runs: its output is written as well as stdout can; where it cannot, the command ends with 1."""
    codecs.register_error(_HANDLER, _plainly)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=_HANDLER)
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM or error.filename is not None:
            raise
        _give_up(error)


def is_unicode(encoding: str | None) -> bool:
    """True where an output of this encoding can write every character."""
    return (encoding or "").lower().startswith("utf")


def print_page(console: Console, page: RenderableType) -> None:
    """Print for a person; into a file or a pipe without the blanks that only fill a terminal's lines."""
    if console.is_terminal:
        console.print(page)
        return
    with console.capture() as captured:
        console.print(page)
    lines = captured.get().splitlines()
    console.file.write("".join(f"{line.rstrip()}\n" for line in lines))
    console.file.flush()


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unwritable = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter, "?") for letter in unwritable), error.end


def _give_up(error: OSError) -> NoReturn:
    typer.echo(f"amends: cannot write the output: {error.strerror}", err=True)
    # What is still held would be tried again at exit, and fail again with a traceback.
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    raise SystemExit(ExitCode.UNEXPECTED) from None
