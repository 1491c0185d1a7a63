"""The Helm chart: what Helm makes of it Kubernetes takes, closed unless opened, set up by the service's settings."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import kubernetes_validate
import pytest
import yaml
from helm_python import Chart, HelmError, lint

from amends.config import PREFIX, Settings, load_settings, unknown_variables
from amends.server.supervisor import WorkerProgram
from tests.deploy.chart import CHART, EVERYTHING, GUARDED, MUTUAL, OPEN, Document, notes, pods, render, the, variables

VALUES: Final = {"open": OPEN, "guarded": GUARDED, "mutual": MUTUAL, "everything": EVERYTHING}
EVERY = pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
OLDEST: Final = "1.30"
NEWEST: Final = "1.37"
NOT_KUBERNETES: Final = {"ServiceMonitor"}
"""Of the operator of Prometheus, which has schemas of its own."""

CHART_SETS: Final = {
    "port", "http_port", "insecure", "access", "tls_certificate", "tls_key", "tls_client_ca", "rules", "database",
}  # fmt: skip
"""Settings that follow from other values."""
NOT_IN_A_POD: Final = {
    *("port_file", "data_dir", "retention_days"),
    *("supervisor_fd", "sharing", "rules_digest", "shared_policies"),
}


@EVERY
@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_kubernetes_takes_what_is_rendered(values: Mapping[str, Any], version: str) -> None:
    """Strictly: a field that the schemas do not know is an error, in the oldest version that we take and the newest."""
    documents = [document for document in render(values) if document["kind"] not in NOT_KUBERNETES]

    assert documents
    for document in documents:
        assert kubernetes_validate.validate(document, version, strict=True) == version


def test_a_misspelt_field_would_be_seen() -> None:
    """The validator is one that refuses."""
    deployment = the("Deployment", render(GUARDED))
    deployment["spec"]["template"]["spec"]["terminationGracePeriod"] = 5

    with pytest.raises(kubernetes_validate.ValidationError, match="terminationGracePeriod"):
        kubernetes_validate.validate(deployment, NEWEST, strict=True)


def test_the_chart_says_which_kubernetes_it_needs() -> None:
    """The oldest version that its documents are checked against."""
    assert yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))["kubeVersion"] == f">={OLDEST}.0-0"


@EVERY
def test_helm_finds_nothing_to_mend(values: Mapping[str, Any]) -> None:
    """Its own lint, warnings included."""
    report = lint(CHART, dict(values), strict=True, kube_version=f"v{NEWEST}.0")

    assert [found for found in report["messages"] if found["severity"] > 1] == []


def test_it_is_closed_unless_it_is_opened() -> None:
    """Without values nothing is rendered, and everything that is missing is told at once."""
    with pytest.raises(HelmError) as caught:
        render({})

    for missing in ("tls.secret: ", "access.secret: ", "database.secret: ", "insecure: true"):
        assert missing in str(caught.value)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"replcas": 3}, "replcas"),
        ({"settings": {"worker": 2}}, "worker"),
        ({"settings": {"workers": 0}}, "workers"),
        ({"settings": {"recording": False}}, "recording"),
        ({"settings": {"port": 1}}, "port"),
        ({"settings": {"policies": {"default": "a,b=c"}}}, "policies"),
        ({"env": [{"name": "AMENDS_WORKERS", "value": "2"}]}, "/env/0/name"),
        ({"env": [{"name": "A", "vlaue": "2"}]}, "vlaue"),
        ({"rules": {"files": {"../pack.yaml": ""}}}, "../pack.yaml"),
        ({"rules": {"files": {"shop/../pack.yaml": ""}}}, "shop/../pack.yaml"),
        ({"rules": {"files": {"shop/a__b.yaml": ""}}}, "shop/a__b.yaml"),
        ({"rules": {"files": {"pack.yaml": ""}}}, "pack.yaml"),
        ({"image": {"digest": "latest"}}, "digest"),
        ({"networkPolicy": {"from": []}}, "from"),
        ({"service": {"type": "ExternalName"}}, "type"),
        ({"tls": {"secret": "", "clientCa": True}}, "tls.probeSecret: "),
        ({"tls": {"clientCa": True}}, "tls.probeSecret: "),
        ({"access": {"secret": ""}}, "access.secret: "),
        ({"rules": {"files": {"shop/pack.yaml": ""}, "volume": {"emptyDir": {}}}}, "rules: "),
        ({"retention": {"enabled": True}, "settings": {"recording": "off"}}, "retention.enabled: "),
    ],
    ids=str,
)
def test_wrong_values_are_refused_by_name(values: dict[str, Any], told: str) -> None:
    """A misspelt name is not ignored, and what does not fit together is told."""
    sections = {key: {**GUARDED[key], **value} if key in GUARDED else value for key, value in values.items()}

    with pytest.raises(HelmError) as caught:
        render({**GUARDED, **sections})

    assert told in str(caught.value)


def test_every_setting_of_the_service_can_be_set() -> None:
    """By its name, with its limits and choices, unless it is one process's or follows from other values."""
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))["properties"]["settings"]
    ours = Settings.model_json_schema()
    names = [name for name in Settings.model_fields if name not in CHART_SETS | NOT_IN_A_POD]

    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {camel(name) for name in names}
    for name in names:
        offered = schema["properties"][camel(name)]
        meant = ours["properties"][name]
        meant = ours["$defs"][meant["$ref"].rpartition("/")[2]] if "$ref" in meant else meant
        assert {key: offered.get(key) for key in ("enum", "minimum", "maximum")} == {
            key: meant.get(key) for key in ("enum", "minimum", "maximum")
        }, name


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)


