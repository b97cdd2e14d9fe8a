"""Pushes, merge requests and deployments of GitLab that differ from the golden ones."""

from __future__ import annotations

import pytest

from stratum.events import parse


def test_push_of_more_commits_than_listed_has_no_first_parent(wrap, body_of):
    body = body_of("gitlab-push") | {"total_commits_count": 25}
    commits = parse(wrap("gitlab", "push", body)).commits
    assert [commit.parent for commit in commits] == ["", commits[0].sha]


def test_commits_listed_newest_first_are_turned_round(wrap, body_of):
    body = body_of("gitlab-push")
    expected = parse(wrap("gitlab", "push", body)).commits
    body["commits"].reverse()
    assert parse(wrap("gitlab", "push", body)).commits == expected


def test_deleted_branch_yields_no_commits(wrap, body_of):
    body = body_of("gitlab-push") | {"after": "0" * 40}
    assert parse(wrap("gitlab", "push", body)).commits == ()


def test_time_of_a_push_is_not_later_than_its_arrival(wrap, body_of):
    body = body_of("gitlab-push")
    body["commits"][1]["timestamp"] = "2099-01-01T00:00:00Z"
    envelope = wrap("gitlab", "push", body)
    assert parse(envelope).commits[0].pushed_at == envelope.received_at


def test_later_edit_of_a_merged_request_does_not_move_its_merge(wrap, body_of):
    body = body_of("gitlab-merge_request")
    body["object_attributes"]["action"] = "update"
    assert parse(wrap("gitlab", "merge_request", body)).changes == ()


def test_fast_forward_merge_has_the_head_as_merge_commit(wrap, body_of):
    body = body_of("gitlab-merge_request")
    body["object_attributes"]["merge_commit_sha"] = None
    change = parse(wrap("gitlab", "merge_request", body)).changes[0]
    assert change.merge_commit == change.head_sha


@pytest.mark.parametrize("status", ["blocked", "approved", "rejected", "created"])
def test_deployment_that_did_not_begin_is_only_raw(status, wrap, body_of):
    parsed = parse(wrap("gitlab", "deployment", body_of("gitlab-deployment") | {"status": status}))
    assert (len(parsed.deployments_raw), parsed.deployments) == (1, ())


@pytest.mark.parametrize(
    ("environment", "tier", "name"),
    [
        ("eu/prod-1", "production", "production"),
        ("stg", "staging", "staging"),
        ("review/synonyms", "development", "review/synonyms"),
    ],
)
def test_environment_of_the_production_tier_is_production(environment, tier, name, wrap, body_of):
    body = body_of("gitlab-deployment") | {"environment": environment, "environment_tier": tier}
    assert parse(wrap("gitlab", "deployment", body)).deployments[0].environment == name


def test_group_epic_is_no_incident(wrap, body_of):
    body = body_of("gitlab-work_item")
    del body["project"]
    assert parse(wrap("gitlab", "work_item", body)).incidents == ()


def test_issue_with_an_incident_label_is_an_incident(wrap, body_of):
    body = body_of("gitlab-work_item") | {"labels": [{"title": "incident::sev1"}]}
    body["object_attributes"]["type"] = "Issue"
    assert len(parse(wrap("gitlab", "issue", body)).incidents) == 1
