"""What was measured of the peers and shown by running them, as it is recorded in figures.json."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

RECORDED: Final = Path(__file__).with_name("figures.json")


@dataclass(slots=True)
class Figures:
    """By peer. `time` is microseconds of processor time a decision, by policy: median, lowest, highest.

    `memory` is MiB that loading the policies takes, and MiB that many decisions add. `growth` is
    microseconds to say which rules match, by how many rules there are, or why there is no figure. `missing` is what
    `missing.outcomes` says, `told` what `explanations.told` says, and `probes` the answers to `probes.ASKED`.
    """

    measured: str = ""
    machine: str = ""
    rounds: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    time: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    memory: dict[str, list[float]] = field(default_factory=dict)
    growth: dict[str, dict[str, float | str]] = field(default_factory=dict)
    missing: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    told: dict[str, dict[str, bool]] = field(default_factory=dict)
    probes: dict[str, dict[str, str]] = field(default_factory=dict)
    out: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def recorded() -> Figures:
    """As the last full run left them."""
    told: Mapping[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return Figures(**{one.name: told[one.name] for one in fields(Figures)})


def record(figures: Figures) -> None:
    """In place of those before."""
    RECORDED.write_text(json.dumps(figures.as_json(), indent=1) + "\n", encoding="utf-8")
