"""A real Amends service for the tests of who calls one: in a process of its own, on this machine, with a small pack.

It needs the extra `service`. What it records is gone when it ends.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import Final

from amends_client.aio import AsyncAmendsClient
from amends_client.client import AmendsClient

SMALL_PACK: Final = """\
pack: small
version: 1.0.0
title: A small shop, for tests
currency: USD
tiers: [none, gold]
main: [fault]
facts:
  delay_days: {type: integer, unit: days, min: 0, ask: How many days late was it?}
contact_reasons: [late_delivery, other]
teams: {care: {label: Customer care}}
authority:
  - {role: frontline, refund: 50 USD}
  - {role: supervisor, refund: unlimited}
guardrails:
  - id: no-eta
    unless: {incident.eta_known: true}
    never: a time by which it will be solved
    instead: when they hear from us next
rules:
  - id: late-shipping-back
    title: Give the shipping fee back when we delivered three days late or more
    when: {contact_reason: late_delivery, fault: company, facts.delay_days: {at_least: 3}}
    then:
      - refund: {percent: 100, of: shipping_fee}
      - apology: {literal: true}
      - set_expectations: {next: We write when it is paid.}
      - update_cadence: {every: 60m, channel: mail, owner: care, until: resolved}
    because: {agent: We were late., customer: "We were late. You get {amount} back."}
"""
"""One rule: what is paid for a late delivery, within fifty dollars by the front line. Its policy is `default`."""

_PATIENCE: Final = 120.0
_LAST_WORDS: Final = 20


class ServiceNotStartedError(RuntimeError):
    """The service did not start; the message says what it said."""


@dataclass(frozen=True, slots=True)
class TestService:
    """A service that runs. `target` is its address."""

    __test__ = False

    target: str

    def client(self) -> AmendsClient:
        """A client of it; close it, or use it in a `with`."""
        return AmendsClient(self.target)

    def async_client(self) -> AsyncAmendsClient:
        """The same for asyncio."""
        return AsyncAmendsClient(self.target)


@contextmanager
def running_service(
    rules: Path | Mapping[str, str] | None = None, *, policies: str = "", seconds: float = _PATIENCE
) -> Iterator[TestService]:
    """A service that decides by the packs of a folder, by packs given as `{"shop/pack.yaml": text}`, or by a small one.

    `policies` as `amends serve --policies` takes them; empty: one for each pack, and `default` where there is but one.
    ServiceNotStartedError where it does not start in time, with what it said.
    """
    if find_spec("amends.server") is None or find_spec("uvloop") is None:
        raise ServiceNotStartedError('the service is not installed here: pip install "amends[service]"')
    with TemporaryDirectory(prefix="amends-testing-") as made:
        folder = Path(made)
        packs = (
            rules if isinstance(rules, Path) else _written(folder / "rules", rules or {"small/pack.yaml": SMALL_PACK})
        )
        chosen = policies or _only(packs)
        with _process(packs, folder / "amends.db", chosen) as process:
            yield TestService(_address(process, seconds))


def _written(folder: Path, packs: Mapping[str, str]) -> Path:
    for name, text in packs.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"{name!r} leads out of the folder of packs")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _only(rules: Path) -> str:
    """`default=PACK` where there is one pack; else the service's own way of naming policies."""
    found = [path.parent.name for path in rules.glob("*/pack.yaml")]
    return f"default={found[0]}" if len(found) == 1 else ""


@contextmanager
def _process(rules: Path, database: Path, policies: str) -> Iterator["subprocess.Popen[str]"]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
    recording = {"AMENDS_RECORDING": "required", "AMENDS_DATABASE": f"sqlite:///{database}"}
    amends = [sys.executable, "-m", "amends"]
    made = subprocess.run(  # noqa: S603  # our own program
        [*amends, "db", "upgrade"], capture_output=True, text=True, check=False, env=clean | recording
    )
    if made.returncode:
        raise ServiceNotStartedError(f"its database was not made; it said:\n{made.stdout}{made.stderr}")
    command = [*amends, "serve", "--port", "0", "--rules", str(rules)]
    process = subprocess.Popen(  # noqa: S603  # our own program
        [*command, *(("--policies", policies) if policies else ())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=clean | recording,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[str]", seconds: float) -> str:
    """Where it listens, once it says so; its log is read to the end, so that it never waits for a reader."""
    found: SimpleQueue[str | None] = SimpleQueue()
    said: list[str] = []

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            del said[:-_LAST_WORDS]
            if '"event":"ready"' in line.replace(" ", ""):
                found.put(str(json.loads(line)["address"]))
        found.put(None)
        process.stderr.close()

    threading.Thread(target=read, daemon=True).start()
    try:
        address = found.get(timeout=seconds)
    except Empty:
        address = None
    if address is None:
        raise ServiceNotStartedError(f"the service did not start; it said:\n{''.join(said)}")
    return address
