"""A K3s cluster's life on three machines, seen from outside.

The tests run in their order: each begins with what the one before left.
"""

from __future__ import annotations

import json
import shlex

import pytest

from machines.cluster import ADDRESSES, NEW, OLD, STATE, bed, kubectl, nodes, on, until

ETC = "/etc/rancher/k3s"
SECRET_FILES = f"find {ETC} /var/lib/rancher/k3s/server/token -type f -printf '%m %U %p\\n'"


def secret(name):
    return (STATE / "secrets" / name).read_text()


def ca_hash(instance):
    record = json.loads((STATE / "records" / f"{instance}.json").read_text())
    return record["outputs"]["ca_hash"]


def members():
    """The names of etcd's members."""
    script = (
        "import json,urllib.request as u;"
        "print(u.urlopen('http://127.0.0.1:2379/v3/cluster/member/list',b'{}').read().decode())"
    )
    found = json.loads(on("k1", f"python3 -c {shlex.quote(script)}"))
    return sorted(member["name"] for member in found["members"])


def etcd_value(key):
    """What etcd keeps under a key, as it lies there."""
    script = (
        "import base64,json,urllib.request as u;"
        f"k=base64.b64encode(b'{key}').decode();"
        "a=u.urlopen('http://127.0.0.1:2379/v3/kv/range',json.dumps(dict(key=k)).encode()).read();"
        "print(base64.b64decode(json.loads(a)['kvs'][0]['value'])[:30])"
    )
    return on("k1", f"python3 -c {shlex.quote(script)}")


def test_a_first_look_changes_nothing(product, playbook):
    done = playbook("site", product.write(agents="k3"), "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert on("k1", "ls /usr/local/bin/k3s /etc/rancher 2>&1 || true").count("cannot access") == 2


def test_one_server_and_an_agent(product, install):
    states = install(product.write(agents="k3"))
    assert set(states.values()) == {"changed"}
    assert nodes() == {"k1": ("True", OLD), "k3": ("True", OLD)}


def test_nothing_is_done_where_nothing_is_to_do(product, install):
    assert set(install(product.write(agents="k3")).values()) == {"unchanged"}


def test_a_look_at_what_is_installed_changes_nothing(product, playbook):
    done = playbook("site", product.write(agents="k3", k3s_start_seconds=301), "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    recap = [line for line in done.stdout.splitlines() if "changed=" in line]
    assert all("changed=0" in line for line in recap), done.stdout


def test_what_is_secret_is_readable_by_root_only():
    for name in ("k1", "k3"):
        files = on(name, SECRET_FILES, check=False).splitlines()
        assert len(files) >= 3
        assert [line for line in files if not line.startswith("600 0 ")] == []
    kubeconfig = STATE / "components" / "k3s@k1" / "kubeconfig"
    assert kubeconfig.stat().st_mode & 0o777 == 0o600


def test_no_token_is_in_a_command_line_an_environment_or_the_journal():
    looks = (
        "ps -eww -o args; cat /proc/[0-9]*/environ; cat /etc/systemd/system/k3s*;"
        " journalctl --no-pager -o cat"
    )
    seen = on("k1", looks, check=False) + on("k3", looks, check=False)
    assert [name for name in ("k3s.token", "k3s.agent_token") if secret(name) in seen] == []


def test_the_agent_was_let_in_by_its_own_token_and_the_authority_it_knew():
    wanted = f"K10{ca_hash('k3s@k1')}::node:{secret('k3s.agent_token')}"
    assert on("k3", f"cat {ETC}/agent-token") == wanted


def test_secrets_are_encrypted_in_etcd():
    kubectl("create secret generic harbour --from-literal=key=value")
    assert "k8s:enc:aescbc:v1:" in etcd_value("/registry/secrets/default/harbour")


def pod(name, node):
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": {"app": name}},
            "spec": {
                "nodeName": node,
                "terminationGracePeriodSeconds": 0,
                "containers": [{"name": "pause", "image": "localhost/stratum/pause:1"}],
            },
        }
    )


def test_containers_run_on_both_and_reach_one_another():
    for name in ("k1", "k3"):
        kubectl("apply -f -", stdin=pod(f"on-{name}", name))
    kubectl("wait pod --all --for=condition=Ready --timeout=120s")
    address = kubectl("get pod on-k3 -o jsonpath={.status.podIP}")
    assert on("k1", f"ip route get {address}").startswith(f"{address} via {ADDRESSES['k3']}")
    # Nothing listens in it: that it says so shows that it was reached.
    knock = f"import socket; socket.create_connection(('{address}', 1), 10)"
    assert "ConnectionRefusedError" in on("k1", f"python3 -c {shlex.quote(knock)} 2>&1 || true")


