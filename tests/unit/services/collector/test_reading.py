from __future__ import annotations

import hashlib

import pytest

from stratum.collector.reading import Event, Unreadable, kept_headers, read_event

ARGOCD = b'{"uid":"u","finished_at":"2026-11-21T12:00:00Z","phase":"Succeeded"}'
DIGEST_OF_EMPTY_OBJECT = f"sha256:{hashlib.sha256(b'{}').hexdigest()}"


@pytest.mark.parametrize(
    ("source", "headers", "body", "event"),
    [
        (
            "github",
            {"x-github-event": "deployment_status", "x-github-delivery": "d"},
            b"{}",
            Event("deployment_status", "d", "{}"),
        ),
        (
            "gitlab",
            {"idempotency-key": "i", "webhook-id": "w", "x-gitlab-event-uuid": "e"},
            b'{"object_kind":"push"}',
            Event("push", "i", '{"object_kind":"push"}'),
        ),
        (
            "gitlab",
            {"x-gitlab-event-uuid": "e"},
            b'{"object_kind":"push"}',
            Event("push", "e", '{"object_kind":"push"}'),
        ),
        (
            "argocd",
            {},
            ARGOCD,
            Event("deployment", "u:2026-11-21T12:00:00Z:Succeeded", ARGOCD.decode()),
        ),
        ("argocd", {}, b"{}", Event("deployment", DIGEST_OF_EMPTY_OBJECT, "{}")),
    ],
    ids=["github", "gitlab", "gitlab by event", "argocd", "by content"],
)
def test_an_event_has_a_kind_and_a_delivery(source, headers, body, event):
    assert read_event(source, headers, body) == event


@pytest.mark.parametrize(
    ("source", "headers", "body", "reason"),
    [
        ("github", {"x-github-event": "pusch"}, b"{}", "'pusch' is not an event of GitHub"),
        ("github", {}, b"{}", "there is no X-GitHub-Event header"),
        ("gitlab", {}, b"{}", "the body has no object_kind"),
        ("gitlab", {}, b'{"object_kind":"x"}', "'x' is not an event of GitLab"),
        ("argocd", {}, b"[]", "the body is JSON, but not an object"),
        ("argocd", {}, b"{\xff", "the body is not UTF-8 at byte 1"),
        ("argocd", {}, b"{", "the body is not JSON: Input data was truncated"),
        (
            "github",
            {"content-type": "application/x-www-form-urlencoded", "x-github-event": "push"},
            b"payload=%7B%7D",
            "the body is form-encoded: set the webhook's content type to application/json",
        ),
    ],
)
def test_what_is_no_event_has_a_reason(source, headers, body, reason):
    found = read_event(source, headers | {"x-github-delivery": "d", "webhook-id": "d"}, body)

    assert isinstance(found, Unreadable)
    assert found.reason == reason


def test_a_body_too_deep_to_read_is_a_dead_letter():
    assert isinstance(read_event("argocd", {}, b"[" * 100_000), Unreadable)


def test_headers_with_credentials_are_not_kept():
    headers = {
        "authorization": "Bearer x",
        "x-gitlab-token": "x",
        "x-hub-signature-256": "x",
        "webhook-signature": "x",
        "cookie": "x",
        "x-gitlab-event": "Push Hook",
    }

    assert kept_headers(headers) == {"x-gitlab-event": "Push Hook"}
