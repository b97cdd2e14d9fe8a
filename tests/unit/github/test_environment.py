"""The environment that a workflow writes, its state, and what it keeps as evidence."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

ROOT = Path(__file__).resolve().parents[3]
VALUES = {
    "ENVIRONMENT": "production",
    "RELEASE": "1.0.0",
    "HOST_IP": "192.0.2.10\n",
    "HOST_USER": "admin",
    "SSH_PRIVATE_KEY": "the key\r\n",
    "HOST_KNOWN_HOSTS": "192.0.2.10 ssh-ed25519 AAAA",
}


def test_the_environment_resolves_and_holds_no_secret(program, tmp_path):
    assert program("inventory").main(VALUES, tmp_path / "ssh", tmp_path) == 0
    file = tmp_path / "inventories" / "production" / "product.yml"
    (machine,) = {each.machine for each in resolve(Folder(file, ROOT)).instances}
    assert machine == "host"
    assert "the key" not in file.read_text()


def test_ssh_reads_what_was_written_and_accepts_no_unknown_key(program, tmp_path):
    program("inventory").main(VALUES, tmp_path / "ssh", tmp_path)
    config = str(tmp_path / "ssh" / "config")
    shown = subprocess.check_output(["ssh", "-G", "-F", config, "machine"], text=True).splitlines()
    assert {"hostname 192.0.2.10", "user admin", "stricthostkeychecking true"} <= set(shown)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "ssh").iterdir()}
    assert modes == {"key": 0o600, "known_hosts": 0o600, "config": 0o600}
    assert (tmp_path / "ssh" / "key").read_bytes() == b"the key\n"


def written(program, tmp_path, **more):
    """The resolved environments of Kubernetes, by their names."""
    values = VALUES | {"PLACE": "kubernetes", "RELEASE": "1.1.0", **more}
    assert program("inventory").main(values, tmp_path / "ssh", tmp_path) == 0
    folders = sorted((tmp_path / "inventories").iterdir())
    return {each.name: resolve(Folder(each / "product.yml", ROOT)) for each in folders}


def test_on_kubernetes_there_is_a_cluster_and_what_lives_on_it(program, tmp_path):
    found = written(program, tmp_path, HOST_DOMAIN="platform.example.org")
    cluster, product = found["production-cluster"], found["production"]
    assert [each.name for each in cluster.instances] == ["k3s@host"]
    assert {each.cluster for each in product.instances} == {"host"}
    gateway = next(each for each in product.document["instances"] if each["name"] == "data_gateway")
    assert gateway["vars"]["data_gateway_names"] == ["platform.example.org"]
    kubeconfig = product.environment.clusters["host"]["kubeconfig"]
    assert kubeconfig == f"{cluster.environment.state_dir}/components/k3s@host/kubeconfig"


def test_more_parameters_are_merged_with_those_of_the_inputs(program, tmp_path):
    settings = {"alerting": {"alerting_group_wait": "1s"}}
    given = {
        "PRODUCT_PARAMETERS": json.dumps({"rule_packs": ["node"], "settings": settings}),
        "CLUSTER_PARAMETERS": '{"settings": {"k3s": {"k3s_cis": true}}}\n',
    }
    found = written(program, tmp_path, **given)
    product = {each["name"]: each["vars"] for each in found["production"].document["instances"]}
    (k3s,) = found["production-cluster"].document["instances"]
    assert product["alerting"]["alerting_group_wait"] == "1s"
    assert product["data_gateway"]["data_gateway_service_type"] == "LoadBalancer"
    assert product["prometheus"]["prometheus_rule_packs"] == ["node"]
    assert k3s["vars"]["k3s_cis"] is True


APP = {
    "APP_HOST_IP": "192.0.2.20",
    "APP_HOST_USER": "agent",
    "APP_HOST_KNOWN_HOSTS": "192.0.2.20 ssh-ed25519 BBBB",
    "APP_SSH_PRIVATE_KEY": "another key",
}


@pytest.mark.parametrize(
    ("kind", "environment", "instances"),
    [
        (
            "cluster",
            "production",
            ["cluster_exporter", "kube_state_metrics", "cluster_transfer", "cluster_logs"],
        ),
        ("machine", "production", ["node_exporter", "prometheus_transfer"]),
        ("node", "production-cluster", ["k3s_agent"]),
    ],
)
def test_what_joins_is_all_that_its_pattern_names(program, tmp_path, kind, environment, instances):
    output = tmp_path / "output"
    given = APP | {"JOIN": kind, "NAME": "edge-1", "APP_HOST_KUBECONFIG": "kind: Config"}
    found = written(program, tmp_path, **given, GITHUB_OUTPUT=str(output))
    assert output.read_text() == f"environment={environment}\nlimit=tier_agents:&*@edge-1\n"
    joined = [each for each in found[environment].instances if each.name.endswith("@edge-1")]
    assert sorted(each.component.name for each in joined) == sorted(instances)
    assert {each.component.tier for each in joined} == {"agents"}


def test_what_was_there_before_something_joins_stays_as_it_was(program, tmp_path):
    before = written(program, tmp_path / "before")["production"].document["instances"]
    given = {"JOIN": "cluster", "NAME": "edge", "APP_HOST_KUBECONFIG": "kind: Config"}
    after = written(program, tmp_path / "after", **given)["production"].document["instances"]
    assert [each for each in after if not each["name"].endswith("@edge")] == before


def test_the_machine_that_joins_is_reached_with_its_own_key(program, tmp_path):
    written(program, tmp_path, **APP, JOIN="node", NAME="edge")
    config = str(tmp_path / "ssh" / "config")
    shown = subprocess.check_output(["ssh", "-G", "-F", config, "192.0.2.20"], text=True)
    keys = [line for line in shown.splitlines() if line.startswith("identityfile")]
    assert keys[0] == f"identityfile {tmp_path}/ssh/app_key"
    known = (tmp_path / "ssh" / "known_hosts").read_text()
    assert known == "192.0.2.10 ssh-ed25519 AAAA\n192.0.2.20 ssh-ed25519 BBBB\n"


def test_no_environment_holds_what_is_secret(program, tmp_path):
    given = {"JOIN": "cluster", "NAME": "edge", "APP_HOST_KUBECONFIG": "kind: Config # s3cret"}
    written(program, tmp_path, **APP, **given)
    texts = [path.read_text() for path in (tmp_path / "inventories").rglob("*.yml")]
    assert not any("s3cret" in text or "another key" in text for text in texts)
    kubeconfig = tmp_path / "ssh" / "kubeconfig"
    assert (kubeconfig.read_text(), kubeconfig.stat().st_mode & 0o777) == (
        "kind: Config # s3cret\n",
        0o600,
    )


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"NAME": "Edge One"}, "NAME is malformed: it must fit [a-z][a-z0-9-]{0,23}"),
        (
            {"NAME": "host"},
            "NAME is malformed: host is the machine of the server; take another name",
        ),
        ({"JOIN": "pod"}, "JOIN is malformed: it must fit cluster|machine|node"),
    ],
    ids=lambda value: "/".join(value.values()) if isinstance(value, dict) else "",
)
def test_what_joins_under_no_sound_name_is_refused(program, tmp_path, capsys, given, fault):
    values = VALUES | APP | {"PLACE": "kubernetes", "JOIN": "node", "NAME": "edge"} | given
    assert program("inventory").main(values, tmp_path / "ssh", tmp_path) == 1
    assert capsys.readouterr().out == f"::error::{fault}\n"
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_into_the_checkout_is_no_change_of_it(program, tmp_path):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    lock = tmp_path / "products/observability/releases/1.1.0-g0123456789ab.yml"
    lock.parent.mkdir(parents=True)
    lock.touch()
    for _twice in range(2):
        program("inventory").main(VALUES, tmp_path / ".git" / "ssh", tmp_path)
    status = ["git", "-C", str(tmp_path), "status", "--porcelain"]
    assert subprocess.check_output(status, text=True) == ""
    lines = (tmp_path / ".git/info/exclude").read_text().splitlines()
    assert lines.count("/inventories/production/") == 1


@pytest.mark.parametrize("name", ["../demo", "a b", ""])
def test_a_name_that_is_no_name_is_refused(program, tmp_path, name):
    given = VALUES | {"ENVIRONMENT": name}
    assert program("inventory").main(given, tmp_path / "ssh", tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def shell(tmp_path: Path) -> list[str]:
    """The machine's shell in place of SSH, with a sudo that is root already."""
    sudo = tmp_path / "bin" / "sudo"
    sudo.parent.mkdir()
    sudo.write_text('#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n')
    sudo.chmod(0o755)
    return ["env", f"PATH={sudo.parent}:/usr/bin:/bin", "sh", "-c"]


