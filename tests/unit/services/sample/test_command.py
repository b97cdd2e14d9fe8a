"""The three commands, against a real HTTP server."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from stratum.sample.command import app

UNTIL = "2026-11-20T15:30:00Z"


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_send_prints_one_summary_and_a_rerun_sends_nothing(run, server, secrets_dir, tmp_path):
    words = ["send", "--collector", server.url, "--secrets-dir", secrets_dir, "--until", UNTIL]
    words += ["--state", tmp_path / "sample.json"]
    first = run(*words)
    amount = len(server.requests)
    summary = json.loads(first.stdout)
    assert (first.exit_code, summary["sent"], summary["accepted"]) == (0, amount, amount)
    assert set(summary["expected"]) == {"deployments", "commits", "changes", "incidents"}
    again = run(*words[:-4], "--state", tmp_path / "sample.json")
    assert (again.exit_code, len(server.requests)) == (0, amount)
    assert "already sent: the quarter up to 2026-11-20T15:30:00+00:00, seed 1" in again.stderr
    assert json.loads(again.stdout) == summary | {"sent": 0, "accepted": 0}


def test_interrupted_send_is_told_again_with_the_same_end(run, server, secrets_dir, tmp_path):
    words = ["send", "--collector", server.url, "--secrets-dir", secrets_dir]
    state = ["--state", tmp_path / "sample.json"]
    server.answer = lambda _request: (400, {}, b"")
    assert run(*words, *state, "--until", UNTIL).exit_code == 1
    server.answer = lambda _request: (202, {}, b'{"status":"accepted"}')
    summary = json.loads(run(*words, *state).stdout)
    assert summary["until"] == UNTIL


def test_state_of_another_story_is_refused(run, server, secrets_dir, tmp_path):
    path = tmp_path / "sample.json"
    path.write_text(json.dumps({"until": UNTIL, "seed": 1}), encoding="utf-8")
    words = ["send", "--collector", server.url, "--secrets-dir", secrets_dir, "--state", path]
    result = run(*words, "--seed", 2)
    assert (result.exit_code, result.stderr) == (
        1,
        f"stratum-sample: {path}: another sample was begun here: until 2026-11-20T15:30:00+00:00, "
        "seed 1; leave --until away and repeat the seed, or give another --state\n",
    )


def test_unreadable_time_is_refused(run, secrets_dir):
    words = ["send", "--collector", "http://x", "--secrets-dir", secrets_dir, "--until", "noon"]
    result = run(*words)
    assert (result.exit_code, result.stderr) == (
        1,
        "stratum-sample: --until: 'noon' is no time; for example 2026-11-21T12:00:00Z\n",
    )


def test_wait_ends_when_every_service_is_complete(run, server, tmp_path):
    token = tmp_path / "token"
    token.write_text("t-1", encoding="utf-8")
    token.chmod(0o600)
    server.answer = lambda _request: (200, {}, b'{"items":[],"next":null,"total":900}')
    words = ["wait", "--console", server.url, "--until", UNTIL, "--token-file", token]
    result = run(*words)
    assert result.exit_code == 0
    queries = [parse_qs(urlsplit(request.path).query) for request in server.requests]
    assert {query["service"][0] for query in queries} == {
        "accounts",
        "catalogue",
        "checkout",
        "search",
    }
    assert {query["environment"][0] for query in queries} == {"*"}
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer t-1"}


def test_wait_says_what_lacks_when_its_time_is_over(run, server):
    server.answer = lambda request: (
        200,
        {},
        b'{"total":0}' if "service=search" in request.path else b'{"total":900}',
    )
    result = run("wait", "--console", server.url, "--until", UNTIL, "--timeout", 0)
    assert result.exit_code == 1
    assert "not all of the sample is visible after 0 s: search 0 of " in result.stderr


def test_show_prints_the_five_metrics(run, server):
    metric = {"value": 0.125, "unit": "ratio", "level": "medium", "n": 40, "reason": None}
    names = {
        "deployment_frequency": metric | {"value": 1.4, "unit": "per_day", "level": "high"},
        "change_lead_time": metric | {"value": 93_600.0, "unit": "seconds"},
        "change_fail_rate": metric,
        "failed_deployment_recovery_time": metric | {"value": 2_520.0, "unit": "seconds"},
        "deployment_rework_rate": metric
        | {"value": None, "level": None, "n": 0, "reason": "no deployment yet"},
    }
    window = {"from": "2026-08-22T00:00:00Z", "to": "2026-11-20T00:00:00Z", "days": 90.0}
    document = {"window": window, "environment": "production", "metrics": names}
    server.answer = lambda _request: (200, {}, json.dumps(document).encode())
    assert run("show", "--console", server.url).stdout.splitlines() == [
        "production, 2026-08-22 to 2026-11-20 (90 days)",
        "metric                           value              level   n",
        "Deployment frequency             1.40 a day         high    40",
        "Change lead time                 26.0 h             medium  40",
        "Change fail rate                 12.5%              medium  40",
        "Failed deployment recovery time  42 min             medium  40",
        "Deployment rework rate           no deployment yet  -       0",
    ]
