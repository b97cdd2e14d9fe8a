"""Which jobs a change makes necessary."""

from __future__ import annotations

import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
EVERYTHING = {
    "unit",
    "page",
    "integration",
    "molecule",
    "hosts",
    "observability",
    "k3s",
    "cluster",
    "platform",
    "sanity",
    "matrix",
}


@pytest.mark.parametrize(
    ("files", "jobs"),
    [
        (["bench/RESULTS.md"], set()),
        (["docs/metrics.md"], {"unit", "integration", "sanity"}),
        (["docs/pictures/delivery.png"], {"integration", "sanity"}),
        (["web/src/main.tsx"], EVERYTHING - {"unit", "matrix"}),
        (["molecule/hosts/converge.yml"], {"hosts"}),
        (["molecule/k3s/create.yml"], {"k3s"}),
        (["services/src/stratum/etl/ledger.py"], EVERYTHING - {"page"}),
        (
            ["docs/metrics.md", "molecule/hosts/verify.yml"],
            {"unit", "integration", "sanity", "hosts"},
        ),
    ],
    ids=lambda value: ",".join(sorted(value)) or "none",
)
def test_a_change_needs_the_jobs_that_it_can_break(program, files, jobs):
    assert program("changes").necessary(files) == jobs


@pytest.mark.parametrize(
    "file", ["Makefile", ".github/workflows/ci.yml", "requirements/test.txt", "unheard-of/a.md"]
)
def test_a_file_without_a_rule_needs_every_job(program, file):
    assert program("changes").necessary(["bench/RESULTS.md", file]) == EVERYTHING


def test_the_jobs_are_those_of_the_workflow(program):
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    asking = {
        name for name, job in jobs.items() if "needs.changes.outputs.jobs" in job.get("if", "")
    }
    assert asking == program("changes").JOBS


def test_every_rule_fits_a_file_that_is_there(program):
    names = subprocess.check_output(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True
    ).splitlines()
    dead = [
        pattern
        for pattern, _jobs in program("changes").RULES
        if not any(fnmatch(name, pattern) for name in names)
    ]
    assert dead == []


def test_both_names_of_a_renamed_file_count(program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]

    def git(*arguments: str) -> None:
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    git("init", "--initial-branch=main")
    (tmp_path / "Makefile").write_text("a")
    git("add", "--all")
    git("commit", "--message=a")
    git("branch", "base")
    git("mv", "Makefile", "notes")
    git("commit", "--message=b")
    assert sorted(program("changes").changed("base")) == ["Makefile", "notes"]
