"""The role loki as a pod: logs are kept, settings reach it, broken ones do not, volumes stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from log_store import LogStore
from pods import Pods
from roles import Role
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

SMALL = {"loki_storage_size": "1Gi", "loki_stop_seconds": 20}
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def image(cluster: Cluster) -> str:
    return cluster.image("loki").by_digest


@pytest.fixture(scope="module")
def room(cluster: Cluster) -> Iterator[str]:
    """A namespace for the whole module, where only restricted pods are allowed."""
    name = "test-loki"
    cluster.kubectl("delete", "namespace", name, "--ignore-not-found")
    cluster.kubectl("create", "namespace", name)
    restricted = "pod-security.kubernetes.io/enforce=restricted"
    cluster.kubectl("label", "namespace", name, restricted)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="module")
def role(cluster: Cluster, room: str, image: str, tmp_path_factory: pytest.TempPathFactory) -> Role:
    """Installed, with a line in it."""
    found = Role(cluster, "loki", room, tmp_path_factory.mktemp("loki"))
    found.install(SMALL, image=image)
    LogStore(cluster, room).push("the first line")
    return found


@pytest.fixture
def store(role: Role) -> LogStore:
    return LogStore(role.cluster, role.namespace)


def revisions(role: Role) -> list[str]:
    """What its pods were made from."""
    words = ("get", "statefulset/loki", "--output=jsonpath={.status.updateRevision}")
    return role.cluster.kubectl("-n", role.namespace, *words).split()


def test_a_line_that_is_pushed_is_found(store: LogStore) -> None:
    wait_until(lambda: store.lines() == ["the first line"], PATIENCE_SECONDS)


def test_a_second_run_changes_nothing(role: Role, image: str) -> None:
    before = revisions(role)
    assert role.install(SMALL, image=image).changed == 0
    assert revisions(role) == before


def test_check_mode_says_what_a_run_would_change_and_changes_nothing(
    role: Role, image: str
) -> None:
    before = revisions(role)
    changed = {**SMALL, "loki_retention": "9d"}
    assert role.install(changed, "--check", image=image).changed == 1
    assert revisions(role) == before


def test_a_changed_limit_reaches_the_running_process(
    role: Role, image: str, store: LogStore
) -> None:
    role.install({**SMALL, "loki_retention": "9d"}, image=image)
    told = yaml.safe_load(store.settings())
    assert told["limits_config"]["retention_period"] == "9d"
    assert told["common"]["ring"]["instance_id"].startswith("stratum-")
    wait_until(lambda: store.lines() == ["the first line"], PATIENCE_SECONDS)


def test_settings_that_loki_does_not_know_are_refused_in_its_words(
    role: Role, image: str, store: LogStore
) -> None:
    before, running = store.settings(), Pods(role.cluster, role.namespace).uids("loki")
    done = role.run({**SMALL, "loki_limits": {"retention": "9d"}}, image=image)
    assert done.failed
    assert "field retention not found in type validation.plain" in done.text
    assert Pods(role.cluster, role.namespace).uids("loki") == running
    assert store.settings() == before


def test_uninstalling_leaves_the_volume_and_installing_again_finds_the_lines(
    role: Role, image: str, store: LogStore
) -> None:
    role.install(SMALL, image=image, tasks="absent")
    listed = json.loads(role.cluster.kubectl("-n", role.namespace, "get", "all,pvc", "-o", "json"))
    kinds = {item["kind"] for item in listed["items"] if not _ending(item)}
    assert kinds == {"PersistentVolumeClaim"}
    role.install(SMALL, image=image)
    wait_until(lambda: store.lines() == ["the first line"], PATIENCE_SECONDS)


def _ending(item: dict[str, Any]) -> bool:
    return "deletionTimestamp" in item["metadata"]
