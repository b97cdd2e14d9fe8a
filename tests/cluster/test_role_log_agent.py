"""The role log_agent on each node: its pods see the node's logs, and have no more rights than that.

Alloy cannot be had here: a stand-in runs in its place, with the same files, rights and ports.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from log_store import told_openly
from roles import Role
from testbed.cluster import Cluster
from testbed.errors import BedError

pytestmark = pytest.mark.platform

ROOM = PRODUCT = "test-log-agent"
INPUTS: dict[str, Any] = {
    "log_agent_push_url": "https://data-gateway.logs.svc:8443",
    "log_agent_user": "writer",
    "log_agent_password": "a password of the writer",
    "log_agent_ca_certificate": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    "log_agent_product": PRODUCT,
    # The bed may have nodes that only pretend.
    "log_agent_tolerations": [],
}


@dataclass(frozen=True)
class Agent:
    """The installed agent."""

    role: Role
    image: str

    def install(self, *options: str, **more: Any) -> int:
        """How many tasks changed something."""
        return self.role.install({**INPUTS, **more}, *options, image=self.image).changed

    def kubectl(self, *words: str) -> str:
        return self.role.cluster.kubectl("-n", ROOM, *words)

    def pod(self) -> dict[str, Any]:
        """The one that is not about to end, as the bed has one node."""
        items = json.loads(self.kubectl("get", "pods", "--output=json"))["items"]
        (found,) = [item for item in items if "deletionTimestamp" not in item["metadata"]]
        return dict(found)

    def run(self, *command: str) -> str:
        """In its container."""
        return self.kubectl("exec", self.pod()["metadata"]["name"], "--", *command)

    def may(self, verb: str, what: str) -> bool:
        account = f"system:serviceaccount:{ROOM}:log-agent"
        try:
            words = ("auth", "can-i", verb, what, "--all-namespaces", f"--as={account}")
            return self.kubectl(*words).strip() == "yes"
        except BedError:
            return False


@pytest.fixture(scope="module")
def agent(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    cluster.kubectl("delete", "namespace", ROOM, "--ignore-not-found")
    cluster.kubectl("create", "namespace", ROOM)
    role = Role(cluster, "log_agent", ROOM, tmp_path_factory.mktemp("agent"))
    found = Agent(role, cluster.image("stand-in").by_digest)
    found.install()
    yield found
    role.run(INPUTS, image=found.image, tasks="absent")
    cluster.kubectl("delete", "namespace", ROOM, "--wait=false")
    shutil.rmtree(Path("/var/lib/stratum") / PRODUCT, ignore_errors=True)


def test_the_running_process_was_told_where_its_settings_are(agent: Agent) -> None:
    address = agent.pod()["status"]["podIP"]
    told = httpx.get(f"http://{address}:12345/stand-in").json()
    assert (told["program"], told["arguments"]) == (
        "alloy",
        [
            "run",
            "--server.http.listen-addr=0.0.0.0:12345",
            "--storage.path=/data",
            "--disable-reporting",
            "/etc/stratum/config/agent.alloy",
        ],
    )


def test_it_reads_the_logs_of_every_pod_of_its_node_and_writes_none(agent: Agent) -> None:
    own = agent.pod()["metadata"]
    folder = f"/var/log/pods/{ROOM}_{own['name']}_{own['uid']}/log-agent"
    assert agent.run("sh", "-c", f"test -r {folder}/0.log && echo readable") == "readable\n"
    with pytest.raises(BedError, match="Read-only file system"):
        agent.run("touch", "/var/log/pods/mark")


def test_its_settings_name_its_node_and_its_password_by_what_it_is_given(agent: Agent) -> None:
    settings = agent.run("cat", "/etc/stratum/config/agent.alloy")
    assert 'field = "spec.nodeName=" + sys.env("NODE_NAME")' in settings
    assert 'password_file = sys.env("CREDENTIALS_DIRECTORY") + "/push_password"' in settings
    assert 'url = "https://data-gateway.logs.svc:8443/loki/api/v1/push"' in settings
    words = "echo $NODE_NAME; cat $CREDENTIALS_DIRECTORY/push_password"
    node = agent.pod()["spec"]["nodeName"]
    assert agent.run("sh", "-c", words) == f"{node}\n{INPUTS['log_agent_password']}"


def test_it_may_look_at_pods_and_at_nothing_else(agent: Agent) -> None:
    asked = [("list", "pods"), ("watch", "pods"), ("list", "secrets"), ("delete", "pods")]
    assert [agent.may(*each) for each in asked] == [True, True, False, False]
    (container,) = agent.pod()["spec"]["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def test_the_password_is_told_nowhere(agent: Agent) -> None:
    assert INPUTS["log_agent_password"] not in told_openly(agent.role.cluster, ROOM)


def test_a_second_run_changes_nothing(agent: Agent) -> None:
    before = agent.pod()["metadata"]["uid"]
    assert agent.install() == 0
    assert agent.pod()["metadata"]["uid"] == before


def test_a_rule_that_is_added_reaches_a_new_pod(agent: Agent) -> None:
    before = agent.pod()["metadata"]["uid"]
    rule = {"source_labels": ["__meta_kubernetes_namespace"], "regex": "noise", "action": "drop"}
    agent.install(log_agent_pods={"relabel_configs": [rule]})
    assert agent.pod()["metadata"]["uid"] != before
    assert 'regex = "noise"' in agent.run("cat", "/etc/stratum/config/agent.alloy")


def test_an_agent_that_reads_no_pods_has_no_rights(agent: Agent) -> None:
    agent.install(log_agent_pods={})
    assert not agent.may("list", "pods")
    assert agent.pod()["spec"]["automountServiceAccountToken"] is False


def test_uninstalling_leaves_how_far_it_has_read(agent: Agent) -> None:
    agent.install()
    agent.run("sh", "-c", "echo 42 > /data/positions.yml")
    agent.role.install(INPUTS, image=agent.image, tasks="absent")
    left = agent.kubectl("get", "daemonsets,configmaps,services,serviceaccounts", "--output=name")
    assert "log-agent" not in left
    assert f"{ROOM}-log-agent" not in agent.kubectl("get", "clusterroles", "--output=name")
    agent.install()
    assert agent.run("cat", "/data/positions.yml") == "42\n"
