"""Kubeconfigs as kubectl reads them."""

from __future__ import annotations

import base64
import json

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.access import read
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import AccessError


def kubeconfig(user: dict, cluster: dict | None = None, name: str = "admin") -> dict:
    server = {"server": "https://127.0.0.1:6443/", **(cluster or {})}
    return {
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": "c", "user": name}}],
        "clusters": [{"name": "c", "cluster": server}],
        "users": [{"name": name, "user": user}],
    }


def written(path, config: dict) -> str:
    path.write_text(json.dumps(config))
    return str(path)


def refusal(path: str, context: str | None = None) -> str:
    with pytest.raises(AccessError) as caught:
        read(path, context)
    return str(caught.value)


def test_a_token_is_sent_and_not_printed(tmp_path):
    access = read(written(tmp_path / "k", kubeconfig({"token": "hunter2"})))
    assert access.server == "https://127.0.0.1:6443"
    assert access.headers == {"Authorization": "Bearer hunter2"}
    assert "hunter2" not in repr(access)


def test_files_are_looked_for_beside_the_kubeconfig(tmp_path):
    (tmp_path / "ca.crt").write_bytes(b"authority")
    (tmp_path / "token").write_text("from a file\n")
    config = kubeconfig({"tokenFile": "token"}, {"certificate-authority": "ca.crt"})
    access = read(written(tmp_path / "k", config))
    assert access.authority == b"authority"
    assert access.headers == {"Authorization": "Bearer from a file"}


def test_certificates_may_be_inside_of_it(tmp_path):
    encoded = base64.b64encode(b"pem").decode()
    user = {"client-certificate-data": encoded, "client-key-data": encoded}
    access = read(written(tmp_path / "k", kubeconfig(user)))
    assert (access.certificate, access.key) == (b"pem", b"pem")


def test_of_several_files_the_first_that_says_something_wins(tmp_path, monkeypatch):
    one = written(tmp_path / "1", kubeconfig({"token": "one"}, name="first"))
    two = written(tmp_path / "2", kubeconfig({"token": "two"}, name="second"))
    monkeypatch.setenv("KUBECONFIG", f"{one}:{two}")
    assert read().headers == {"Authorization": "Bearer one"}
    assert read(context="second").headers == {"Authorization": "Bearer two"}


def test_an_unknown_context_is_told_with_the_known_ones(tmp_path):
    path = written(tmp_path / "k", kubeconfig({}))
    assert refusal(path, "prod") == (
        f"{path}: there is no context 'prod'\n  write one of its contexts: admin"
    )


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert refusal(str(tmp_path / "none")) == (
        f"{tmp_path}/none: there is no kubeconfig\n"
        "  give `kubeconfig`, or set KUBECONFIG to the file of your cluster"
    )


def test_a_broken_file_is_told_without_its_text(tmp_path):
    (tmp_path / "k").write_text("token: hunter2\n  x: y")
    assert refusal(str(tmp_path / "k")) == (
        f"{tmp_path}/k: it cannot be read (ScannerError)\n  write the kubeconfig anew"
    )


def test_a_program_that_logs_in_is_run_by_the_official_client(tmp_path):
    answer = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": "from a program"},
    }
    user = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "echo",
            "args": [json.dumps(answer)],
            "interactiveMode": "Never",
        }
    }
    access = read(written(tmp_path / "k", kubeconfig(user)))
    assert access.headers == {"Authorization": "Bearer from a program"}
