"""Prometheus as a pod: what it scrapes, keeps and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring import Monitoring, monitoring_in
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

BROKEN = {"shop": {"groups": [{"name": "a", "rules": [{"record": "b", "expr": "sum(("}]}]}}
PASSWORD = "n0t-a-real-one"
JOB = {"name": "shop", "urls": ["http://127.0.0.1:9"], "user": "u", "password": PASSWORD}


@pytest.fixture
def monitoring(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Monitoring]:
    with monitoring_in(cluster, namespace, tmp_path) as found:
        yield found


def test_it_scrapes_itself_and_a_second_run_changes_nothing(monitoring: Monitoring) -> None:
    packs = ["platform", "cluster"]
    assert monitoring.install("prometheus", "--check", rule_packs=packs).changed == 1
    assert monitoring.install("prometheus", rule_packs=packs).changed == 1
    assert monitoring.found('up{job="prometheus"} == 1')["instance"] == "127.0.0.1:9090"
    uids = monitoring.pods.uids("prometheus")

    assert monitoring.install("prometheus", rule_packs=packs).changed == 0

    assert monitoring.pods.uids("prometheus") == uids
    groups = monitoring.get("prometheus", "/api/v1/rules")["data"]["groups"]
    assert {group["name"] for group in groups} == {"platform-alerts", "cluster-alerts"}


def test_a_changed_parameter_reaches_the_running_process(monitoring: Monitoring) -> None:
    monitoring.install("prometheus", retention_time="10d")
    assert retention(monitoring) == "10d"
    monitoring.install("prometheus", retention_time="20d", retention_size="500MB")
    assert retention(monitoring) == "20d or 500MiB"


def retention(monitoring: Monitoring) -> str:
    told = monitoring.get("prometheus", "/api/v1/status/runtimeinfo")["data"]
    return str(told["storageRetention"])


def test_a_broken_rule_is_refused_in_the_words_of_promtool(monitoring: Monitoring) -> None:
    monitoring.install("prometheus")
    before = monitoring.pods.uids("prometheus")

    refused = monitoring.run("prometheus", rules=BROKEN)

    assert refused.failed
    assert "unclosed left parenthesis" in refused.text
    assert monitoring.pods.uids("prometheus") == before
    monitoring.found('up{job="prometheus"} == 1')


def test_uninstalling_keeps_the_samples_and_nobody_is_shown_a_password(
    monitoring: Monitoring,
) -> None:
    told = monitoring.install("prometheus", scrape_jobs=[JOB]).text
    monitoring.found('up{job="shop"} == 0')
    assert PASSWORD not in told + monitoring.told()

    monitoring.remove("prometheus")

    assert monitoring.pods.kubectl("get", "statefulsets,services", "--output=name") == ""
    monitoring.install("prometheus")
    assert monitoring.found('count_over_time(up{job="shop"}[1h])')["instance"] == "127.0.0.1:9"
