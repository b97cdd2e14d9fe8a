"""Every missing or malformed input is named at once, and no value is shown."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name, passphrase in (("key", ""), ("locked", "secret words")):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return folder


@pytest.fixture
def sound(keys: Path) -> dict[str, str]:
    public = " ".join((keys / "key.pub").read_text().split()[:2])
    return {
        "PARTS": "host registry",
        "HOST_IP": "192.0.2.10",
        "HOST_USER": "admin",
        "HOST_DOMAIN": "platform.example.org",
        "HOST_KNOWN_HOSTS": f"192.0.2.10 {public}",
        "SSH_PRIVATE_KEY": (keys / "key").read_text(),
        "TZ": "Europe/Berlin",
        "HELM_REPO_REGISTRY": "registry.example.org/your-name",
        "HELM_REPO_USER": "your-name",
        "HELM_REPO_PASSWORD": "a token",
    }


def test_sound_inputs_pass(program, sound, capsys):
    assert program("preflight").main(sound) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("edit", [str.rstrip, lambda key: key.replace("\n", "\r\n")])
def test_a_key_as_people_paste_it_passes(program, sound, edit):
    sound["SSH_PRIVATE_KEY"] = edit(sound["SSH_PRIVATE_KEY"])
    assert program("preflight").main(sound) == 0


def test_everything_that_is_missing_is_named_at_once(program, tmp_path, capsys):
    summary = tmp_path / "summary"
    given = {"PARTS": "host registry", "GITHUB_STEP_SUMMARY": str(summary), "HOST_USER": " "}
    assert program("preflight").main(given) == 1
    expected = [
        "HOST_IP is missing: set it to the address of the machine",
        "HOST_USER is missing: set it to a login on it that may use sudo",
        "SSH_PRIVATE_KEY is missing: set it to ssh-keygen -t ed25519 -N '' -f key, then the "
        "file key",
        "HOST_KNOWN_HOSTS is missing: set it to ssh-keyscan <HOST_IP>, compared with the machine's",
        "HELM_REPO_REGISTRY is missing: set it to host and path of the registry, such as "
        "registry.example.org/your-name",
        "HELM_REPO_USER is missing: set it to the registry's account",
        "HELM_REPO_PASSWORD is missing: set it to a token that may push",
    ]
    lines = [f"::error title=Before anything runs::{fault}" for fault in expected]
    assert capsys.readouterr().out.splitlines() == lines
    assert summary.read_text().splitlines()[0] == (
        "### Nothing was run: inputs are missing or malformed"
    )


MALFORMED = {
    "HOST_IP": ("platform.example.org", "it is not an IP address"),
    "HOST_USER": ("Admin User", "it is not a login name"),
    "HOST_DOMAIN": ("https://example.org", "it is not a host name in lower case"),
    "HOST_KNOWN_HOSTS": (
        "192.0.2.11 ssh-ed25519 AAAA",
        "it has no line for the address in HOST_IP",
    ),
    "SSH_PRIVATE_KEY": (
        "ssh-ed25519 AAAA the public one",
        "it is not a private key as ssh-keygen writes it; paste the file with its last line",
    ),
    "TZ": ("Nowhere", "it is not the name of a time zone, such as Europe/Berlin"),
    "HELM_REPO_REGISTRY": (
        "https://registry.example.org/your-name",
        "it is not host, port and path without https://, such as registry.example.org/your-name",
    ),
    "PRODUCT_PARAMETERS": ("[node]", 'it is not a map in JSON, such as {"rule_packs": ["node"]}'),
    "CLUSTER_PARAMETERS": ('["a"]', 'it is not a map in JSON, such as {"rule_packs": ["node"]}'),
    "HELM_REPO_USER": ("your name", "it is not one word"),
    "HELM_REPO_PASSWORD": ("two\nlines", "it is not one line"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_is_named_without_its_value(program, sound, capsys, name):
    value, fault = MALFORMED[name]
    assert program("preflight").main(sound | {name: value}) == 1
    said = capsys.readouterr().out
    assert f"::error title=Before anything runs::{name} is malformed: {fault}\n" in said
    assert value not in said


def test_a_machine_that_joins_needs_an_access_of_its_own(program, sound, capsys):
    sound |= {"PARTS": "host agent", "APP_HOST_IP": "192.0.2.20", "APP_HOST_USER": "agent"}
    sound["APP_HOST_KNOWN_HOSTS"] = sound["HOST_KNOWN_HOSTS"]
    assert program("preflight").main(sound) == 1
    assert capsys.readouterr().out.splitlines() == [
        "::error title=Before anything runs::APP_HOST_KNOWN_HOSTS is malformed: it has no line for "
        "the address in APP_HOST_IP"
    ]


KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: AAAA
    server: https://192.0.2.30:6443
  name: edge
users:
- name: agent
  user:
    token: s3cret
"""
FLATTEN = "make it with: kubectl config view --raw --minify --flatten"


def test_a_kubeconfig_that_holds_all_it_needs_passes(program, capsys):
    given = {"PARTS": "cluster", "APP_HOST_KUBECONFIG": KUBECONFIG}
    assert (program("preflight").main(given), capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("kind: Config", "kind: Secret", f"it is not a kubeconfig; {FLATTEN}"),
        (
            "192.0.2.30",
            "127.0.0.1",
            "its server is an address that only its own machine reaches",
        ),
        (
            "certificate-authority-data: AAAA",
            "certificate-authority: /ca.pem",
            f"it names a file of another machine (certificate-authority); {FLATTEN}",
        ),
        (
            "token: s3cret",
            "exec: {command: login}",
            "it logs in with a program that is not here; give a ServiceAccount's token",
        ),
    ],
    ids=["no kubeconfig", "loopback", "a file", "a program"],
)
def test_a_kubeconfig_of_another_machine_is_refused(program, capsys, before, after, fault):
    given = {"PARTS": "cluster", "APP_HOST_KUBECONFIG": KUBECONFIG.replace(before, after)}
    assert program("preflight").main(given) == 1
    told = f"::error title=Before anything runs::APP_HOST_KUBECONFIG is malformed: {fault}\n"
    assert capsys.readouterr().out == told


def test_a_key_with_a_passphrase_is_refused(program, sound, keys, capsys):
    sound["SSH_PRIVATE_KEY"] = (keys / "locked").read_text()
    assert program("preflight").main(sound) == 1
    assert "SSH_PRIVATE_KEY is malformed: it has a passphrase" in capsys.readouterr().out
