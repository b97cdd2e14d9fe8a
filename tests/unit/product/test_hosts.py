"""What Ansible is told of a place: a cluster's address, and the digest of what is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.hosts import Host, hosts
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

KUBERNETES = Path(__file__).parent / "cases" / "good_kubernetes"


@pytest.fixture
def relay(build: Callable[..., Folder]) -> Callable[[], Host]:
    """The host `relay` of a project whose role installs the chart `relay` on a cluster."""
    folder = build(KUBERNETES)
    meta = folder.collection / "roles" / "relay" / "meta" / "component.yml"
    meta.write_text(meta.read_text() + "  charts: [relay]\n")

    def read() -> Host:
        found = hosts(resolve(folder), folder, python="python3")
        return next(host for host in found if host.name == "relay")

    read.folder = folder  # type: ignore[attr-defined]
    return read


def write_chart(folder: Folder, text: str) -> None:
    chart = folder.collection / "charts" / "relay" / "Chart.yaml"
    chart.parent.mkdir(parents=True, exist_ok=True)
    chart.write_text(text)


def test_a_kubeconfig_is_looked_for_in_the_project(relay):
    environment = relay.folder.file
    environment.write_text(
        environment.read_text().replace("{context: main}", "{kubeconfig: secrets/main, context: m}")
    )

    assert relay().variables["stratum_cluster"] == {
        "kubeconfig": str(relay.folder.project / "secrets" / "main"),
        "context": "m",
    }


def test_what_refers_to_outputs_and_secrets_is_known_later_than_the_rest(relay):
    assert "relay_port" in relay().variables
    assert relay().late == ("relay_settings",)
    assert "relay_settings" not in relay().variables


def test_the_logins_of_registries_are_known_when_their_passwords_are(relay):
    environment = relay.folder.file
    login = "{own.example.org: {user: a, password: {secret: relay.token}}}"
    environment.write_text(f"{environment.read_text()}registries: {login}\n")

    assert relay().late == ("relay_settings", "stratum_registries")
    assert "stratum_registries" not in relay().variables


def test_another_chart_is_another_input(relay):
    write_chart(relay.folder, "version: 1.0.0")
    before = relay().variables["stratum_role_digest"]
    write_chart(relay.folder, "version: 1.0.1")

    assert relay().variables["stratum_role_digest"] != before


@pytest.mark.parametrize("place", ["files/relay.yml", "files"])
def test_another_content_of_a_named_file_is_another_input(relay, place):
    meta = relay.folder.collection / "roles" / "relay" / "meta" / "component.yml"
    meta.write_text(meta.read_text() + "  files: [relay_settings]\n")
    product = relay.folder.project / "products" / "sample" / "product.yml.j2"
    settings = "relay_settings: {list: [{output: store.bucket}], key: {secret: relay.token}}"
    named = f"relay_settings: {{manifest: {place}}}"
    product.write_text(product.read_text().replace(settings, named))
    file = relay.folder.project / "files" / "relay.yml"
    file.parent.mkdir()
    file.write_text("a")
    before = relay().variables["stratum_role_digest"]
    file.write_text("b")

    assert relay().variables["stratum_role_digest"] != before
