"""The summary of a job: the cause comes first."""

from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

RUN = "20261121T120000Z-0001"


def instance(name, tier, after=None):
    return {
        "name": name,
        "component": name.partition("@")[0],
        "tier": tier,
        "needs": [],
        "after_tier": after,
        "on_failure": "stop_dependents",
        "version": "1.0.0",
    }


def opened(folder):
    state = StateDirectory(folder)
    journal = Journal(state.journal(RUN))
    journal.path.parent.mkdir(parents=True, exist_ok=True)
    journal.append(
        "run_started",
        run=RUN,
        pid=1,
        check=False,
        product="delivery",
        release="1.0.0",
        environment="production",
        schedule="tiers",
        opened_by="callback",
        instances=[instance("store@host", "storage"), instance("etl@host", "ingest", "storage")],
        tiers=[
            {"name": "storage", "instances": ["store@host"]},
            {"name": "ingest", "instances": ["etl@host"]},
        ],
    )
    return state, journal


def ended(name, state, reason, by=(), evidence=()):
    keys = {"state": state, "revision": None, "reason": reason}
    return {"instance": name, **keys, "by": list(by), "evidence": list(evidence)}


def test_the_cause_of_a_failure_is_in_the_first_lines(program, tmp_path):
    state, journal = opened(tmp_path)
    journal.append("preflight", problems=[])
    journal.append("started", instance="store@host", observed={})
    reason = "Write the configuration file: disk full"
    journal.append("ended", **ended("store@host", "failed", reason, evidence=["df: 100 %"]))
    journal.append("ended", **ended("etl@host", "blocked", "blocked by store@host", ["store@host"]))
    journal.append("run_ended", states={"failed": 1, "blocked": 1})
    lines = list(program("report").markdown(state))
    assert lines[:6] == [
        "### 1 of 2 failed: store@host",
        "",
        "**store@host**: Write the configuration file: disk full",
        "",
        "```text",
        "df: 100 %",
    ]
    assert any("⊘ blocked" in line for line in lines)


def test_problems_before_the_start_are_named_with_their_cure(program, tmp_path):
    state, journal = opened(tmp_path)
    problem = {"where": "etl@host", "what": "port 1 is in use", "cure": "end that process"}
    journal.append("preflight", problems=[problem])
    lines = list(program("report").markdown(state))
    assert lines[:3] == [
        "### Nothing was started: the checks before the start found problems",
        "",
        "- etl@host: port 1 is in use; end that process",
    ]


def test_without_a_run_it_says_so(program, tmp_path):
    assert list(program("report").markdown(StateDirectory(tmp_path))) == [
        "### Nothing was run: no journal was written; the log of the step before says why"
    ]


def test_a_run_of_before_is_not_reported_as_this_one(program, tmp_path):
    state, journal = opened(tmp_path)
    journal.append("run_ended", states={})
    log = "make: starting\nERROR! the key `machins` is unknown in inventories/a/product.yml\n"
    assert list(program("report").markdown(state, RUN, log)) == [
        "### Nothing was run: it ended before the first component",
        "",
        "```text",
        "make: starting",
        "ERROR! the key `machins` is unknown in inventories/a/product.yml",
        "```",
        "",
    ]


def test_what_was_printed_is_folded_and_of_a_long_log_the_end(program):
    report = program("report")
    assert list(report.folded("- old\n+ new\n")) == [
        "<details><summary>What was printed</summary>",
        "",
        "```text",
        "- old",
        "+ new",
        "```",
        "",
        "</details>",
    ]
    long = list(report.folded("line\n" * 20_000))
    assert long[3] == "(the beginning was left out)"
    assert len("\n".join(long)) < 41_000


def test_a_line_with_a_secret_is_left_out_of_what_was_printed(program, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "console.operator_token").write_text("s3cret")
    text = "one\n+ token: s3cret\n"
    shown = program("report").without_secrets(text, tmp_path)
    assert shown == "one\n(a line with a secret was left out)"