def test_the_state_comes_back_as_it_was_kept(program, tmp_path, shell):
    state = tmp_path / "state"
    (state / "secrets").mkdir(parents=True)
    (state / "secrets" / "a.b").touch(mode=0o600)
    (state / "secrets" / "a.b").write_text("value")
    (state / "components" / "etl@host" / "wheels").mkdir(parents=True)
    kept = tmp_path / "machine" / "production.tar.gz"
    program("state").keep(state, str(kept), shell)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert program("state").fetch(tmp_path / "again", str(kept), shell)
    secret = tmp_path / "again" / "secrets" / "a.b"
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("value", 0o600)
    names = sorted(path.name for path in (tmp_path / "again").iterdir())
    assert names == ["place", "secrets"]


def test_the_way_into_a_cluster_and_the_images_that_run_are_kept(program, tmp_path, shell):
    state = tmp_path / "state"
    (state / "components/k3s@host").mkdir(parents=True)
    for name in ("lock.yml", "components/k3s@host/kubeconfig", "components/k3s@host/other"):
        (state / name).write_text(name)
    program("state").keep(state, str(tmp_path / "kept"), shell)
    program("state").fetch(tmp_path / "again", str(tmp_path / "kept"), shell)
    files = (path for path in (tmp_path / "again").rglob("*") if path.is_file())
    names = sorted(path.relative_to(tmp_path / "again").as_posix() for path in files)
    assert names == ["components/k3s@host/kubeconfig", "lock.yml", "place"]


