"""The Helm chart as Helm itself renders it, and what a kubelet makes of it: variables, folders of ConfigMaps."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml
from helm_python import Chart

CHART: Final = Path(__file__).parents[2] / "deploy/helm/amends"

Document = dict[str, Any]

OPEN: Final[Mapping[str, Any]] = MappingProxyType({"insecure": True, "settings": {"recording": "off"}})
GUARDED: Final[Mapping[str, Any]] = MappingProxyType(
    {"tls": {"secret": "amends-tls"}, "access": {"secret": "amends-access"}, "database": {"secret": "amends-database"}}
)
MUTUAL: Final[Mapping[str, Any]] = MappingProxyType(
    {**GUARDED, "tls": {"secret": "amends-tls", "clientCa": True, "probeSecret": "amends-probe"}}
)
EVERYTHING: Final[Mapping[str, Any]] = MappingProxyType(
    {
        **MUTUAL,
        "image": {"repository": "registry.example.com/amends", "digest": f"sha256:{'0' * 64}", "pullPolicy": "Always"},
        "imagePullSecrets": [{"name": "registry"}],
        "rules": {"files": {"shop/pack.yaml": "pack: shop\n", "shop/tables/late.csv": "days,percent\n4,10\n"}},
        "settings": {
            "host": "::",
            "workers": 4,
            "policies": {"default": "shop", "brand-x": "shop"},
            "httpOrigins": ["https://desk.example.com", "https://crm.example.com"],
            "frameOrigins": ["https://desk.example.com"],
            "maxRequestBytes": 16777216,
            "approvals": True,
            "watch": False,
            "drainSeconds": 45,
        },
        "env": [{"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://collector:4318"}],
        "volumes": [{"name": "database-ca", "configMap": {"name": "database-ca"}}],
        "volumeMounts": [{"name": "database-ca", "mountPath": "/etc/database", "readOnly": True}],
        "service": {"type": "ClusterIP", "headless": True, "annotations": {"example.com/team": "care"}},
        "podAnnotations": {"example.com/scrape": "false"},
        "podLabels": {"team": "care"},
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "care", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{}]}}},
        "priorityClassName": "care",
        "podDisruptionBudget": {"maxUnavailable": "25%"},
        "autoscaling": {"enabled": True},
        "networkPolicy": {"egress": [{"ports": [{"port": 5432, "protocol": "TCP"}]}]},
        "serviceMonitor": {
            "enabled": True,
            "labels": {"release": "monitoring"},
            "credentials": {"name": "amends-metrics", "key": "token"},
            "tlsConfig": {"serverName": "amends.example.com"},
        },
        "retention": {"enabled": True},
    }
)


def render(values: Mapping[str, Any], *, name: str = "amends") -> list[Document]:
    """Every document that the chart makes of these values; HelmError where it refuses them."""
    with Chart.load(CHART) as chart:
        texts = chart.render(dict(values), name=name, namespace="care", is_install=True)
    manifests = (text for path, text in texts.items() if not path.endswith("NOTES.txt"))
    return [document for text in manifests for document in yaml.safe_load_all(text) if document]


def notes(values: Mapping[str, Any]) -> str:
    """What is printed after the installation."""
    with Chart.load(CHART) as chart:
        return chart.render(dict(values), name="amends", namespace="care")["amends/templates/NOTES.txt"]


def the(kind: str, documents: list[Document]) -> Document:
    """The one document of a kind."""
    (found,) = (document for document in documents if document["kind"] == kind)
    return found


def pods(documents: list[Document]) -> Iterator[tuple[str, Document]]:
    """The template of every pod, with the kind of what makes it."""
    for document in documents:
        match document["kind"]:
            case "Deployment" | "Job":
                yield document["kind"], document["spec"]["template"]
            case "CronJob":
                yield "CronJob", document["spec"]["jobTemplate"]["spec"]["template"]
            case _:
                pass


def variables(pod: Document, secrets: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The environment of a pod's one container, with what stands in Secrets by the Secret's name."""
    (container,) = pod["spec"]["containers"]
    return {
        entry["name"]: entry["value"] if "value" in entry else secrets[entry["valueFrom"]["secretKeyRef"]["name"]]
        for entry in container["env"]
    }


def mount(documents: list[Document], folder: Path, *, time: str) -> None:
    """Lay the ConfigMap of the packs out in a folder as a kubelet does; once more: swap it as a kubelet does."""
    data = the("ConfigMap", documents)["data"]
    volumes = the("Deployment", documents)["spec"]["template"]["spec"]["volumes"]
    (items,) = (volume["configMap"]["items"] for volume in volumes if volume["name"] == "rules")
    before = (folder / "..data").readlink() if (folder / "..data").is_symlink() else None
    for item in items:
        file = folder / f"..{time}" / item["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(data[item["key"]], encoding="utf-8")
    (folder / "..data_tmp").symlink_to(f"..{time}")
    (folder / "..data_tmp").rename(folder / "..data")
    for shown in {item["path"].partition("/")[0] for item in items}:
        if not (folder / shown).is_symlink():
            (folder / shown).symlink_to(f"..data/{shown}")
    if before is not None:
        shutil.rmtree(folder / before)
