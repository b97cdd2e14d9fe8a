"""The images of our services as archives: who runs in them, what they say of themselves."""

from __future__ import annotations

import json
import tarfile
from typing import Any

import pytest

from testbed import services_images
from testbed.images import Image


@pytest.fixture(scope="module")
def built() -> dict[str, Image]:
    return services_images.build_services()


def config_of(image: Image) -> dict[str, Any]:
    with tarfile.open(image.archive) as archive:

        def blob(digest: str) -> Any:
            member = archive.extractfile(f"blobs/{digest.replace(':', '/')}")
            assert member is not None
            return json.load(member)

        config = blob(blob(image.digest)["config"]["digest"])["config"]
    assert isinstance(config, dict)
    return config


@pytest.mark.parametrize("name", services_images.NAMES)
def test_it_runs_its_own_program_as_a_user_without_rights(
    built: dict[str, Image], name: str
) -> None:
    config = config_of(built[name])
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == [f"stratum-{name}"]


@pytest.mark.parametrize("name", services_images.NAMES)
def test_it_says_of_which_version_and_commit_it_is(built: dict[str, Image], name: str) -> None:
    labels = config_of(built[name])["Labels"]
    kept = {key.removeprefix("org.opencontainers.image."): labels[key] for key in labels}
    assert {key: kept[key] for key in ("title", "version", "revision", "source", "licenses")} == {
        "title": f"stratum-{name}",
        "version": services_images.version(),
        "revision": services_images.revision(),
        "source": "https://github.com/stratum-platform/stratum",
        "licenses": "GPL-3.0-or-later",
    }


def test_no_requirement_is_asked_for_by_the_projects_own_name() -> None:
    """The index has another project of a like name: it must never be what is installed."""
    asked = services_images.requirements()
    assert asked
    assert [line for line in asked if "stratum" in line or line.startswith("services")] == []
