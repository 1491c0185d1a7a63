"""A report as one HTML page: no script, nothing from elsewhere, everything escaped; for a screen, a phone and paper."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final, assert_never

from amends.html_page import Link, html_page
from amends.rescoring.report.blocks import Bars, Block, Chart, Report, Section, Steps, Table, Words

_STYLE: Final = """\
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 68rem; margin: 0 auto;
  padding: 1rem; overflow-wrap: break-word; }
h1, h2 { line-height: 1.2; break-after: avoid; }
h2 { border-bottom: 2px solid #444; padding-bottom: .2rem; margin-top: 2.5rem; }
nav ul { columns: 16rem; padding-left: 1.2rem; }
figure { margin: 1rem 0; break-inside: avoid; }
figure img { display: block; width: 100%; max-width: 38rem; height: auto; }
figcaption, caption { text-align: left; font-weight: bold; padding: .3rem 0; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; min-width: 50%; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top; max-width: 28rem; }
thead th { background: #eee; }
tbody th { font-weight: normal; min-width: 8rem; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th.number { white-space: normal; }
a { color: #0b4f9c; }
a:focus-visible, .wide:focus-visible { outline: 3px solid #0b4f9c; outline-offset: 2px; }
@media (max-width: 40rem) {
  table { font-size: .85rem; }
  th, td { padding: .2rem .3rem; }
}
@media print {
  body { font-size: 9pt; max-width: none; padding: 0; }
  nav { display: none; }
  .wide { overflow: visible; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def as_html(report: Report, drawn: Callable[[Chart], bytes]) -> str:
    """The whole page; `drawn` makes the SVG of a chart."""
    return html_page(
        report.title,
        lang="en",
        style=_STYLE,
        policy=_POLICY,
        lead=_blocks(report.lead, drawn),
        contents=(Link(section.name, section.title) for section in report.sections),
        main=(line for section in report.sections for line in _section(section, drawn)),
    )


def _section(section: Section, drawn: Callable[[Chart], bytes]) -> Iterator[str]:
    name = escape(section.name)
    yield f'<section id="{name}" aria-labelledby="{name}-title">'
    yield f'<h2 id="{name}-title">{escape(section.title)}</h2>'
    yield from _blocks(section.blocks, drawn)
    yield "</section>"


def _blocks(blocks: Sequence[Block], drawn: Callable[[Chart], bytes]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Words(text):
                yield f"<p>{escape(text)}</p>"
            case Table():
                yield from _table(block)
            case Bars() | Steps():
                # An image of its own: no name in it can meet one of the page, and nothing in it is run.
                image = b64encode(drawn(block)).decode("ascii")
                yield "<figure>"
                yield f"<figcaption>{escape(block.title)}</figcaption>"
                yield f'<img alt="{escape(block.alt)}" src="data:image/svg+xml;base64,{image}">'
                yield "</figure>"
            case _:
                assert_never(block)


def _table(table: Table) -> Iterator[str]:
    caption = escape(table.caption)
    # What is wider than the page is moved by itself, with the keyboard too.
    yield f'<div class="wide" role="region" aria-label="{caption}" tabindex="0">'
    yield f"<table>\n<caption>{caption}</caption>"
    yield f"<thead><tr>{''.join(_cells(table.header, table.numeric, head=True))}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(_cells(row, table.numeric, head=False))}</tr>"
    yield "</tbody>\n</table>\n</div>"


def _cells(row: Sequence[str], numeric: frozenset[int], *, head: bool) -> Iterator[str]:
    for place, text in enumerate(row):
        kind = ' class="number"' if place in numeric else ""
        if head:
            yield f'<th scope="col"{kind}>{escape(text)}</th>'
        elif place == 0:
            yield f'<th scope="row"{kind}>{escape(text)}</th>'
        else:
            yield f"<td{kind}>{escape(text)}</td>"
