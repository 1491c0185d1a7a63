"""Secrets: named in the configuration, held by the environment or a file, never written into it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEADER: Final = re.compile(r"[!-~]([ -~]*[!-~])?")


def header_text(text: str) -> str:
    """The text, as it may stand in a header. ValueError, which does not repeat it, where none can carry it."""
    if _HEADER.fullmatch(text) is None:
        raise ValueError("no header can carry it: that takes one line of ASCII without blanks at its ends")
    return text


class SecretError(Exception):
    """A secret that cannot be had; the message names where it was looked for."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is: in an environment variable or in a file, whose last line end does not count."""

    env: str = ""
    file: Path | None = None

    def __post_init__(self) -> None:
        """One place, and only one."""
        if bool(self.env) == (self.file is not None):
            raise ValueError("a secret is {env: NAME} or {file: PATH}")

    def reveal(self) -> str:
        """The secret itself. SecretError where there is none."""
        if self.file is None:
            value = os.environ.get(self.env, "")
            if not value:
                raise SecretError(f"the environment has no {self.env}")
            return value
        try:
            value = self.file.read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretError(f"{self.file}: {error}") from None
        if not value:
            raise SecretError(f"{self.file} is empty")
        return value

    def reveal_for_header(self) -> str:
        """The secret as a header carries it: printable ASCII in one line. SecretError where there is none such."""
        try:
            return header_text(self.reveal())
        except ValueError as error:
            raise SecretError(f"{self.file or self.env}: {error}") from None
