"""An event that cannot be read says where and what was expected."""

from __future__ import annotations

import pytest

from stratum.events import EventError, parse


@pytest.mark.parametrize(
    ("case", "path", "value", "message"),
    [
        pytest.param(
            "github-push",
            ["repository", "name"],
            7,
            "github push: $.repository.name: Expected `str`, got `int`",
            id="wrong-type",
        ),
        pytest.param(
            "github-push",
            ["commits", 1, "timestamp"],
            "yesterday",
            "github push: $.commits[1].timestamp: expected a time such as 2026-11-21T12:00:00Z",
            id="no-time",
        ),
        pytest.param(
            "github-issues",
            ["issue", "state"],
            "gone",
            "github issues: $.issue.state: Invalid enum value 'gone'",
            id="unknown-state",
        ),
        pytest.param(
            "gitlab-deployment",
            ["status_changed_at"],
            "9999-12-31 23:59:59 UTC",
            "gitlab deployment: $.status_changed_at: expected a time such as 2026-11-21T12:00:00Z",
            id="time-no-column-holds",
        ),
        pytest.param(
            "argocd-deployment",
            ["phase"],
            None,
            "argocd deployment: $.phase: Expected `str`, got `null`",
            id="null",
        ),
    ],
)
def test_error_names_the_field(case, path, value, message, wrap, body_of):
    source, _, kind = case.partition("-")
    body = body_of(case)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(EventError) as caught:
        parse(wrap(source, kind, body))
    assert str(caught.value) == message


def test_gitlab_deployment_without_any_hash_is_an_error(wrap, body_of):
    body = body_of("gitlab-deployment") | {"commit_url": None, "short_sha": None}
    with pytest.raises(EventError) as caught:
        parse(wrap("gitlab", "deployment", body))
    assert str(caught.value) == (
        "gitlab deployment: $.commit_url: expected an address that ends in /commit/<sha>"
    )


def test_body_that_is_no_json_is_an_error(wrap):
    with pytest.raises(EventError) as caught:
        parse(wrap("github", "push", '{"ref":'))
    assert str(caught.value) == ("github push: $: expected JSON: Input data was truncated")


def test_unknown_source_is_an_error(wrap):
    with pytest.raises(EventError) as caught:
        parse(wrap("jenkins", "build", {}))
    assert str(caught.value) == "jenkins build: source: expected one of argocd, github, gitlab"


@pytest.mark.parametrize(
    ("source", "kind"),
    [("github", "workflow_run"), ("github", "release"), ("gitlab", "pipeline"), ("gitlab", "note")],
)
def test_event_of_no_interest_yields_no_rows(source, kind, wrap):
    parsed = parse(wrap(source, kind, {"anything": 1}))
    assert parsed == type(parsed)()
