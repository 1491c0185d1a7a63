"""A playbook as one HTML page: no script, nothing from elsewhere, everything escaped; for a screen and for paper."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, assert_never

from amends.html_page import Link, html_page
from amends.packs.playbook.blocks import Block, Paragraph, Playbook, Point, Points, Run, Section, Table, Words

_STYLE: Final = """\
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 60rem; margin: 0 auto;
  padding: 1.5rem; }
h1, h2, h3, h4 { line-height: 1.2; break-after: avoid; }
h2 { border-bottom: 2px solid #444; padding-bottom: .2rem; margin-top: 2.5rem; }
h4 { margin-bottom: .3rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top; }
thead th { background: #eee; }
tr { break-inside: avoid; }
a { color: #0b4f9c; }
@media print {
  body { font-size: 10pt; max-width: none; padding: 0; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  thead { display: table-header-group; }
}
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(book: Playbook) -> str:
    """The whole page."""
    return html_page(
        book.title,
        lang=book.lang,
        style=_STYLE,
        policy=_POLICY,
        lead=_blocks(book.lead),
        contents=(Link(section.name, section.title) for section in book.sections),
        main=(line for section in book.sections for line in _section(section, level=2)),
    )


def _section(section: Section, *, level: int) -> Iterator[str]:
    name = escape(section.name)
    yield f'<section id="{name}">'
    yield f"<h{level}>{escape(section.title)}</h{level}>"
    yield from _blocks(section.blocks)
    for inner in section.sections:
        yield from _section(inner, level=level + 1)
    yield "</section>"


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(words):
                yield f"<p>{_words(words)}</p>"
            case Points(points, ordered):
                yield _points(points, tag="ol" if ordered else "ul")
            case Table():
                yield from _table(block)
            case _:
                assert_never(block)


def _points(points: Sequence[Point], *, tag: str) -> str:
    items = [
        f"<li>{_words(point.words)}{_points(point.below, tag='ul') if point.below else ''}</li>" for point in points
    ]
    return f"<{tag}>{''.join(items)}</{tag}>"


def _table(table: Table) -> Iterator[str]:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    yield f"<table>\n<caption>{escape(table.caption)}</caption>"
    yield f"<thead><tr>{head}</tr></thead>\n<tbody>"
    for first, *others in table.rows:
        cells = "".join(f"<td>{_words(cell)}</td>" for cell in others)
        yield f'<tr><th scope="row">{_words(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>"


def _words(words: Words) -> str:
    return "".join(_run(run) for run in words)


def _run(run: Run) -> str:
    text = escape(run.words)
    if run.lang:
        text = f'<span lang="{escape(run.lang)}">{text}</span>'
    if run.code:
        text = f"<code>{text}</code>"
    return f"<strong>{text}</strong>" if run.strong else text
