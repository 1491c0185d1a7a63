"""The Helm chart on a real service: its Job, variables, files of Secrets, probes, and its ConfigMap of packs."""

import json
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml

from tests.deploy.chart import CHART, GUARDED, MUTUAL, Document, mount, pods, render, the, variables
from tests.service.callers import Callers, make_callers
from tests.service.packs import SHOP
from tests.service.running import RunningServer

FILES: Final = {"tls.crt": "server.pem", "tls.key": "server.key", "ca.crt": "ca.pem"}


class Pod:
    """The rendered pod as a process of this machine: its folders lie in `folder`, and it listens on loopback."""

    def __init__(self, folder: Path, documents: list[Document]) -> None:
        self.folder = folder
        self.documents = documents
        self.spec: Document = the("Deployment", documents)["spec"]["template"]["spec"]
        self.callers: Callers = make_callers(folder)
        (folder / "etc/tls").mkdir(parents=True)
        for shown, file in FILES.items():
            shutil.copy(folder / file, folder / "etc/tls" / shown)
        (folder / "etc/access").mkdir()
        shutil.copy(self.callers.access, folder / "etc/access")
        (folder / "rules").mkdir()

    def environment(self, pod: Document) -> dict[str, str]:
        """As rendered, but for where it lies and listens."""
        places = {"/etc/amends": str(self.folder / "etc"), "/srv/amends/rules": str(self.folder / "rules")}
        found = variables(pod, secrets={"amends-database": f"sqlite:///{self.folder}/amends.db"})
        for there, here in places.items():
            found = {name: value.replace(there, here) for name, value in found.items()}
        here_alone = {"AMENDS_HOST": "127.0.0.1", "AMENDS_PORT": "0", "AMENDS_HTTP_PORT": "0"}
        return found | {name: value for name, value in here_alone.items() if name in found}

    def migrate(self) -> None:
        """What the Job does."""
        ((_, pod),) = ((kind, pod) for kind, pod in pods(self.documents) if kind == "Job")
        command = [sys.executable, "-m", "amends", *pod["spec"]["containers"][0]["args"]]
        subprocess.run(command, check=True, env=self.environment(pod), capture_output=True)

    def start(self) -> RunningServer:
        (container,) = self.spec["containers"]
        return RunningServer(
            program=("-m", "amends", *container["args"]), environment=self.environment({"spec": self.spec})
        )


def shop(**values: object) -> list[Document]:
    """The chart with one pack of its own."""
    files = {"shop/pack.yaml": SHOP, "shop/tables/kept.csv": "a,b\n1,2\n", **values}
    return render({**GUARDED, "rules": {"files": files}, "settings": {"policies": {"default": "shop"}}})


@pytest.fixture(scope="module")
def pod(tmp_path_factory: pytest.TempPathFactory) -> Pod:
    folder = tmp_path_factory.mktemp("pod")
    made = Pod(folder, shop())
    mount(made.documents, folder / "rules", time="1")
    made.migrate()
    return made


@pytest.fixture(scope="module")
def running(pod: Pod) -> Iterator[RunningServer]:
    with pod.start() as server:
        yield server


def asked(probe: Mapping[str, Any], ports: dict[str, str]) -> httpx.Response:
    """What a kubelet gets: it takes any certificate, and calls the pod's address by the port's name."""
    get = probe["httpGet"]
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    url = f"{get['scheme'].lower()}://{ports[get['port']]}{get['path']}"
    return httpx.get(url, verify=context, timeout=60, trust_env=False)


def test_the_probes_are_answered(pod: Pod, running: RunningServer) -> None:
    """At the port, the path and the scheme that the pod names, without a key."""
    ready = running.wait_for("ready")
    ports = {"grpc": ready["address"], "http": str(ready["http"]).removeprefix("https://")}
    (container,) = pod.spec["containers"]

    for name in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert asked(container[name], ports).status_code == 200


def test_the_callers_of_the_secret_are_let_in_and_others_are_not(pod: Pod, running: RunningServer) -> None:
    """The certificate and the access file that the Secrets hold count."""
    address = str(running.wait_for("ready")["http"]).removeprefix("https://")
    context = ssl.create_default_context(cafile=str(pod.folder / "ca.pem"))
    body = {"situation": {"caseId": "case-1"}, "preview": True}
    with httpx.Client(verify=context, timeout=60, trust_env=False) as client:
        refused = client.post(f"https://{address}/v1/decisions:decide", json=body)
        said = dict(pod.callers.said("helpdesk"))
        answered = client.post(f"https://{address}/v1/decisions:decide", json=body, headers=said)

    assert refused.status_code == 401
    assert answered.status_code == 200


def test_a_swapped_configmap_is_followed(pod: Pod, running: RunningServer) -> None:
    """As the kubelet swaps it, in a pod that goes on: what is new is checked, and then decides."""
    running.wait_for("ready")

    changed = SHOP.replace("version: 1.2.3", "version: 2.0.0").replace("at_least: 3", "at_least: 2")
    mount(shop(**{"shop/pack.yaml": changed}), pod.folder / "rules", time="2")

    running.wait_for("policy_changed", policy="default", version="2.0.0")


def test_where_callers_show_certificates_the_probe_has_one(tmp_path: Path) -> None:
    """The command of the readiness probe is answered over mTLS, and without its certificate it is not."""
    made = Pod(tmp_path, render({**MUTUAL, "settings": {"recording": "off"}}))
    shown = made.callers.authority.issue_cert("probe.example.com")
    (tmp_path / "etc/probe").mkdir()
    shown.private_key_pem.write_to_path(str(tmp_path / "etc/probe/tls.key"))
    (tmp_path / "etc/probe/tls.crt").write_bytes(b"".join(blob.bytes() for blob in shown.cert_chain_pems))
    shop_folder = tmp_path / "rules/shop"
    shop_folder.mkdir()
    (shop_folder / "pack.yaml").write_text(SHOP, encoding="utf-8")
    with made.start() as server:
        port = server.target.rpartition(":")[2]
        (container,) = made.spec["containers"]
        words = [word.replace("50051", port) for word in container["readinessProbe"]["exec"]["command"]]
        environment = made.environment({"spec": made.spec})
        assert words[0] == "amends"
        answered = [
            subprocess.run(
                [sys.executable, "-m", *words], check=False, capture_output=True, text=True, env=one, timeout=60
            )
            for one in (environment, {k: v for k, v in environment.items() if not k.startswith("AMENDS_CLIENT")})
        ]

    assert (answered[0].returncode, answered[0].stdout.strip()) == (0, "SERVING")
    assert answered[1].returncode == 1


def test_a_folder_of_packs_becomes_values(tmp_path: Path) -> None:
    """The command of the README gives values that Helm takes, and from which a kubelet makes the same folder."""
    (example,) = re.findall(
        r"^(python3 -c '.*?') > packs\.json$", (CHART / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    root = CHART.parents[2]
    values = json.loads(subprocess.run(["/bin/sh", "-c", example], check=True, cwd=root, capture_output=True).stdout)
    kept = {"rules": {"files": {path: text for path, text in values["rules"]["files"].items() if "/" in path}}}

    mount(render({**GUARDED, **kept}), tmp_path, time="1")

    packs = [pack.parent for pack in (root / "rules").glob("*/pack.yaml")]
    assert packs
    for pack in packs:
        for file in (file for file in pack.rglob("*") if file.suffix in {".yaml", ".csv"}):
            assert (tmp_path / file.relative_to(root / "rules")).read_bytes() == file.read_bytes()
    assert yaml.safe_load((tmp_path / "starter/pack.yaml").read_text("utf-8"))["pack"] == "starter"
