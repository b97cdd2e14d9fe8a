"""What goes wrong with a release on a real cluster: each is told in one message with its cure."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube import live
from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.lease import Lease
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import (
    Busy,
    Forbidden,
    LostLease,
    NotReady,
    Terminating,
    Unauthorized,
    Unreachable,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.revision import (
    Revision,
    Revisions,
)
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State
from releasing import Releases, changes, config, deployment

NO_IMAGE = "localhost/stratum/does-not-exist:1"


@pytest.fixture
def releases(cluster, namespace) -> Releases:
    return Releases(cluster.kubeconfig, namespace)


def test_an_image_that_does_not_exist_is_told_within_the_timeout(namespace, releases):
    with pytest.raises(NotReady) as caught:
        releases.install(deployment("d", NO_IMAGE), timeout=8.0)
    said = str(caught.value)
    assert said.startswith(f"release {namespace}/app: not ready after ")
    assert f"Deployment {namespace}/d: " in said
    assert "ErrImageNeverPull" in said
    assert said.endswith(
        "\n  mend what is named, then run again; nothing that is ready is restarted"
    )
    assert any(NO_IMAGE in line for line in caught.value.evidence)


def test_the_last_words_of_a_container_are_shown(releases):
    never = "          readinessProbe: {exec: {command: ['false']}}\n"
    dies = deployment("d", extra=never).replace(
        '[sleep, "3600"]', "[sh, -c, echo no database here; exit 3]"
    )
    with pytest.raises(NotReady) as caught:
        releases.install(dies, timeout=10.0)
    assert "no database here" in "\n".join(caught.value.evidence)


def test_a_failed_upgrade_is_rolled_back_where_it_is_asked_for(cluster, namespace, releases):
    releases.install(deployment("d") + config("a"))
    with pytest.raises(NotReady) as caught:
        releases.install(deployment("d", NO_IMAGE), timeout=8.0, roll_back=True)
    assert "; rolled back to revision 1\n" in str(caught.value)
    kept = cluster.kubectl("-n", namespace, "get", "deployment/d", "configmap/a", "-o", "name")
    assert kept.split() == ["deployment.apps/d", "configmap/a"]
    with Cluster(str(cluster.kubeconfig)) as connected:
        assert live.status(connected, namespace, "app").current
        entries = Revisions(connected, Owner(namespace, "app")).entries()
    assert [(entry.number, entry.result) for entry in entries] == [
        (1, "ok"),
        (2, "failed"),
        (3, "ok"),
    ]


def test_a_failed_upgrade_stays_for_looking_at_and_can_be_mended(cluster, namespace, releases):
    releases.install(deployment("d"))
    with pytest.raises(NotReady):
        releases.install(deployment("d", NO_IMAGE) + config("left"), timeout=8.0)
    with Cluster(str(cluster.kubeconfig)) as connected:
        status = live.status(connected, namespace, "app")
    assert status.state is State.FAILED
    assert status.sentence.startswith(f"revision 2 of release {namespace}/app is failed: not ready")
    mended = releases.install(deployment("d"))
    assert changes(mended) == {
        f"Deployment {namespace}/d": "changed",
        f"ConfigMap {namespace}/left": "deleted",
    }


def test_what_a_run_left_when_it_was_killed_is_known_to_the_next(cluster, namespace, releases):
    releases.install(config("a"))
    owner = Owner(namespace, "app")
    with Cluster(str(cluster.kubeconfig)) as connected:
        about = {"name": "half", "namespace": namespace}
        half = owner.owned({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about})
        Revisions(connected, owner).begin(Revision(2, [half]))
        connected.apply(half)
    outcome = releases.install(config("a"))
    assert changes(outcome) == {f"ConfigMap {namespace}/half": "deleted"}
    assert outcome.revision == 3


def test_an_api_server_that_does_not_answer_is_named(cluster, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"https://127.0.0.1:{free.getsockname()[1]}"
        config_of = cluster.kubeconfig.read_text().replace(address_of(cluster), address)
        (tmp_path / "kubeconfig").write_text(config_of)
        with pytest.raises(Unreachable) as caught:
            Releases(tmp_path / "kubeconfig", "default").install(config("a"))
    assert caught.value.what == f"the API server {address} does not answer: Connection refused"
    assert str(tmp_path / "kubeconfig") in caught.value.where


def address_of(cluster) -> str:
    with Cluster(str(cluster.kubeconfig)) as connected:
        return connected.server


def test_credentials_that_have_expired_are_told_as_such(cluster, tmp_path):
    path = cluster.client_kubeconfig(
        tmp_path / "expired", "admin", ("system:masters",), lifetime=timedelta(seconds=-1)
    )
    with pytest.raises(Unauthorized) as caught:
        Releases(path, "default").install(config("a"))
    assert caught.value.what == (
        "the API server does not accept the credentials: they are wrong or have expired"
    )


def test_an_account_without_rights_is_told_what_it_may_not(cluster, namespace, tmp_path):
    path = cluster.client_kubeconfig(tmp_path / "nobody", "nobody")
    with pytest.raises(Forbidden) as caught:
        Releases(path, namespace).install(config("a"))
    assert 'User "nobody" cannot' in caught.value.what
    assert caught.value.cure == "give the account this permission, or use another context"


def test_a_namespace_that_cannot_go_away_is_told_with_what_holds_it(cluster, namespace, releases):
    releases.install(config("a"))
    hold = '{"metadata":{"finalizers":["example.org/hold"]}}'
    cluster.kubectl("-n", namespace, "patch", "configmap", "a", "--type=merge", f"-p={hold}")
    cluster.kubectl("delete", "namespace", namespace, "--wait=false")
    try:
        with pytest.raises(Terminating) as caught:
            releases.install(config("a") + config("b"), timeout=6.0)
        assert caught.value.what == "its namespace is being deleted"
        assert "example.org/hold" in "\n".join(caught.value.evidence)
    finally:
        free = '{"metadata":{"finalizers":null}}'
        cluster.kubectl("-n", namespace, "patch", "configmap", "a", "--type=merge", f"-p={free}")


def test_a_second_run_waits_for_the_first(cluster, namespace, releases):
    slow = deployment("d").replace(
        'command: [sleep, "3600"]',
        'command: [sleep, "3600"]\n          readinessProbe: '
        "{exec: {command: [sleep, '0']}, initialDelaySeconds: 3, periodSeconds: 1}",
    )
    releases.install(config("a"))
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(releases.install, slow)
        until_held(cluster, namespace)
        second = threads.submit(releases.install, config("b"))
        assert (first.result().revision, second.result().revision) == (2, 3)
    assert changes(second.result()) == {
        f"ConfigMap {namespace}/b": "created",
        f"Deployment {namespace}/d": "deleted",
    }
    assert releases.said[0].startswith(f"waiting for another run on release {namespace}/app: ")


def until_held(cluster, namespace) -> None:
    end = time.monotonic() + 20
    path = "jsonpath={.items[*].spec.holderIdentity}"
    while time.monotonic() < end:
        if cluster.kubectl("-n", namespace, "get", "leases", "-o", path).strip():
            return
    raise AssertionError("the first run did not take the Lease")


def test_a_second_run_refuses_when_the_first_takes_too_long(cluster, namespace, releases):
    releases.install(config("a"))
    with Cluster(str(cluster.kubeconfig)) as connected:
        lease = Lease(connected, Owner(namespace, "app"))
        lease.acquire(time.monotonic() + 5, lambda holder: None)
        with pytest.raises(Busy) as caught:
            releases.install(config("b"), timeout=2.0)
        lease.release()
    assert caught.value.what.startswith("another run is at work on it: ")
    assert changes(releases.install(config("b"))) == {
        f"ConfigMap {namespace}/b": "created",
        f"ConfigMap {namespace}/a": "deleted",
    }


def test_the_lease_of_a_dead_run_is_taken_over_and_that_run_stops(cluster, namespace, releases):
    releases.install(config("a"))
    with Cluster(str(cluster.kubeconfig)) as connected:
        owner = Owner(namespace, "app")
        dead = Lease(connected, owner)
        dead.acquire(time.monotonic() + 5, lambda holder: None)
        past = {"spec": {"renewTime": "2020-01-01T00:00:00.000000Z"}}
        cluster.kubectl(
            *("-n", namespace, "patch", "lease", "stratum.release.app", "--type=merge"),
            f"-p={json.dumps(past)}",
        )
        assert releases.install(config("b"), timeout=4.0).changed
        dead._look_again()
        with pytest.raises(LostLease):
            dead.check()
        dead.release()


def test_a_run_survives_that_the_api_server_is_restarted_while_it_waits(
    cluster, namespace, releases
):
    slow = deployment("d").replace(
        'command: [sleep, "3600"]',
        'command: [sleep, "3600"]\n          readinessProbe: '
        "{exec: {command: [sleep, '0']}, initialDelaySeconds: 8, periodSeconds: 1}",
    )
    done = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(releases.install, slow, timeout=90.0)
        run.add_done_callback(lambda _: done.set())
        until_held(cluster, namespace)
        while not exists(cluster, namespace):
            assert not done.is_set(), run.result()
        cluster.restart("kube-apiserver")
        outcome = run.result()
    assert changes(outcome) == {f"Deployment {namespace}/d": "created"}
    assert releases.install(slow).changed is False


def exists(cluster, namespace) -> bool:
    return "deployment" in cluster.kubectl("-n", namespace, "get", "deployments", "-o", "name")
