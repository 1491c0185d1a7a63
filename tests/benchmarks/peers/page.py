"""docs/comparison.md from the recorded figures, the policies as they stand, and words in comparison.md.in beside it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.peers import explanations, lines, missing, probes
from tests.benchmarks.peers.cases import POLICIES, VALUES
from tests.benchmarks.peers.entries import READ, peers
from tests.benchmarks.peers.figures import Figures
from tests.benchmarks.peers.peer import HERE, OURS, Peer

PAGE: Final = Path(__file__).parents[3] / "docs" / "comparison.md"
WORDS: Final = HERE / "comparison.md.in"
_ERROR: Final = "error"
_NO_ANSWER: Final = "declared, not calculated"


def write(figures: Figures) -> None:
    """The page, in place of the one before."""
    PAGE.write_text(rendered(figures), encoding="utf-8")


def rendered(figures: Figures) -> str:
    """The whole page."""
    text = WORDS.read_text(encoding="utf-8")
    for name, part in _parts(figures).items():
        assert f"{{{{{name}}}}}" in text, name
        text = text.replace(f"{{{{{name}}}}}", part)
    assert "{{" not in text, text[text.index("{{") :][:40]
    return text


def _parts(figures: Figures) -> Mapping[str, str]:
    here = peers()
    open_ones, settled = (sum(figures.missing[OURS][which].values()) for which in ("open", "settled"))
    return {
        "pages": _pages(here, figures),
        "read": READ,
        "lines": _lines(here),
        "missing": _missing(here, figures),
        "open": str(open_ones),
        "settled": str(settled),
        "cases": str(missing.CASES),
        "facts": str(sum(len(facts) for facts in VALUES.values())),
        "probes": _probes(here, figures),
        "told": _told(here, figures),
        "time": _time(here, figures),
        "memory": _memory(here, figures),
        "growth": _growth(here, figures),
        "drl": figures.probes["Drools"][probes.DRL].removeprefix("error: "),
        "zen_expressions": str(_zen_expressions()),
        "steady": _steady(figures),
        "faster": _faster(here, figures),
        "guesses": str(figures.missing[OURS]["open"].get(missing.GUESSED, 0)),
        "machine": figures.machine,
        "measured": figures.measured,
        "rounds": str(figures.rounds),
    }


def _pages(here: Sequence[Peer], figures: Figures) -> str:
    rows = []
    for peer in here:
        pages = ", ".join(f"[{about}]({address})" for address, about in peer.pages.items())
        name = f"[{peer.name}](../tests/benchmarks/peers/policies/{peer.stem})"
        rows.append([name, figures.versions[peer.name], peer.licence, pages])
    return _table(["policies for", "version", "licence", "as these pages have it"], rows)


def _lines(here: Sequence[Peer]) -> str:
    rows = []
    for peer in here:
        counted = lines.of_policies(peer)
        rows.append([peer.name, *(str(counted[policy]) for policy in POLICIES), str(lines.of_host(peer))])
    return _table(["lines of", *POLICIES, "program that asks it"], rows, numbers=True)


def _missing(here: Sequence[Peer], figures: Figures) -> str:
    rows = []
    for peer in here:
        found = figures.missing[peer.name]
        rows.append(
            [
                peer.name,
                *(str(found["open"].get(what, 0)) for what in (missing.ASKED, missing.REFUSED, missing.GUESSED)),
                *(str(found["settled"].get(what, 0)) for what in (missing.RIGHT, missing.ASKED, missing.REFUSED)),
                str(found["settled"].get(missing.WRONG, 0)),
            ]
        )
    head = ["", "open: says which fact", "refuses", "guesses", "settled: right", "says which fact", "refuses", "wrong"]
    return _table(head, rows, numbers=True)


def _probes(here: Sequence[Peer], figures: Figures) -> str:
    rows = [
        [asked, *(_short(figures.probes[peer.name].get(asked, _NO_ANSWER)) for peer in here)] for asked in probes.ASKED
    ]
    return _table(["", *(peer.name for peer in here)], rows)


def _short(said: str) -> str:
    return _ERROR if said.startswith(_ERROR) else said.lower() if said.isalpha() else said


def _told(here: Sequence[Peer], figures: Figures) -> str:
    rows = [
        [peer.name, *("yes" if figures.told[peer.name][what] else "–" for what in explanations.TOLD)] for peer in here
    ]
    return _table(["told by itself", *explanations.TOLD], rows)


def _time(here: Sequence[Peer], figures: Figures) -> str:
    rows = []
    for peer in here:
        found = figures.time[peer.name]
        rows.append([peer.name, *(_spread(found[policy]) for policy in POLICIES)])
    return _table(["microseconds a decision", *POLICIES], rows, numbers=True)


def _zen_expressions() -> int:
    graph = json.loads((HERE / "policies" / "zen" / "limits.json").read_text(encoding="utf-8"))
    return sum(len(node["content"].get("expressions", ())) for node in graph["nodes"])


def _steady(figures: Figures) -> str:
    """The peer that grows least, of those that were measured at every size."""
    grown = {
        name: float(sizes[-1]) / float(sizes[0])
        for name, by_size in figures.growth.items()
        if name != OURS and len(sizes := [us for us in by_size.values() if not isinstance(us, str)]) == len(by_size)
    }
    return min(grown, key=lambda name: (grown[name], name))


def _faster(here: Sequence[Peer], figures: Figures) -> str:
    """Who answers a policy in less time than we decide it in."""
    found = []
    for policy in POLICIES:
        ours = figures.time[OURS][policy][0]
        ahead = [peer.name for peer in here if figures.time[peer.name][policy][0] < ours]
        found.append(f"`{policy}`: {', '.join(ahead) or 'nobody'}")
    return f"Who answered in less time than Amends took for its decision: {'; '.join(found)}."


def _spread(us: Sequence[float]) -> str:
    middle, low, high = us
    return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"


def _memory(here: Sequence[Peer], figures: Figures) -> str:
    rows = [[peer.name, *(f"{mebibytes:,.0f}" for mebibytes in figures.memory[peer.name])] for peer in here]
    return _table(["MiB", "to load the three policies", "more after 20,000 decisions"], rows, numbers=True)


def _growth(here: Sequence[Peer], figures: Figures) -> str:
    sizes = list(figures.growth[OURS])
    rows = []
    for peer in here:
        found = figures.growth[peer.name]
        rows.append([peer.name, *(_figure(found.get(size, "–")) for size in sizes)])
    return _table(["microseconds", *(f"{int(size):,} rules" for size in sizes)], rows, numbers=True)


def _figure(us: float | str) -> str:
    return us if isinstance(us, str) else f"{us:,.1f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = False) -> str:
    line = "|---|" + ("---:|" if numbers else "---|") * (len(head) - 1)
    return "\n".join([f"| {' | '.join(head)} |", line, *(f"| {' | '.join(row)} |" for row in rows)])