@EVERY
def test_the_service_takes_the_variables_that_are_set(
    values: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """None that it does not know, none that it refuses, and each with the value that was given."""
    set_here = variables(
        the("Deployment", render(values))["spec"]["template"], secrets={"amends-database": "postgresql://db/a"}
    )
    for name, value in set_here.items():
        monkeypatch.setenv(name, value)

    settings = load_settings({})

    assert unknown_variables(set_here) == {}
    given = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))["settings"] | values.get("settings", {})
    read = settings.model_dump(mode="json")
    assert {camel(name): value for name, value in read.items() if camel(name) in given} == given
    assert settings.insecure is values.get("insecure", False)
    assert (settings.database_url == "postgresql://db/a") is (values is not OPEN)
    assert set_here.keys() <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {
        "AMENDS_SERVER_CA", "AMENDS_CLIENT_CERTIFICATE", "AMENDS_CLIENT_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT",
    }  # fmt: skip


@EVERY
def test_every_pod_runs_with_as_little_as_it_needs(values: Mapping[str, Any]) -> None:
    """Not as root, on a file system that it cannot write to, without rights, without a way to the cluster."""
    found = list(pods(render(values)))

    assert found
    for _, pod in found:
        spec = pod["spec"]
        (container,) = spec["containers"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]
        assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in spec["volumes"]}
        assert "/tmp" in {one["mountPath"] for one in container["volumeMounts"]}  # noqa: S108 -- where it may write


@EVERY
def test_a_pod_is_given_the_time_that_its_end_takes(values: Mapping[str, Any]) -> None:
    """The pause for balancers, the drain, and the supervisor's patience with its workers."""
    pod = the("Deployment", render(values))["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain = float(variables({"spec": pod}, secrets={"amends-database": ""})["AMENDS_DRAIN_SECONDS"])
    grace = WorkerProgram.__dataclass_fields__["grace_seconds"].default

    assert pause > 0
    assert pod["terminationGracePeriodSeconds"] > pause + drain + grace


@EVERY
def test_only_pods_that_answer_are_selected(values: Mapping[str, Any]) -> None:
    """By the service, the budget and the policy: pods that work on the database are never called."""
    documents = render({**values, "networkPolicy": {"enabled": True}})
    labels = {kind: pod["metadata"]["labels"].items() for kind, pod in pods(documents)}
    selectors = [
        the("Service", documents)["spec"]["selector"],
        the("PodDisruptionBudget", documents)["spec"]["selector"]["matchLabels"],
        the("NetworkPolicy", documents)["spec"]["podSelector"]["matchLabels"],
        the("Deployment", documents)["spec"]["selector"]["matchLabels"],
    ]

    for selector in selectors:
        assert [kind for kind, has in labels.items() if selector.items() <= has] == ["Deployment"]


def test_the_tables_are_made_before_any_pod_starts() -> None:
    """By a hook of their own: a server never changes them. What records nothing needs none."""
    job = the("Job", render(GUARDED))

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["db", "upgrade"]
    assert [document for document in render(OPEN) if document["kind"] == "Job"] == []


def test_prometheus_finds_the_job_that_the_alerts_ask_for() -> None:
    """Named `amends` whatever the release is called, at a port that the service has."""
    documents = render(EVERYTHING, name="desk")
    monitor, service = the("ServiceMonitor", documents), the("Service", documents)

    assert service["metadata"]["labels"][monitor["spec"]["jobLabel"]] == "amends"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert endpoint["scheme"] == "https"
    assert service["metadata"]["name"] == "desk-amends"


def test_what_stands_open_is_said() -> None:
    """After the installation too, not only where it was asked for."""
    warnings = ("CALLS ARE NOT ENCRYPTED", "ANYBODY WHO REACHES THE SERVICE MAY CALL IT", "NOTHING IS RECORDED")

    assert [warning for warning in warnings if warning not in notes(OPEN)] == []
    assert [warning for warning in warnings if warning in notes(GUARDED)] == []


def test_the_readme_tells_every_value() -> None:
    """By its path, with its default, and no other."""
    told = {}
    for line in (CHART / "README.md").read_text("utf-8").splitlines():
        if line.startswith("| `"):
            path, default, _ = (cell.strip().strip("`") for cell in line.strip("|").split("|"))
            told[path] = yaml.safe_load(default)

    assert told == dict(leaves(yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))))


def test_what_the_readme_shows_can_be_typed() -> None:
    """Every value that its commands set is one, and every link leads to a file."""
    text = (CHART / "README.md").read_text("utf-8")
    values = dict(leaves(yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))))

    assert set(re.findall(r"--set ([\w.]+)=", text)) <= set(values)
    targets = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text)}
    assert [target for target in targets if not (CHART / target).exists()] == []


def test_a_packaged_chart_is_the_same_chart(tmp_path: Path) -> None:
    """Nothing that it needs is left out of the archive, which is what people install."""
    with Chart.load(CHART) as chart, Chart.load(chart.save(tmp_path)) as packaged:
        assert packaged.render(dict(EVERYTHING), name="amends") == chart.render(dict(EVERYTHING), name="amends")
        with pytest.raises(HelmError, match="replcas"):
            packaged.render({**GUARDED, "replcas": 3})


def leaves(values: Document, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no section, by its path."""
    for name, value in values.items():
        if (
            isinstance(value, dict)
            and value
            and before + name != "resources.limits"
            and before + name != "resources.requests"
        ):
            yield from leaves(value, f"{before}{name}.")
        else:
            yield before + name, value


def test_every_default_has_a_place_in_the_schema() -> None:
    """And what the schema knows has a default, but for settings, whose defaults are the service's."""
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))

    assert set(schema["properties"]) - {"global"} == set(values)
    for name, value in values.items():
        if name != "settings" and isinstance(value, dict) and "properties" in schema["properties"][name]:
            assert set(schema["properties"][name]["properties"]) == set(value), name
