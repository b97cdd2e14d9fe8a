"""Versions of K3s, and which step from one to another is allowed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

PATTERN = re.compile(r"v(\d+)\.(\d+)\.(\d+)\+k3s(\d+)")


@dataclass(frozen=True, order=True)
class Version:
    """`v1.36.4+k3s1`: Kubernetes' own version, then K3s' build of it."""

    major: int
    minor: int
    patch: int
    build: int

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}.{self.patch}+k3s{self.build}"


def parse(text: str) -> Version | None:
    """The version in a text such as `k3s version v1.36.4+k3s1 (4dedb15b)`; None without one."""
    found = PATTERN.search(text)
    return Version(*map(int, found.groups())) if found else None


def step_problem(before: Version, wanted: Version) -> str:
    """Why a cluster must not go from one version to the other; empty where it may."""
    if wanted < before:
        return (
            f"k3s_version is {wanted}, but {before} runs here: Kubernetes cannot go back; "
            f"give {before} or a newer one, or restore a snapshot on a fresh machine"
        )
    if wanted.major != before.major or wanted.minor > before.minor + 1:
        following = f"v{before.major}.{before.minor + 1}"
        return (
            f"k3s_version is {wanted}, but {before} runs here: Kubernetes takes one minor version "
            f"at a time; install a {following} first"
        )
    return ""
