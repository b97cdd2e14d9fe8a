"""Versions of K3s, and the steps between them."""

from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.k3s.version import (
    Version,
    parse,
    step_problem,
)


def version(text: str) -> Version:
    found = parse(text)
    assert found
    return found


def test_a_version_is_found_in_what_the_program_says():
    assert parse("k3s version v1.36.4+k3s1 (4dedb15b)\ngo version go1.26") == Version(1, 36, 4, 1)


@pytest.mark.parametrize("text", ["", "1.36.4", "v1.36.4", "v1.36.4-k3s1"])
def test_what_is_no_version_is_none(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    "wanted", ["v1.35.9+k3s1", "v1.35.9+k3s2", "v1.35.10+k3s1", "v1.36.0+k3s1"]
)
def test_the_same_a_newer_patch_and_the_next_minor_version_are_allowed(wanted):
    assert step_problem(version("v1.35.9+k3s1"), version(wanted)) == ""


def test_a_skipped_minor_version_is_refused():
    assert step_problem(version("v1.34.1+k3s1"), version("v1.36.0+k3s1")) == (
        "k3s_version is v1.36.0+k3s1, but v1.34.1+k3s1 runs here: Kubernetes takes one minor "
        "version at a time; install a v1.35 first"
    )


@pytest.mark.parametrize("wanted", ["v1.35.9+k3s1", "v1.36.3+k3s1", "v1.36.4+k3s1"])
def test_an_older_version_is_refused(wanted):
    assert step_problem(version("v1.36.4+k3s2"), version(wanted)) == (
        f"k3s_version is {wanted}, but v1.36.4+k3s2 runs here: Kubernetes cannot go back; "
        "give v1.36.4+k3s2 or a newer one, or restore a snapshot on a fresh machine"
    )