def test_another_machine_joins_by_what_was_recorded(product, install):
    states = install(product.write(agents="k2 k3"), "--limit", "k3s_agent@k2")
    assert states == {"k3s_agent@k2": "changed"}
    assert nodes()["k2"] == ("True", OLD)


def test_a_changed_setting_restarts_what_has_it_and_containers_go_on(product, install):
    started = "{.status.containerStatuses[0].state.running.startedAt}"
    before = kubectl(f"get pod on-k1 -o jsonpath={started}")
    pid = on("k1", "systemctl show -P MainPID k3s")
    states = install(product.write(agents="k2 k3", k3s_settings={"debug": True}))
    assert set(states.values()) == {"changed"}
    assert on("k1", "systemctl show -P MainPID k3s") != pid
    assert kubectl(f"get pod on-k1 -o jsonpath={started}") == before


def test_a_reset_without_the_name_does_nothing(product, playbook):
    done = playbook("k3s_reset", product.write(agents="k2 k3"), "--limit", "machine_k3")
    assert done.returncode == 2
    assert "say -e k3s_reset_confirm=k3" in " ".join(done.stdout.split())
    assert on("k3", "systemctl is-active k3s-agent") == "active"


TRACES = (
    "ls -d /usr/local/bin/k3s /etc/rancher/k3s /var/lib/rancher/k3s /var/lib/kubelet /run/k3s"
    " /etc/systemd/system/k3s* /run/netns/cni-* 2>/dev/null;"
    " ip -o link | grep -E 'cni0|flannel|veth'; ip route | grep 10.42;"
    " grep -E 'kubelet|k3s' /proc/mounts; nft list tables | grep kube-proxy;"
    " iptables-save | grep -E 'KUBE-|CNI-';"
    " ps -e -o comm= | grep -E '^(containerd|etcd|k3s|kube|pause)'"
)


@pytest.mark.parametrize("name", ["k2", "k3"])
def test_a_reset_leaves_nothing_and_again_does_nothing(product, playbook, name):
    arguments = ("--limit", f"machine_{name}", "-e", f"k3s_reset_confirm={name}")
    done = playbook("k3s_reset", product.write(agents="k2 k3"), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert on(name, TRACES, check=False) == ""
    again = playbook("k3s_reset", product.write(agents="k2 k3"), *arguments)
    assert "changed=0" in again.stdout, again.stdout
    kubectl(f"delete node {name}")


def test_agents_that_were_reset_become_servers_one_after_the_other(product, install):
    states = install(product.write(servers="k2 k3"))
    assert states["k3s@k1"] == "changed"
    assert (states["k3s_server@k2"], states["k3s_server@k3"]) == ("changed", "changed")
    assert members() == ["k1", "k2", "k3"]
    assert {name: ready for name, (ready, _version) in nodes().items()} == {
        "k1": "True",
        "k2": "True",
        "k3": "True",
    }


def test_another_token_is_refused(product, refused):
    path = STATE / "secrets" / "k3s.token"
    before = path.read_text()
    path.write_text("another-token-of-the-servers")
    said = refused(product.write(servers="k2 k3"))
    path.write_text(before)
    assert "this machine has the data of a cluster with another token" in said


def test_a_skipped_minor_version_is_refused(product, refused):
    said = refused(product.write(servers="k2 k3", version="v1.37.0+k3s1"))
    assert "Kubernetes takes one minor version at a time; install a v1.36 first" in said
    assert nodes()["k1"] == ("True", OLD)


def test_an_older_version_is_refused(product, refused):
    said = refused(product.write(servers="k2 k3", version="v1.35.8+k3s1"))
    assert "Kubernetes cannot go back" in said


def test_a_second_cluster_over_a_living_one_is_refused(product, refused):
    """Of another environment, with secrets of its own, a machine of this cluster."""
    said = refused(product.write(first="k3", state=STATE.with_name("k3s-alone")))
    assert "this machine has the data of a cluster with another token" in said
    assert members() == ["k1", "k2", "k3"]


def test_the_token_is_rotated(product, install):
    (STATE / "secrets" / "k3s.token").write_text("the-new-token-of-the-servers")
    states = install(product.write(servers="k2 k3"), "-e", "k3s_rotate_token=true")
    assert set(states.values()) == {"changed"}
    for name in ADDRESSES:
        kept = on(name, "cat /var/lib/rancher/k3s/server/token")
        assert kept.endswith("::server:the-new-token-of-the-servers")
    assert set(install(product.write(servers="k2 k3")).values()) == {"unchanged"}


def drained(state=STATE):
    """The order in which servers were worked on in the last run."""
    journal = max((state / "journal").glob("*.jsonl"))
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    return [(e["event"], e["instance"]) for e in events if e["event"] in ("started", "ended")]


def test_an_upgrade_by_one_minor_version_goes_server_by_server(product, install):
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "crew"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "crew"}},
            "template": {
                "metadata": {"labels": {"app": "crew"}},
                "spec": json.loads(pod("crew", ""))["spec"] | {"nodeName": None},
            },
        },
    }
    kubectl("apply -f -", stdin=json.dumps(deployment))
    kubectl("rollout status deployment/crew --timeout=120s")
    states = install(product.write(servers="k2 k3", version=NEW))
    assert set(states.values()) == {"changed"}
    assert drained() == [
        (event, instance)
        for instance in ("k3s@k1", "k3s_server@k2", "k3s_server@k3")
        for event in ("started", "ended")
    ]
    assert nodes() == dict.fromkeys(ADDRESSES, ("True", NEW))
    for name in ADDRESSES:
        pid = on(name, "systemctl show -P MainPID k3s")
        assert NEW in on(name, f"/proc/{pid}/exe --version")
    open_again = kubectl("get nodes -o jsonpath={.items[*].spec.unschedulable}")
    assert open_again == ""
    kubectl("rollout status deployment/crew --timeout=120s")


