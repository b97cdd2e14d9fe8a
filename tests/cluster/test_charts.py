"""The charts as helm renders them, and as a real API server takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from delivery import Delivery
from stratum.collector.settings import CollectorSettings
from stratum.console.settings import ConsoleSettings
from stratum.etl.settings import EtlSettings
from stratum.settings import load_settings
from stratum.store.settings import StoreSettings
from stratum.warehouse.settings import WarehouseSettings
from testbed import charts
from testbed.cluster import Cluster
from testbed.errors import BedError

VALUES = Delivery().values()
SETTINGS: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "collector": ("collector.toml", CollectorSettings),
    "console": ("console.toml", ConsoleSettings),
    "etl": ("etl.toml", EtlSettings),
    "object-store": ("store.toml", StoreSettings),
    "warehouse": ("warehouse.toml", WarehouseSettings),
}
WORKLOADS = {"StatefulSet", "Deployment", "Job", "CronJob"}
# What cannot be had without the operator's CRDs, or only with another type of Service.
MONITORED = {name: {"serviceMonitor": {"enabled": True}} for name in VALUES if name != "etl"}

every_chart = pytest.mark.parametrize("chart", VALUES)


def objects(chart: str, **changes: Any) -> list[dict[str, Any]]:
    text = charts.render(chart, chart, "delivery", {**VALUES[chart], **changes})
    return [found for found in yaml.safe_load_all(text) if found]


def of_kind(chart: str, kind: str, **changes: Any) -> dict[str, Any]:
    return next(found for found in objects(chart, **changes) if found["kind"] == kind)


def pods(chart: str, **changes: Any) -> list[dict[str, Any]]:
    """The pod templates of all its workloads."""
    found = []
    for each in objects(chart, **changes):
        if each["kind"] in WORKLOADS:
            spec = each["spec"]
            found.append(spec.get("jobTemplate", {}).get("spec", spec)["template"])
    return found


@every_chart
def test_lint_finds_nothing_with_the_default_values_nor_with_those_of_a_product(
    chart: str,
) -> None:
    for values in ({}, VALUES[chart]):
        assert "1 chart(s) linted, 0 chart(s) failed" in charts.lint(chart, values)


@every_chart
def test_without_credentials_it_says_which_are_missing(chart: str) -> None:
    first = {"object-store": "root_user", "warehouse": "admin_password"}
    first |= {"console": "operator_token"}
    with pytest.raises(BedError) as error:
        charts.render(chart, chart, "delivery", {})
    wanted = f"{chart}: secrets has no {first.get(chart, 's3_access_key')}; give it a value"
    assert wanted in str(error.value)


@every_chart
def test_a_secret_that_is_there_already_is_used_and_none_is_made(chart: str) -> None:
    changes = {"existingSecret": "own", "secrets": {}}
    kinds = [found["kind"] for found in objects(chart, **changes)]
    names = {
        volume["secret"]["secretName"]
        for pod in pods(chart, **changes)
        for volume in pod["spec"]["volumes"]
        if "secret" in volume
    }
    assert ("Secret" in kinds, names) == (False, {"own"})


@every_chart
def test_a_key_that_no_chart_knows_is_refused(chart: str) -> None:
    with pytest.raises(BedError) as error:
        charts.render(chart, chart, "delivery", {**VALUES[chart], "imag": {}})
    assert "additional properties 'imag' not allowed" in str(error.value)


@every_chart
def test_its_settings_are_read_by_the_service(chart: str, tmp_path: Path) -> None:
    name, kind = SETTINGS[chart]
    path = tmp_path / name
    path.write_text(of_kind(chart, "ConfigMap")["data"][name])
    assert load_settings(path, kind)


@every_chart
def test_no_secret_is_anywhere_but_in_the_secret(chart: str) -> None:
    others = yaml.safe_dump([each for each in objects(chart) if each["kind"] != "Secret"])
    shown = {
        n for n, value in VALUES[chart]["secrets"].items() if len(value) > 20 and value in others
    }
    assert shown == set()


@every_chart
def test_every_pod_is_restricted_and_bounded(chart: str) -> None:
    for pod in pods(chart):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["serviceAccountName"] == chart
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"requests", "limits"} <= set(container["resources"])


@every_chart
def test_another_setting_or_secret_restarts_its_pods_and_the_same_do_not(chart: str) -> None:
    def marks(**changes: Any) -> list[str]:
        return [pod["metadata"]["annotations"]["checksum/config"] for pod in pods(chart, **changes)]

    name = next(iter(VALUES[chart]["secrets"]))
    other = {"secrets": {**VALUES[chart]["secrets"], name: "another value"}}
    assert marks() == marks()
    assert not set(marks()) & set(marks(**other))


def test_another_pod_of_a_job_is_another_job() -> None:
    names = [
        of_kind("etl", "Job", **changes)["metadata"]["name"]
        for changes in ({}, {}, {"nodeSelector": {"disk": "fast"}}, {"podAnnotations": {"a": "b"}})
    ]
    assert (names[0] == names[1], len(set(names))) == (True, 3)


def test_another_user_of_the_store_does_not_restart_the_server() -> None:
    def mark(**changes: Any) -> str:
        template = of_kind("object-store", "StatefulSet", **changes)["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    secrets = {**VALUES["object-store"]["secrets"], "user.etl": "another key"}
    assert mark() == mark(users=[], secrets=secrets)


SEVERAL = {"replicas": 4}


def test_several_servers_of_the_store_reach_one_another_and_share_no_node() -> None:
    spec = of_kind("object-store", "StatefulSet", **SEVERAL)["spec"]
    pod = spec["template"]["spec"]
    servers = {"podSelector": {"matchLabels": spec["selector"]["matchLabels"]}}
    policy = of_kind("object-store", "NetworkPolicy", **SEVERAL)["spec"]
    assert pod["containers"][0]["args"][-1] == (
        "http://object-store-{0...3}.object-store-peers.delivery.svc.cluster.local:9000/data/store"
    )
    assert (spec["serviceName"], spec["podManagementPolicy"]) == ("object-store-peers", "Parallel")
    assert pod["topologySpreadConstraints"][0]["whenUnsatisfiable"] == "DoNotSchedule"
    assert [servers] in [rule.get("to") for rule in policy["egress"]]
    assert [servers] in [rule.get("from") for rule in policy["ingress"]]


@pytest.mark.parametrize(
    ("changes", "anew"),
    [
        ({"users": []}, False),
        ({"podAnnotations": {"a": "b"}}, False),
        ({"region": "eu-1"}, True),
        ({"image": {"reference": "minio:2"}}, True),
        ({"secrets": {**VALUES["object-store"]["secrets"], "root_password": "another"}}, True),
    ],
    ids=["users", "an annotation", "region", "image", "root key"],
)
def test_what_the_stores_servers_must_share_makes_them_all_anew(
    changes: dict[str, Any], anew: bool
) -> None:
    def mark(**more: Any) -> str:
        claim = of_kind("object-store", "StatefulSet", **SEVERAL, **more)
        claims = claim["spec"]["volumeClaimTemplates"]
        return str(claims[0]["metadata"]["annotations"]["stratum.platform/started-with"])

    assert (mark() != mark(**changes)) == anew


@pytest.mark.parametrize("count", [0, 2, 3, 17])
def test_a_number_of_servers_that_cannot_keep_parts_is_refused(count: int) -> None:
    with pytest.raises(BedError) as error:
        charts.render(
            "object-store", "it", "delivery", {**VALUES["object-store"], "replicas": count}
        )
    assert "/replicas" in str(error.value)


def test_collectors_have_names_of_their_own() -> None:
    [container] = pods("collector")[0]["spec"]["containers"]
    assert container["args"][1] == "--collector=collector-$(ORDINAL)"
    [container] = pods("collector", id="east")[0]["spec"]["containers"]
    assert container["args"][1] == "--collector=east-$(ORDINAL)"


def test_the_ports_of_what_it_calls_are_open() -> None:
    policy = of_kind("etl", "NetworkPolicy", warehouse={"url": "https://warehouse.example"})
    opened = [port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]]
    assert opened == [53, 53, 9000, 443]


@every_chart
def test_the_api_server_takes_every_object_strictly(
    cluster: Cluster, namespace: str, chart: str
) -> None:
    text = charts.render(chart, chart, namespace, VALUES[chart])
    cluster.kubectl(
        "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"
    )
    said = cluster.kubectl(
        *("--namespace", namespace, "apply", "--server-side", "--dry-run=server"),
        *("--validate=strict", "--filename=-"),
        stdin=text,
    )
    assert len(said.splitlines()) == len([found for found in yaml.safe_load_all(text) if found])


@pytest.mark.parametrize("chart", MONITORED)
def test_it_is_watched_by_prometheus_where_that_is_wanted(chart: str) -> None:
    monitor = of_kind(chart, "ServiceMonitor", **MONITORED[chart])
    service = of_kind(chart, "Service")
    assert (
        monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    )
    assert monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]
