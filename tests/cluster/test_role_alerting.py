"""Alertmanager as a pod: whom it tells, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from monitoring import Monitoring, Receiver, monitoring_in, receiver
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

TOKEN = "n0t-a-real-one"


@pytest.fixture
def monitoring(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Monitoring]:
    with monitoring_in(cluster, namespace, tmp_path) as found:
        yield found


@pytest.fixture
def hook(cluster: Cluster) -> Iterator[Receiver]:
    with receiver(cluster) as found:
        yield found


def telling(hook: Receiver) -> dict[str, Any]:
    webhook = [{"url": hook.url, "token": TOKEN}]
    return {
        "receivers": [{"name": "hook", "webhook": webhook}],
        "receiver": "hook",
        "group_wait": "1s",
    }


def test_an_alert_reaches_the_webhook_with_its_token(
    monitoring: Monitoring, hook: Receiver
) -> None:
    told = monitoring.install("alerting", **telling(hook)).text
    assert monitoring.install("alerting", **telling(hook)).changed == 0

    alerts = f"{monitoring.pods.url('alerting')}/api/v2/alerts"
    httpx.post(alerts, json=[{"labels": {"alertname": "Trouble"}}]).raise_for_status()

    wait_until(lambda: hook.alerts() == {"Trouble"}, 60, lambda: str(hook.requests))
    assert {authorization for authorization, _ in hook.requests} == {f"Bearer {TOKEN}"}
    assert TOKEN not in told + monitoring.told()


def test_a_changed_route_reaches_the_running_process_and_a_silence_stays(
    monitoring: Monitoring, hook: Receiver
) -> None:
    monitoring.install("alerting", **telling(hook))
    silences = f"{monitoring.pods.url('alerting')}/api/v2/silences"
    silence = {
        "matchers": [{"name": "alertname", "value": "Known", "isRegex": False}],
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2126-01-01T00:00:00Z",
        "createdBy": "a test",
        "comment": "known",
    }
    httpx.post(silences, json=silence).raise_for_status()

    monitoring.install("alerting", **telling(hook), repeat_interval="7h")

    running = monitoring.get("alerting", "/api/v2/status")["config"]["original"]
    assert "repeat_interval: 7h" in running
    assert [each["comment"] for each in httpx.get(silences).json()] == ["known"]


def test_a_broken_configuration_is_refused_in_the_words_of_amtool(monitoring: Monitoring) -> None:
    monitoring.install("alerting")
    before = monitoring.pods.uids("alertmanager")

    refused = monitoring.run("alerting", group_by=["alertname", "alertname"])

    assert refused.failed
    assert 'duplicated label "alertname" in group_by' in refused.text
    assert monitoring.pods.uids("alertmanager") == before
    assert monitoring.get("alerting", "/api/v2/status")["cluster"]["status"] == "disabled"
