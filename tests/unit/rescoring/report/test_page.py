"""The page of a report: whole by itself, safe whatever a case is called, and readable without colour or pictures."""

import re
from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

import pytest

from amends.rescoring.changes import Earlier, changed
from amends.rescoring.compare_rows import By
from amends.rescoring.report.blocks import Bars, Report, Section, Steps
from amends.rescoring.report.charts import as_svg
from amends.rescoring.report.compose import compose
from amends.rescoring.report.moves import Moves, rows_of_now
from amends.rescoring.report.page import as_html
from amends.rescoring.report.rejects import Rejects
from amends.rescoring.report.tally import Tally
from amends.rescoring.report.words import Names
from amends.rescoring.report.write import write_report
from tests.unit.rescoring.outputs import action, by_chance, row, table

HOSTILE: Final = "</td><script>alert('x')</script> \"'> $\\frac{$ ☃ 零"
NAMES: Final = Names("Pack <b>1</b>", {"refund-rule": f"Give it back {HOSTILE}"}, {"care": "Care & <i>co</i>"})
REJECTED: Final = (
    '{"position": 3, "reasons": ["stage: \'<script>\' is not one of its values"], "row": {}}\n',
    '{"position": 9, "reasons": ["stage: \'b\' is not one of its values", "fare: -5.00 USD is below"], "row": {}}\n',
)

Made: TypeAlias = tuple[str, tuple[Bars | Steps, ...]]
"""A page, and the charts on it."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Made:
    steps = action("audit_step", what=HOSTILE, owner=HOSTILE)
    hostile = row(301, HOSTILE, stage="use", owner=HOSTILE, actions=[action("refund", 90_000_000), steps])
    now, earlier = [*by_chance(21, 300), hostile], by_chance(22, 300)
    tally, moves, rejects = Tally(), Moves(), Rejects()
    before = Earlier(lambda: iter([table(earlier)]), By.CASE)
    folder = tmp_path_factory.mktemp("changes")
    for each in changed([table(now)], before, total=301, folder=folder, only_changes=False):
        tally.add(rows_of_now(each))
        moves.add(each)
    rejects.add(REJECTED)
    made = compose(tally, moves, rejects, NAMES)
    return as_html(made, as_svg), made.charts


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_whatever_a_case_is_called_it_is_text(report: Made) -> None:
    """Names of cases, steps, teams and rules stand on the page as they are, and none of them opens a tag."""
    page = _Page(report[0])

    assert not page.open
    assert {tag for tag, _ in page.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "h1", "h2", "p", "ul"),
        *("li", "a", "figure", "figcaption", "img", "div", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    }
    assert HOSTILE in page.text
    assert f"refund-rule: Give it back {HOSTILE}" in page.text


def test_it_needs_nothing_from_elsewhere(report: Made) -> None:
    """No script, no address but anchors of its own, and a policy that says so to the browser."""
    page = _Page(report[0])

    names = {one.get("id") for _, one in page.tags}
    assert all(str(one["href"]).startswith("#") and str(one["href"])[1:] in names for one in page.all("a"))
    assert all(str(one["src"]).startswith("data:image/svg+xml;base64,") for one in page.all("img"))
    assert not re.search(r"(?:src|href)=\"(?!data:|#)|url\(|@import|\son\w+=\"", report[0])
    policy = next(one for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_charts_are_told_in_words_and_tables(report: Made) -> None:
    """Each has an alternative text with its numbers, and its section has a table; parts differ by hatches too."""
    page, charts = _Page(report[0]), report[1]

    assert [one["alt"] for one in page.all("img")] == [chart.alt for chart in charts]
    assert len(charts) >= 9
    for chart in charts:
        assert all(said.split(",")[0] in chart.alt for said in chart.said)
    for drawn, chart in zip(pictures(page), charts, strict=True):
        hatches = set(re.findall(rb"url\(#(h\w+)\)", drawn))
        assert len(hatches) >= (len(chart.parts) - 1 if isinstance(chart, Bars) else 1)
    assert report[0].count("<section") <= report[0].count("<caption>")


def test_charts_are_pictures_that_say_what_they_show(report: Made) -> None:
    """SVG with its labels as text, dollar signs and all, the same bytes each time; and the same as PNG."""
    page = _Page(report[0])

    for drawn, chart in zip(pictures(page), report[1], strict=True):
        told = {text.strip() for text in ET.fromstring(drawn).itertext()}  # noqa: S314 -- our own
        assert {said.strip() for said in chart.said} <= told
    assert as_svg(report[1][1]) == list(pictures(page))[1]


def pictures(page: _Page) -> Iterator[bytes]:
    return (b64decode(str(one["src"]).partition(",")[2]) for one in page.all("img"))


def test_rejects_are_told_by_reason(report: Made) -> None:
    """Reasons without their values, how often, and the first row of each in full."""
    text = " ".join(_Page(report[0]).text)

    assert "2 rows are no situations" in text
    assert re.search(r"stage: '…' is not one of its values\s+2\s+row 3: stage: '<script>' is not", text)
    assert re.search(r"fare: N USD is below\s+1\s+row 9: fare: -5.00 USD is below", text)


def test_sections_are_the_ones_that_were_asked_for(report: Made) -> None:
    """Where rows were compared with nothing, nothing says what changed."""
    made = compose(Tally(), None, Rejects(), Names())

    assert "What changed" in report[0]
    assert "What changed" not in as_html(made, as_svg)


def test_pictures_have_names_of_their_own(report: Made, tmp_path: Path) -> None:
    """Each chart is a PNG file, and the page is not written where it is not asked for."""
    few = [one for one in report[1] if len(one.labels) <= 4]
    section = Section("few", "Few", few)

    write_report(Report("Few", (), (section,)), page=None, pictures=tmp_path / "pictures")

    assert len({chart.name for chart in report[1]}) == len(report[1])
    written = {path.name: path.read_bytes() for path in (tmp_path / "pictures").iterdir()}
    assert set(written) == {f"{one.name}.png" for one in few}
    assert all(found.startswith(b"\x89PNG") for found in written.values())
