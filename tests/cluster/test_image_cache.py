"""Images are built once for equal inputs, and named by version and by digest."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from testbed import images
from testbed.errors import BedError
from testbed.images import Image


@pytest.fixture
def context(cluster, tmp_path: Path) -> Path:
    """A folder with a Dockerfile; the cluster is asked for so that buildah and the base exist."""
    (tmp_path / "word").write_text("first")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY word /word\n")
    return tmp_path


@pytest.fixture
def built(context: Path) -> Iterator[list[Image]]:
    made: list[Image] = []
    yield made
    for image in made:
        for path in (image.archive, image.archive.with_suffix(".digest")):
            path.unlink(missing_ok=True)


def build(context: Path, built: list[Image]) -> Image:
    image = images.build("test-word", context, context / "Dockerfile", version=context.name)
    built.append(image)
    return image


def test_equal_inputs_are_built_once(context, built):
    first = build(context, built)
    made = first.archive.stat()
    assert build(context, built) == first
    assert first.archive.stat() == made


def test_a_changed_file_makes_another_image(context, built):
    first = build(context, built)
    (context / "word").write_text("second")
    second = build(context, built)
    assert (first.digest == second.digest, first.archive == second.archive) == (False, False)


def test_the_archive_names_the_image_by_version_and_by_digest(context, built):
    image = build(context, built)
    with tarfile.open(image.archive) as archive:
        index = json.load(archive.extractfile("index.json"))
    names = [each["annotations"]["io.containerd.image.name"] for each in index["manifests"]]
    assert names == [
        f"localhost/stratum/test-word:{context.name}",
        f"localhost/stratum/test-word@{index['manifests'][0]['digest']}",
    ]


def test_an_unknown_image_is_refused_with_those_that_exist():
    with pytest.raises(BedError) as refused:
        images.named("grafana")
    assert str(refused.value) == (
        "The test bed has no image grafana.\nIt has: alertmanager, base, caddy,"
        " cert-manager-cainjector, cert-manager-controller, cert-manager-webhook, coredns, kwok,"
        " local-path-provisioner, loki, mariadb, mariadb-before, metrics-server, minio,"
        " node-exporter, pause, prometheus, stand-in, traefik"
    )
