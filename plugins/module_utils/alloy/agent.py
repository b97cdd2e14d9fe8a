"""The whole configuration of a log agent: what it reads, and where it sends that. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .jobs import PATH, Jobs
from .reading import (
    Key,
    Problems,
    TranslationError,
    as_map,
    duration,
    labels,
    later,
    path,
    read_list,
    read_map,
    read_value,
    text,
)
from .syntax import Block, Expression, Value, render

JOURNAL = "log_agent_journal"
FILES = "log_agent_files"
SCRAPE_CONFIGS = "log_agent_scrape_configs"
LABELS = "log_agent_labels"
# The unit hands the password over as a credential; it is read when it is needed.
PASSWORD = Expression('sys.env("CREDENTIALS_DIRECTORY") + "/push_password"')
JOURNAL_RULES = (
    {"source_labels": ["__journal__systemd_unit"], "target_label": "unit"},
    {"source_labels": ["__journal__transport"], "target_label": "transport"},
    {"source_labels": ["__journal_priority_keyword"], "target_label": "level"},
)
OF_JOURNAL: Mapping[str, Key] = {
    "max_age": Key(duration),
    "matches": Key(text),
    "labels": Key(labels),
    "pipeline_stages": Key(later),
}
OF_FILE: Mapping[str, Key] = {
    "path": Key(path, required=True),
    "job": Key(text),
    "exclude": Key(path),
    "labels": Key(labels),
    "pipeline_stages": Key(later),
}


def configuration(settings: Mapping[str, Any]) -> str:
    """The text of the agent's configuration.

    Args:
        settings: `push_url`, `user`, `ca_certificate`, `labels`, `retries`, `log_level`,
            `journal` (empty: it is not read), `files` and `scrape_configs`.

    Raises:
        TranslationError: with all that cannot be translated.
    """
    problems = Problems()
    jobs = Jobs(problems)
    blocks = [
        Block("logging", attributes={"level": str(settings["log_level"]), "format": "logfmt"}),
        *_journal(jobs, settings["journal"]),
        *_files(jobs, settings["files"]),
        *_scrape_configs(jobs, settings["scrape_configs"]),
        _write(settings, problems),
    ]
    if problems.found:
        raise TranslationError(problems.found)
    return render(blocks)


def _journal(jobs: Jobs, given: object) -> Iterator[Block]:
    if not given:
        return
    found = read_map(JOURNAL, given, OF_JOURNAL, jobs.problems)
    job = {
        "job_name": "journal",
        "pipeline_stages": found.pop("pipeline_stages", []),
        "relabel_configs": JOURNAL_RULES,
        "journal": found,
    }
    yield from jobs.blocks(JOURNAL, job)


def _files(jobs: Jobs, given: object) -> Iterator[Block]:
    """Each a job of its own, so that it has a pipeline of its own."""
    for where, item in read_list(FILES, given, jobs.problems):
        found = read_map(where, item, OF_FILE, jobs.problems)
        if "path" in found:
            yield from jobs.blocks(where, _job(found))


def _job(found: Mapping[str, Value]) -> dict[str, object]:
    name = str(found.get("job", "files"))
    target = {"job": name, **as_map(found.get("labels")), PATH: found["path"]}
    if "exclude" in found:
        target["__path_exclude__"] = found["exclude"]
    return {
        "job_name": name,
        "static_configs": [{"labels": target}],
        "pipeline_stages": found.get("pipeline_stages", []),
    }


def _scrape_configs(jobs: Jobs, given: object) -> Iterator[Block]:
    for where, item in read_list(SCRAPE_CONFIGS, given, jobs.problems):
        yield from jobs.blocks(where, item)


def _write(settings: Mapping[str, Any], problems: Problems) -> Block:
    """It tries again for hours: until then a source stands still, and loses nothing."""
    inner = []
    if settings["user"]:
        who: dict[str, Value] = {"username": str(settings["user"]), "password_file": PASSWORD}
        inner.append(Block("basic_auth", attributes=who))
    if settings["ca_certificate"]:
        authority = str(settings["ca_certificate"])
        inner.append(Block("tls_config", attributes={"ca_pem": authority}))
    endpoint: dict[str, Value] = {
        "url": str(settings["push_url"]),
        "max_backoff_period": "1m",
        "max_backoff_retries": int(settings["retries"]),
    }
    own = {"external_labels": read_value(LABELS, settings["labels"], labels, problems)}
    return Block("loki.write", "default", own, [Block("endpoint", "", endpoint, inner)])
