"""`amends-bridge`: try a mapping offline, run the bridge, look after its dead letters."""

import json
import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn
from google.protobuf.json_format import MessageToJson

from amends_client.bridge.drafting.draft import body_of, mapping_of
from amends_client.bridge.listers import list_desk
from amends_client.bridge.mapping.payload import NotJsonError, read_payload
from amends_client.bridge.mapping.problems import MappingError
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import LackingError, delivered, take
from amends_client.bridge.ports import AwayError, DeniedError
from amends_client.bridge.queue.model import Letter
from amends_client.bridge.queue.queue import Queue
from amends_client.bridge.secret import SecretError
from amends_client.bridge.settings import SettingsError, read_settings
from amends_client.bridge.wiring import open_bridge, open_queue, pack_of
from amends_client.errors import AmendsError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Webhooks of helpdesks and CRMs in, decisions of Amends onto their cases.",
)


dead = typer.Typer(no_args_is_help=True, help="Deliveries that were given up.")
app.add_typer(dead, name="dead")

_Config = Annotated[Path, typer.Option("--config", help="The configuration of the bridge.")]
_CONFIG = Path("bridge.yaml")


@app.command()
def serve(
    config: _Config = _CONFIG,
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0: any that is free.")] = 8088,
) -> None:
    """Take webhooks, decide, and write onto the cases, until it is told to stop.

    TLS is for the proxy in front. Exit code 1: the configuration, a mapping or a secret is wrong.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with _explained(), open_bridge(read_settings(config)) as bridge:
        listening = socket.create_server((host, port))
        running = uvicorn.Server(uvicorn.Config(bridge.app, lifespan="off", log_config=None, access_log=False))
        bridge.workers.start()
        try:
            bound = listening.getsockname()
            print(json.dumps({"event": "ready", "address": f"{bound[0]}:{bound[1]}"}), file=sys.stderr, flush=True)
            running.run(sockets=[listening])
        finally:
            bridge.workers.stop()


@dead.command("list")
def list_letters(config: _Config = _CONFIG) -> None:
    """List the dead letters, the oldest first."""
    with _explained(), open_queue(read_settings(config)) as queue:
        for letter in _all(queue):
            print(f"{letter.number}  {_line(letter)}")


@dead.command("show")
def show_letter(number: int, config: _Config = _CONFIG) -> None:
    """Show one dead letter with its payload."""
    with _explained(), open_queue(read_settings(config)) as queue:
        letter = queue.letter(number)
    if letter is None:
        _fail(f"there is no dead letter {number}", code=2)
    print(_line(letter))
    print(letter.body.decode("utf-8", "replace"))


@dead.command()
def replay(
    number: Annotated[int | None, typer.Argument(help="Which one; or say --all.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All of them, the oldest first.")] = False,
    config: _Config = _CONFIG,
) -> None:
    """Put a dead letter back into the line of its case."""
    if every is (number is not None):
        _fail("say the number of one dead letter, or --all", code=2)
    with _explained(), open_queue(read_settings(config)) as queue:
        if number is not None:
            _changed(number, done=queue.replay(number), what="is in the queue again")
            return
        back = sum(queue.replay(letter.number) for letter in list(_all(queue)))
        print(f"{back} are in the queue again")


@dead.command()
def drop(number: int, config: _Config = _CONFIG) -> None:
    """Erase a dead letter for good."""
    with _explained(), open_queue(read_settings(config)) as queue:
        _changed(number, done=queue.drop(number), what="is erased")


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


@app.command("import")
def import_fields(
    source: Annotated[str, typer.Argument(help="The name of the source in the configuration.")],
    config: _Config = _CONFIG,
    *,
    body: Annotated[
        bool, typer.Option("--body", help="Print what the webhook is told to send, not the mapping.")
    ] = False,
) -> None:
    """List the fields, forms and tags of a helpdesk, and draft the mapping for them.

    What is guessed says so; what is not is a comment. Exit code 1: the configuration is wrong, the vendor tells no
    fields, or nobody answers.
    """
    with _explained():
        settings = read_settings(config)
        if source not in settings.sources:
            _fail(f"{config}: there is no source {source!r}; known: {', '.join(settings.sources)}", code=1)
        policy = settings.sources[source].policy
        pack, listing = pack_of(settings.amends, policy), list_desk(settings.sources[source])
        told = body_of(listing, pack) if body else mapping_of(listing, pack, policy=policy)
        if told is not None and not body:
            read_mapping(told, file="the draft")  # what is configured of a generic source may be no part of one
    if told is None:
        _fail(f"{listing.vendor} sends all that is mapped by itself: there is nothing to tell it", code=1)
    print(told, end="")


def _all(queue: Queue) -> Iterator[Letter]:
    """All dead letters, some at a time."""
    last = 0
    while letters := queue.letters(after=last):
        yield from letters
        last = letters[-1].number


def _line(letter: Letter) -> str:
    received = datetime.fromtimestamp(letter.received // 1_000_000_000, tz=UTC).isoformat()
    told = f"{letter.source} case {letter.case} {letter.kind} of {received}, {letter.attempts} tries: {letter.why}"
    return "".join(char if char.isprintable() else " " for char in told)


def _changed(number: int, *, done: bool, what: str) -> None:
    if not done:
        _fail(f"there is no dead letter {number}", code=2)
    print(f"{number} {what}")


@contextmanager
def _explained() -> Iterator[None]:
    """What is wrong with the configuration, or with who is asked, is told in words."""
    try:
        yield
    except (SettingsError, MappingError, SecretError, AwayError, DeniedError, AmendsError) as error:
        _fail(str(error), code=1)


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
