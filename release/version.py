"""The version of what is built from a commit: that of a tag, else the commit is a part of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from release.tree import Checkout


@dataclass(frozen=True)
class Built:
    """What labels, tags and locks say of a build."""

    version: str
    commit: str
    tag: str
    repository: str


def of_commit(checkout: Checkout, values: Mapping[str, str] = os.environ) -> Built:
    """The version `1.0.0` of the tag v1.0.0, else `1.0.0-g` with the commit's first 12 digits.

    The `g` keeps it a version for helm, whatever digits follow. TAG names the tag; the repository
    is that of the fork where a workflow says it.
    """
    galaxy = yaml.safe_load(Path(checkout.root / "galaxy.yml").read_text("utf-8"))
    commit, tag = checkout.commit, values.get("TAG", "")
    number = str(galaxy["version"])
    if tag:
        version = tag.removeprefix("v")
    else:
        version, tag = f"{number}-g{commit[:12]}", f"g{commit[:12]}"
    server, name = values.get("GITHUB_SERVER_URL"), values.get("GITHUB_REPOSITORY")
    repository = f"{server}/{name}" if server and name else str(galaxy["repository"])
    return Built(version, commit, tag, repository)
