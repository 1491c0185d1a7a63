"""`amends-bridge`: try a mapping offline, run the bridge, look after its dead letters."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from google.protobuf.json_format import MessageToJson

from amends_client.bridge.mapping.payload import NotJsonError, read_payload
from amends_client.bridge.mapping.problems import MappingError
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import LackingError, delivered, take

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Webhooks of helpdesks and CRMs in, decisions of Amends onto their cases.",
)


@app.callback()
def _commands() -> None:
    """Keep the commands commands, also where there is one."""


@app.command("try")
def try_mapping(
    mapping: Annotated[Path, typer.Argument(help="The mapping file.")],
    payload: Annotated[Path, typer.Argument(help="A payload in JSON, as the helpdesk sends it; - for standard input.")],
    *,
    source: Annotated[str, typer.Option(help="The name of the source in the configuration.")] = "desk",
) -> None:
    """Show what a mapping takes from a payload, without a server or a queue.

    Exit code 1: the file is no mapping; 2: the payload cannot be read, or lacks what the mapping needs.
    """
    try:
        read = read_mapping(_text(mapping), file=str(mapping))
    except MappingError as error:
        _fail(str(error), code=1)
    try:
        content = read_payload(sys.stdin.buffer.read() if str(payload) == "-" else _bytes(payload))
        told = delivered(content, read)
        found = take(content, read, case_id=f"{source}-{told.case}")
    except (NotJsonError, LackingError) as error:
        _fail(f"{payload}: {error}", code=2)
    when = "not told" if told.time is None else told.time.isoformat()
    print(f"case {told.case}, event {told.event or 'not told'}, changed {when}, by the bridge itself: {told.own}")
    print(MessageToJson(found.situation, preserving_proto_field_name=True))
    for one in found.unmapped:
        print(f"not known: {one.target}, from {one.path}: {one.why}")


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        _fail(f"{path}: it is not UTF-8 text", code=1)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _fail(f"{path}: {error.strerror}", code=2)


def _fail(message: str, *, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(code)
