"""The written cases of `examples/cases/`, as requests. What a case does not say (role, policy) stays unsaid."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.cli.deciders import ServerDecider
from amends.cli.situation_input import request_of_case
from amends.packs.situation_file import read_heading
from amends_client import AmendsClient, DecideRequest, Outcome

_FOLDER: Final = Path(__file__).resolve().parent / "cases"


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """A case file: what it tells, what it asks, and the outcome that its writer expects, where they say so."""

    name: str
    title: str
    request: DecideRequest
    expected: Outcome.ValueType | None

    @property
    def shown(self) -> str:
        """Where to find it, from the folder of the checkout."""
        return f"examples/cases/{self.name}"


def read_cases(client: AmendsClient) -> Iterator[WrittenCase]:
    """Every case, by file name, read with the words of the pack that will decide it, as the server tells them."""
    decider = ServerDecider(client)
    for file in sorted(_FOLDER.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        heading = read_heading(text, file=file.name)
        yield WrittenCase(
            name=file.name,
            title=heading.title or file.stem,
            request=request_of_case(text, file=file.name, policy="", decider=decider),
            expected=Outcome.Value(f"OUTCOME_{heading.outcome.upper()}") if heading.outcome else None,
        )
