"""Pushes, deployments and issues of GitHub that differ from the golden ones."""

from __future__ import annotations

import pytest

from stratum.events import parse


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"deleted": True, "commits": []}, id="deleted-branch"),
        pytest.param({"ref": "refs/tags/v1.0.0"}, id="tag"),
    ],
)
def test_push_without_a_branch_yields_no_commits(changes, wrap, body_of):
    assert parse(wrap("github", "push", body_of("github-push") | changes)).commits == ()


@pytest.mark.parametrize("key", ["forced", "created"])
def test_first_commit_of_a_rewritten_branch_has_no_known_parent(key, wrap, body_of):
    commits = parse(wrap("github", "push", body_of("github-push") | {key: True})).commits
    assert [commit.parent for commit in commits] == ["", commits[0].sha]


def test_push_without_a_time_takes_the_newest_commits(wrap, body_of):
    body = body_of("github-push")
    del body["repository"]["pushed_at"]
    commits = parse(wrap("github", "push", body)).commits
    assert commits[0].pushed_at == commits[1].authored_at


def test_inactive_deployment_is_only_raw(wrap, body_of):
    body = body_of("github-deployment_status")
    body["deployment_status"]["state"] = "inactive"
    parsed = parse(wrap("github", "deployment_status", body))
    assert (len(parsed.deployments_raw), parsed.deployments) == (1, ())


def test_end_wins_over_start_within_one_second(wrap, body_of):
    body = body_of("github-deployment_status")
    end = parse(wrap("github", "deployment_status", body)).deployments[0]
    body["deployment_status"]["state"] = "in_progress"
    start = parse(wrap("github", "deployment_status", body)).deployments[0]
    assert start.version < end.version


def test_payload_may_be_json_in_text(wrap, body_of):
    body = body_of("github-deployment")
    body["deployment"]["payload"] = '{"service": "sign-in", "kind": "hotfix"}'
    row = parse(wrap("github", "deployment", body)).deployments[0]
    assert (row.service, row.kind) == ("sign-in", "hotfix")


def test_hotfix_branch_makes_a_hotfix(wrap, body_of):
    body = body_of("github-deployment")
    body["deployment"] |= {"ref": "hotfix/totals", "task": "deploy", "payload": ""}
    assert parse(wrap("github", "deployment", body)).deployments[0].kind == "hotfix"


def test_closed_without_merge_is_closed_and_has_no_merge_commit(wrap, body_of):
    body = body_of("github-pull_request")
    body["pull_request"] |= {"merged": False, "merged_at": None}
    change = parse(wrap("github", "pull_request", body)).changes[0]
    assert (change.state, change.merged_at, change.merge_commit) == ("closed", None, "")


def test_issue_without_the_label_is_no_incident(wrap, body_of):
    body = body_of("github-issues")
    body["issue"]["labels"] = [{"name": "bug"}]
    assert parse(wrap("github", "issues", body)).incidents == ()


def test_reopened_incident_is_open_again(wrap, body_of):
    body = body_of("github-issues") | {"action": "reopened"}
    body["issue"] |= {"state": "open", "closed_at": None, "updated_at": "2026-11-20T14:00:00Z"}
    incident = parse(wrap("github", "issues", body)).incidents[0]
    assert (incident.state, incident.resolved_at) == ("open", None)
