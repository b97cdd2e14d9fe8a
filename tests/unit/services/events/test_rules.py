"""The small rules: names, times, image tags, what an incident's text says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stratum.events.images import choose_image, commit_of, tag_of
from stratum.events.incidents import deployment_ref, is_incident, named
from stratum.events.names import environment_name, repository_name, split_environment
from stratum.events.times import read_time, version_of

SHA = "3f9a2bc0aa113f9a2bc0aa113f9a2bc0aa113f9a"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:00:00Z",
        "2026-11-20T11:00:00+01:00",
        "2026-11-20 12:00:00 +0200",
        "2026-11-20 10:00:00 UTC",
        "2026-11-20 10:00:00",
        1795168800,
    ],
)
def test_every_form_of_a_time_is_read_as_utc(text):
    assert read_time("x", "$", text) == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_version_orders_by_time_before_rank():
    early = datetime(2026, 11, 20, 10, tzinfo=UTC)
    late = datetime(2026, 11, 20, 10, 0, 0, 1000, tzinfo=UTC)
    assert version_of(early, 0) < version_of(early, 9) < version_of(late, 0)


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/harbour/checkout",
        "https://GitHub.com/harbour/checkout.git",
        "git@github.com:harbour/checkout.git",
        "ssh://git@github.com:22/harbour/checkout.git",
        "https://user:secret@github.com/harbour/checkout/",
        "github.com/harbour/checkout",
    ],
)
def test_one_repository_has_one_name(address):
    assert repository_name(address) == "github.com/harbour/checkout"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("checkout-prod", ("checkout", "production")),
        ("checkout-api-stg", ("checkout-api", "staging")),
        ("checkout", ("checkout", "")),
        ("prod", ("prod", "")),
        ("checkout-blue", ("checkout-blue", "")),
    ],
)
def test_environment_suffix_is_split_off(name, parts):
    assert split_environment(name) == parts


def test_unusual_environment_keeps_its_name():
    assert environment_name(" Canary-EU ") == "canary-eu"


@pytest.mark.parametrize(
    ("image", "sha"),
    [
        (f"ghcr.io/harbour/checkout:{SHA}", SHA),
        ("ghcr.io/harbour/checkout:sha-3f9a2bc", "3f9a2bc"),
        ("registry:5000/checkout:1.4.2-3f9a2bc0aa11", "3f9a2bc0aa11"),
        ("checkout:v1.4.2-12-g3f9a2bc", "3f9a2bc"),
        ("checkout:sha-1234567", "1234567"),
        ("checkout:20261120", ""),
        ("checkout:1.4.2", ""),
        (f"checkout@sha256:{'a' * 64}", ""),
        ("registry:5000/checkout", ""),
    ],
)
def test_commit_is_read_from_the_tag(image, sha):
    assert commit_of(image) == sha


def test_tag_is_found_before_a_digest():
    assert tag_of(f"registry:5000/checkout:1.4.2@sha256:{'a' * 64}") == "1.4.2"


@pytest.mark.parametrize(
    ("images", "chosen"),
    [
        (["envoy:1.30", "x/checkout:2"], "x/checkout:2"),
        (["envoy:1.30", "x/app:sha-3f9a2bc"], "x/app:sha-3f9a2bc"),
        (["envoy:1.30", "x/app:2"], "envoy:1.30"),
        ([], ""),
    ],
)
def test_image_of_the_service_is_preferred(images, chosen):
    assert choose_image(images, "checkout") == chosen


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        (f"Caused by {SHA}", SHA),
        ("root cause: `3f9a2bc`.", "3f9a2bc"),
        ("It broke.\nDeployment: 47013.", "47013"),
        ("deployment: https://argocd.example/x/abc-20261120T090000Z", "abc-20261120T090000Z"),
        (f"caused by https://github.com/harbour/checkout/commit/{SHA}", SHA),
        ("Deployment: failed again", ""),
        ("caused by a cable", ""),
    ],
)
def test_cause_is_read_from_the_text(text, ref):
    assert deployment_ref(text) == ref


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("incident", True),
        ("Incident::sev1", True),
        ("type: incident", True),
        ("incidental", False),
        ("no incident", False),
    ],
)
def test_incident_label(label, answer):
    assert is_incident([label]) is answer


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Oh.\r\n**Service:** checkout", []),
        ("service: `checkout`", ["service:other"]),
        ("nothing", ["service::checkout"]),
        ("", ["service/checkout"]),
    ],
)
def test_service_is_named_in_the_text_or_by_a_label(text, labels):
    assert named("service", text, labels) == "checkout"