def test_a_lost_first_server_joins_those_that_live(product, install):
    kubectl("create configmap log --from-literal=before=the-loss", server="k2")
    on("k1", "systemctl disable --now k3s")
    bed("reboot", "k1")
    on("k1", "rm -rf /var/lib/rancher /etc/rancher /var/lib/kubelet /usr/local/bin/k3s")
    states = install(product.write(servers="k2 k3", version=NEW))
    assert states["k3s@k1"] == "changed"
    assert members() == ["k1", "k2", "k3"]
    assert kubectl("get configmap log -o jsonpath={.data.before}") == "the-loss"
    assert nodes() == dict.fromkeys(ADDRESSES, ("True", NEW))
    assert ca_hash("k3s@k1") == ca_hash("k3s_server@k2")


def test_after_a_reset_of_all_a_new_cluster_is_made(product, install, playbook):
    inventory = product.write(servers="k2 k3", version=NEW)
    before = ca_hash("k3s@k1")
    for name in reversed(ADDRESSES):
        arguments = ("--limit", f"machine_{name}", "-e", f"k3s_reset_confirm={name}")
        assert playbook("k3s_reset", inventory, *arguments).returncode == 0
        assert on(name, TRACES, check=False) == ""
    install(product.write(version=NEW))
    until(lambda: nodes() == {"k1": ("True", NEW)}, what="the new cluster")
    assert ca_hash("k3s@k1") != before


def test_uninstalled_it_keeps_its_data_and_finds_it_again(product, install, playbook):
    inventory = product.write(version=NEW)
    kubectl("create configmap log --from-literal=before=leaving")
    done = playbook("uninstall", inventory)
    assert done.returncode == 0, done.stdout + done.stderr
    assert on("k1", "ls /etc/rancher/k3s /usr/local/bin/k3s 2>/dev/null || true") == ""
    install(inventory)
    assert kubectl("get configmap log -o jsonpath={.data.before}") == "leaving"


def test_with_the_cis_profile_pods_are_restricted_and_requests_written_down(
    product, install, playbook
):
    inventory = product.write(version=NEW, k3s_cis=True, k3s_node_labels=["deck=upper"])
    confirm = ("--limit", "machine_k1", "-e", "k3s_reset_confirm=k1")
    assert playbook("k3s_reset", inventory, *confirm).returncode == 0
    install(inventory)
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        kubectl("apply -f -", stdin=pod("open", ""))
    assert on("k1", "test -s /var/lib/rancher/k3s/server/logs/audit.log && echo written")
    assert on("k1", "cat /proc/sys/vm/overcommit_memory /proc/sys/kernel/panic") == "1\n10"
    assert kubectl("get nodes -l deck=upper -o name") == "node/k1"
    assert set(install(inventory).values()) == {"unchanged"}
