"""`amends print`: a pack in plain words, as a page or as Markdown."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from amends.cli.exit_codes import ExitCode


class PrintFormat(StrEnum):
    """A page for a browser and for paper, or text with marks."""

    HTML = "html"
    MARKDOWN = "markdown"


def print_pack(
    name: Annotated[str, typer.Argument(metavar="PACK", help="The pack, by name or path.")],
    rules: Annotated[
        Path | None, typer.Option(help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
    ] = None,
    form: Annotated[PrintFormat, typer.Option("--format", help="How to write it.")] = PrintFormat.HTML,
    out: Annotated[Path | None, typer.Option(help="The file to write; none: stdout.")] = None,
    locale: Annotated[
        str, typer.Option(help="The language of the pack's texts, such as de-AT; none: the pack's own.")
    ] = "",
) -> None:
    """Write a policy in plain words: for review by people, and to work by when the service is away."""
    from amends.cli.loading import choose, load, located
    from amends.cli.playbook_html import as_html
    from amends.cli.playbook_markdown import as_markdown
    from amends.packs.playbook.book import playbook
    from amends.packs.read_situation import LOCALE

    if locale and not LOCALE.fullmatch(locale):
        typer.echo(f"amends print: --locale: {locale[:60]!r} is not a language tag; write it as en or de-AT", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)
    rules, names = located("print", [name], rules)
    loaded = load("print", rules)
    if not names:
        packs = ", ".join(loaded.diagnostics)
        typer.echo(f"amends print: {name} is a folder of packs; print one of them: {packs}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)
    (name,) = choose("print", names, loaded)
    if name not in loaded.catalog.packs:
        typer.echo(f"amends print: {name} does not compile; `amends check` says why", err=True)
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
    book = playbook(loaded.catalog.pack(name).pack, locale=locale)
    match form:
        case PrintFormat.HTML:
            text = as_html(book)
        case PrintFormat.MARKDOWN:
            text = as_markdown(book)
        case _:
            assert_never(form)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_bytes(text.encode())
    except OSError as error:
        typer.echo(f"amends print: {str(out)!r} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(ExitCode.UNEXPECTED) from None
