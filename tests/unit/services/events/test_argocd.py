"""What counts as a deployment among Argo CD's syncs."""

from __future__ import annotations

import pytest

from stratum.events import parse


@pytest.fixture
def notify(wrap, body_of):
    """Parse the fixture's notification with some keys changed."""

    def build(**changes):
        return parse(wrap("argocd", "deployment", body_of("argocd-deployment") | changes))

    return build


def entry(number, revision, hour):
    at = f"2026-11-20T{hour:02d}:00"
    return {
        "id": number,
        "revision": revision * 40,
        "source": "s",
        "started_at": f"{at}:00Z",
        "deployed_at": f"{at}:40Z",
    }


def test_self_heal_is_kept_raw_but_is_no_deployment(notify):
    parsed = notify(selective=True)
    assert (len(parsed.deployments_raw), len(parsed.deployments)) == (1, 0)


def test_dry_run_is_no_deployment(notify):
    assert notify(dry_run=True).deployments == ()


def test_repeated_sync_of_the_same_state_is_the_first_deployment_again(notify):
    first = notify().deployments[0]
    repeated = notify(
        started_at="2026-11-20T15:00:00Z",
        finished_at="2026-11-20T15:00:05Z",
        sent_at="2026-11-20T15:00:09.000Z",
        history=[entry(3, "3", 9), entry(4, "3", 15)],
    ).deployments[0]
    assert (repeated.id, repeated.started_at, repeated.finished_at) == (
        first.id,
        first.started_at,
        first.finished_at,
    )
    assert repeated.version < first.version


def test_return_to_an_earlier_revision_is_a_new_deployment_and_a_rollback(notify):
    back = notify(
        revision="1" * 40,
        started_at="2026-11-20T11:00:00Z",
        history=[entry(1, "1", 7), entry(2, "2", 8), entry(3, "1", 11)],
    ).deployments[0]
    assert back.kind == "rollback"
    assert back.id.endswith("-20261120T110000Z")


def test_failed_return_to_an_earlier_revision_is_a_rollback(notify):
    history = [entry(1, "1", 7), entry(2, "2", 8)]
    failed = notify(phase="Failed", revision="1" * 40, history=history).deployments[0]
    assert (failed.kind, failed.result) == ("rollback", "failure")


def test_operation_can_say_that_it_is_a_hotfix(notify):
    assert notify(kind="hotfix").deployments[0].kind == "hotfix"


@pytest.mark.parametrize(
    ("phase", "health", "message", "result"),
    [
        ("Succeeded", "Healthy", "", "success"),
        ("Succeeded", "Degraded", "", "failure"),
        ("Succeeded", "Progressing", "", "running"),
        ("Failed", "Healthy", "", "failure"),
        ("Error", "Healthy", "", "failure"),
        ("Failed", "Healthy", "Operation terminated", "cancelled"),
        ("Running", "Healthy", "", "running"),
    ],
)
def test_result_is_the_phase_and_then_the_health(notify, phase, health, message, result):
    changes = {"phase": phase, "health": health, "message": message}
    assert notify(**changes).deployments[0].result == result


def test_all_notifications_of_one_operation_have_one_id(notify):
    ids = {
        notify(phase="Running", finished_at="", history=[]).deployments[0].id,
        notify().deployments[0].id,
        notify(health="Degraded").deployments[0].id,
    }
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"app": "checkout-prod"}, ("checkout", "production"), id="suffix"),
        pytest.param(
            {"app": "checkout", "namespace": "shop-stg"}, ("checkout", "staging"), id="namespace"
        ),
        pytest.param(
            {"app": "checkout", "namespace": "production"}, ("checkout", "production"), id="whole"
        ),
        pytest.param(
            {"app": "guestbook", "namespace": "default"}, ("guestbook", "unknown"), id="unknown"
        ),
        pytest.param(
            {"service": "till", "environment": "live"}, ("till", "production"), id="annotated"
        ),
    ],
)
def test_service_and_environment_follow_the_written_rule(notify, changes, expected):
    row = notify(**changes).deployments[0]
    assert (row.service, row.environment) == expected


def test_without_a_hash_in_the_tag_the_revision_is_the_commit(notify):
    row = notify(images=["harbour/checkout:4.3.0"], repository="").deployments[0]
    assert (row.commit, row.repository, row.release) == (
        "3" * 40,
        "github.com/harbour/deploy",
        "4.3.0",
    )


def test_chart_version_is_a_release_but_no_commit(notify):
    row = notify(images=[], revision="1.2.3").deployments[0]
    assert (row.commit, row.release) == ("", "1.2.3")
