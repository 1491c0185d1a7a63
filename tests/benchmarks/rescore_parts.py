"""Where the time of re-scoring goes: shares of the processor time of one run within this process, by what is called."""

import cProfile
import pstats
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.rescoring import make_job
from examples.flight_rows import MAPPING

_NEVER: Final = 2**62
_CALLS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "reading": (("read_arrow.py", "batches"), ("convert.py", "convert"), ("convert_name.py", "convert_name")),
    "deciding": (("decide_rows.py", "_decided"),),
    "resolving": (("decide_rows.py", "_settled"), ("due_columns.py", "obligations")),
    "telling": (("scored.py", "of"),),
    "due": (("due_columns.py", "obligations"),),
    "writing": (("part_writer.py", "write"), ("part_writer.py", "finish"), ("write_output.py", "write_output")),
}
"""Functions by file and name; what they call is theirs."""


def shares(source: Path, out: Path, compiled: CompiledPack) -> dict[str, float]:
    """Of each part its share. Reading: the file, and what its values mean. Matching: which rows look alike. Resolving:
    what each kind of them comes to, and when that is due. Writing: telling it to each row, and the file.
    """
    role = compiled.pack.authority[0].role
    job = make_job(source, out, compiled, mapping=MAPPING, role=role, observe_time=None, now=_NEVER)
    profile = cProfile.Profile(time.process_time)
    profile.runcall(job.run, strict=True, told=lambda _: None, part_rows=2**40, batch_rows=131_072)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # the stubs lack what the documentation names
    spent = {
        part: sum(found[3] for (file, _, name), found in stats.items() for call in calls if _is(file, name, call))
        for part, calls in _CALLS.items()
    }
    assert all(spent.values()), spent
    whole = max(found[3] for found in stats.values())
    settled = spent["resolving"] - spent["due"]
    by_part = {
        "reading": spent["reading"],
        "matching": spent["deciding"] - settled,
        "resolving": spent["resolving"],
        "writing": spent["telling"] - spent["due"] + spent["writing"],
    }
    found = {part: round(seconds / whole, 3) for part, seconds in by_part.items()}
    return {**found, "other": round(1 - sum(found.values()), 3)}


def _is(file: str, name: str, call: tuple[str, str]) -> bool:
    return name == call[1] and Path(file).name == call[0] and Path(file).parent.name == "rescoring"
