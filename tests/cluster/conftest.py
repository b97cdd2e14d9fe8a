"""Fixtures of the tests on a real Kubernetes: one cluster a run, one namespace a test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from testbed.cluster import Cluster
from testbed.errors import BedError
from testbed.layout import Layout
from testbed.services_images import build_services


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The bed of this machine; it is taken down again only if it was started here."""
    bed = Cluster()
    was_there = bed.machine.holder is not None
    try:
        bed.up()
    except BedError as error:
        pytest.exit(str(error), returncode=1)
    yield bed
    if not was_there:
        bed.down()


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """A namespace of the test's own, ready for pods; deleted afterwards, without waiting."""
    name = f"test-{secrets.token_hex(4)}"
    cluster.kubectl("create", "namespace", name)
    cluster.kubectl("-n", name, "wait", "serviceaccount/default", "--for=create")
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def other() -> Iterator[Cluster]:
    """A bed beside that of the other tests, whose node may be lost."""
    made = Cluster(Layout("stratum-other", "other0", "10.236"))
    made.up()
    yield made
    made.down()


@pytest.fixture(scope="session")
def images(cluster: Cluster) -> dict[str, str]:
    """Our services' images and MinIO's, built here, by digest."""
    built = {**build_services(), "object_store": cluster.image("minio")}
    for image in built.values():
        cluster.load(image)
    return {name: image.by_digest for name, image in built.items()}


@pytest.fixture(scope="session")
def settings(images: dict[str, str]) -> dict[str, Any]:
    """What the product's parameters have no name for: the image that makes buckets and users."""
    return {"object_store": {"object_store_setup_image": images["store"]}}
