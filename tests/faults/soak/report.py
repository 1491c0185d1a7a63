"""A soak in words and figures, and whether it is good."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Final

from tests.faults.soak.soaked import Soaked
from tests.faults.soak.watching import Sample

MEBIBYTE: Final = 2**20
MOST_GROWTH: Final = 16 * MEBIBYTE
MOST_SLOWER: Final = 1.25
_ROWS: Final = 24
_TOLD: Final = 20
_COLUMNS: Final = (
    *("minute", "decided", "done", "decide p50", "p99", "batch of 20 p50", "outcome p50", "health p50"),
    *("worker", "supervisor", "load"),
)


def is_good(soaked: Soaked) -> bool:
    """Nothing lost, changed or broken, and at the end as at the beginning."""
    quiet = not soaked.broken and not soaked.accidents
    return soaked.audit.is_green and quiet and growth(soaked) <= MOST_GROWTH and slower(soaked) <= MOST_SLOWER


def growth(soaked: Soaked) -> float:
    """Bytes that the worker that lived all through took on from the second tenth of the time to the last."""
    early, late = _ends(soaked.samples)
    return median(one.worker_bytes for one in late) - median(one.worker_bytes for one in early)


def slower(soaked: Soaked) -> float:
    """How many times as long a decision takes in the last tenth as in the second, beside a call that does nothing."""
    early, late = _ends(soaked.samples)
    return _beside_nothing(late) / _beside_nothing(early)


def line_of(sample: Sample) -> str:
    """A row of the report's table."""
    memory = (f"{held / MEBIBYTE:.1f} MiB" for held in (sample.worker_bytes, sample.supervisor_bytes))
    cells = (
        *(f"{sample.minute:.0f}", f"{sample.decisions:,}", f"{sample.outcomes:,}"),
        *(f"{sample.decide_p50:.1f} ms", f"{sample.decide_p99:.1f} ms", f"{sample.batch_p50:.1f} ms"),
        *(f"{sample.outcome_p50:.1f} ms", f"{sample.nothing_p50:.2f} ms", *memory, f"{sample.load:.1f}"),
    )
    return f"| {' | '.join(cells)} |"


def report_of(soaked: Soaked) -> str:
    """Markdown."""
    every = max(1, len(soaked.samples) // _ROWS)
    rows = [line_of(sample) for sample in [*soaked.samples[:-1][::every], soaked.samples[-1]]]
    wrong = [f"- {one}" for one in (*soaked.broken, *soaked.accidents)[:_TOLD]]
    figures = [f"| {name} | {figure} |" for name, figure in _figures(soaked)]
    lines = (
        f"# {soaked.seconds / 60:.0f} minutes under load",
        "",
        f"Written by `make soak`, {soaked.since:%Y-%m-%d}. One service, two workers, PostgreSQL that syncs. Three",
        "callers decide one case after the other, one sends batches, one streams, one records what was done; the rules",
        "change every minute, and every three minutes something befalls it. What that cuts off is asked again.",
        f"**{'All is well.' if is_good(soaked) else 'Not all is well.'}**",
        "",
        *("| | |", "|---|---|", *figures, ""),
        "Times are those of calls that nothing befell, since the row before; `health` is a call that does nothing, and",
        "shows how busy the machine is otherwise; `worker` is the one that no fault kills.",
        "",
        *(f"| {' | '.join(_COLUMNS)} |", "|---:" * len(_COLUMNS) + "|", *rows, *wrong, ""),
    )
    return "\n".join(lines)


def _figures(soaked: Soaked) -> Iterator[tuple[str, str]]:
    audited = soaked.audit
    yield "calls and messages", f"{soaked.calls:,}"
    yield "decisions acknowledged", f"{audited.decisions:,}"
    yield "outcomes acknowledged", f"{audited.outcomes:,}"
    yield "what befell it", _counts(soaked.faults)
    yield "changes of the rules", _counts(soaked.reloads)
    yield "asked again", _counts(soaked.asked_again)
    yield "calls that ended otherwise than that explains", f"{len(soaked.broken)}"
    yield "errors that the service did not expect", f"{len(soaked.accidents)}"
    yield "acknowledged, and not in the log", f"{len(audited.lost)}"
    yield "in the log with other bytes than acknowledged", f"{len(audited.changed)}"
    yield "made again by `amends replay`", _counts(audited.replayed)
    yield "memory that the worker took on, second tenth to last", f"{growth(soaked) / MEBIBYTE:.1f} MiB"
    yield "a decision's time beside health's, second tenth to last", f"{slower(soaked):.2f} times"
    yield "the worker's processor time", f"{soaked.samples[-1].worker_seconds:,.0f} s"


def _ends(samples: Sequence[Sample]) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """Those of the second tenth of the time, when all is warm, and of the last; the very last tells of no calls."""
    whole = samples[:-1] or samples
    tenth = max(1, len(whole) // 10)
    return whole[tenth : 2 * tenth] or whole[:1], whole[-tenth:]


def _beside_nothing(samples: Sequence[Sample]) -> float:
    return _middle(samples, lambda one: one.decide_p50) / _middle(samples, lambda one: one.nothing_p50)


def _middle(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> float:
    return median(figure(one) for one in samples)


def _counts(counts: Counter[str]) -> str:
    told = (f"{name.replace('_', ' ').lower()}: {count:,}" for name, count in counts.most_common())
    return ", ".join(told) or "none"
