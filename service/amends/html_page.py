"""The frame of an HTML page that is one file: no script, nothing from elsewhere, a heading, its contents, the rest."""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple


class Link(NamedTuple):
    """An entry of the contents: the anchor of a section, and its title."""

    anchor: str
    title: str


def html_page(  # noqa: PLR0913 -- one part of a page each
    title: str,
    *,
    lang: str,
    style: str,
    policy: str,
    lead: Iterable[str],
    contents: Iterable[Link],
    main: Iterable[str],
) -> str:
    """The whole page. `lead` and `main` are lines of HTML, all else is text; `policy` says what it may load."""
    shown = escape(title)
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(lang)}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{shown}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        f"<header>\n<h1>{shown}</h1>",
        *lead,
        "</header>",
        '<nav aria-label="Contents">',
        "<ul>",
        *(f'<li><a href="#{escape(link.anchor)}">{escape(link.title)}</a></li>' for link in contents),
        "</ul>",
        "</nav>",
        "<main>",
        *main,
        "</main>",
        "</body>",
        "</html>",
    ]
    return "".join(f"{line}\n" for line in lines)