def test_a_path_in_a_record_is_that_of_the_checkout_it_was_fetched_into(program, tmp_path, shell):
    record = {"outputs": {"kubeconfig": f"{tmp_path}/one/components/k3s@host/kubeconfig"}}
    (tmp_path / "one/records").mkdir(parents=True)
    (tmp_path / "one/records/k3s@host.json").write_text(json.dumps(record))
    program("state").keep(tmp_path / "one", str(tmp_path / "kept"), shell)
    program("state").fetch(tmp_path / "two", str(tmp_path / "kept"), shell)
    found = json.loads((tmp_path / "two/records/k3s@host.json").read_text())
    expected = {"kubeconfig": f"{tmp_path}/two/components/k3s@host/kubeconfig"}
    assert found["outputs"] == expected


def test_a_machine_without_a_state_is_new_and_one_that_fails_is_not(program, tmp_path, shell):
    state = program("state")
    assert not state.fetch(tmp_path / "state", str(tmp_path / "nothing"), shell)
    refused = ["sh", "-c", "echo 'admin@192.0.2.10: Permission denied (publickey).' >&2; exit 255"]
    with pytest.raises(state.StateError) as caught:
        state.fetch(tmp_path / "state", "/x", refused)
    assert str(caught.value) == (
        "the machine cannot be used: admin@192.0.2.10: Permission denied (publickey)."
    )


def test_a_machine_that_does_not_listen_is_the_first_line_of_the_summary(
    program, tmp_path, monkeypatch
):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    config = f"Host machine\n  HostName 127.0.0.1\n  Port {port}\n"
    (tmp_path / "config").write_text(config)
    assert program("state").main("fetch", "production", tmp_path) == 1
    assert (tmp_path / "summary").read_text() == (
        "### production: the machine cannot be used: "
        f"ssh: connect to host 127.0.0.1 port {port}: Connection refused\n\n"
    )


@pytest.fixture
def new_machine(tmp_path, monkeypatch):
    """An ssh to a machine that keeps nothing yet."""
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\nexit 44\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:/usr/bin:/bin")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("new_machine")
def test_nothing_joins_a_server_that_is_not_installed(program, tmp_path, capsys):
    state = program("state")
    assert state.main("fetch", "production", tmp_path) == 0
    assert (tmp_path / "production.before").read_text() == ""
    assert state.main("require", "production", tmp_path) == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "::error title=State of production::nothing is installed there yet: run the Pipeline first"
    )


def test_evidence_holds_no_secret(program, tmp_path):
    state = tmp_path / "state"
    files = {
        "secrets/console.operator_token": "s3cret-token",
        "components/console@local/config/operator_token": "s3cret-token",
        "components/console@local/log/console.log": "started\nwith s3cret-token\nended\n",
        "journal/1.jsonl": json.dumps({"event": "run_started"}) + "\n",
    }
    for name, text in files.items():
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).write_text(text)
    names = program("evidence").collect(state, tmp_path / "evidence")
    assert names == ["journal/1.jsonl", "components/console@local/log/console.log"]
    log = tmp_path / "evidence" / "components/console@local/log/console.log"
    assert log.read_text() == "started\n(a line with a secret was left out)\nended\n"
