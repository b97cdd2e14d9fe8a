"""Charts in a registry, pushed by helm; and what is said where the registry lets nobody in."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest
import yaml
from registry_server import RegistryServer
from release import charts, images
from release.registry import Registry, signed_in
from release.summary import failed
from release.tree import ReleaseError
from release.version import Built

ROOT = Path(__file__).resolve().parents[3]
BUILT = Built("1.0.0-g0123456789ab", "0" * 40, "g0123456789ab", "https://github.com/fork/stratum")
DIGESTS = {name: f"sha256:{number:064x}" for number, name in enumerate(images.NAMES)}
LOGIN = ["helm", "registry", "login", "--plain-http"]


def chart_of(server: RegistryServer, name: str) -> dict[str, str]:
    """The texts of a pushed chart's files."""
    manifest = json.loads(server.manifests[f"fork/charts/{name}", BUILT.version])
    with tarfile.open(fileobj=io.BytesIO(server.blobs[manifest["layers"][0]["digest"]])) as archive:
        members = [member for member in archive if member.isfile()]
        return {member.name: archive.extractfile(member).read().decode() for member in members}


@pytest.mark.usefixtures("helm")
def test_all_charts_are_pushed_by_digest_with_the_images_of_the_commit(server):
    registry = Registry(f"{server.host}/fork", "me", "s3cret")
    found = charts.push(registry, BUILT, DIGESTS, ROOT, plain=True)
    assert set(found) == {path.parent.name for path in ROOT.glob("charts/*/Chart.yaml")}
    for name, digest in found.items():
        manifest = server.manifests[f"fork/charts/{name}", BUILT.version]
        assert digest == f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    files = chart_of(server, "collector")
    assert yaml.safe_load(files["collector/Chart.yaml"])["appVersion"] == BUILT.version
    image = yaml.safe_load(files["collector/values.yaml"])["image"]
    assert image["repository"] == f"{server.host}/fork/collector"
    assert image["digest"] == DIGESTS["collector"]


@pytest.fixture
def docker() -> None:
    """Docker's client, which signs in by itself; its daemon is not needed."""
    if not shutil.which("docker"):
        pytest.skip("NOT TESTED WITH DOCKER: its client is not on the path")


def push_charts(registry: Registry) -> None:
    charts.push(registry, BUILT, DIGESTS, ROOT, plain=True)


def push_images(registry: Registry) -> None:
    images.push(registry, BUILT, "linux/amd64", ROOT)


@pytest.mark.parametrize(
    ("program", "push"), [("helm", push_charts), ("docker", push_images)], ids=["helm", "docker"]
)
def test_a_wrong_password_is_the_first_line_of_the_summary(
    server, tmp_path, monkeypatch, capsys, request, program, push
):
    request.getfixturevalue(program)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    with pytest.raises(ReleaseError) as caught:
        push(Registry(f"{server.host}/fork", "me", "wrong-one"))
    assert failed("Nothing was pushed", caught.value) == 1
    line = (tmp_path / "summary").read_text().splitlines()[0]
    assert line.startswith(
        f"### Nothing was pushed: the registry {server.host} does not let HELM_REPO_USER in "
        "with HELM_REPO_PASSWORD: "
    )
    assert "401" in line
    assert "wrong-one" not in line + capsys.readouterr().err
    assert server.manifests == {}


@pytest.mark.usefixtures("helm")
def test_what_is_remembered_of_the_password_is_gone_afterwards(server):
    registry = Registry(f"{server.host}/fork", "me", "s3cret")
    with signed_in(registry, LOGIN) as variables:
        settings = Path(variables["HELM_REGISTRY_CONFIG"])
        assert server.host in settings.read_text()
        assert settings.stat().st_mode & 0o077 == 0
    assert not settings.parent.exists()
