"""The whole configuration of a log agent: what it reads, and where it sends that. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..structured.kinds import later, path, text_or_number
from ..structured.reading import Key, Problems, UnfitError, read_list, read_map, read_value
from . import pods
from .jobs import LOGS_OF_NODE, PATH, Jobs
from .reading import TranslationError, as_map, duration, labels, no_problems
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
    "matches": Key(text_or_number),
    "labels": Key(labels),
    "pipeline_stages": Key(later),
}
OF_FILE: Mapping[str, Key] = {
    "path": Key(path, required=True),
    "job": Key(text_or_number),
    "exclude": Key(path),
    "labels": Key(labels),
    "pipeline_stages": Key(later),
}


def _path_on_node(value: object) -> str:
    if isinstance(value, str) and value.startswith(LOGS_OF_NODE):
        return str(value)
    raise UnfitError(f"a path below {LOGS_OF_NODE}, all that a pod sees of its node")


OF_FILE_OF_NODE: Mapping[str, Key] = {"path": Key(_path_on_node, required=True)}


def configuration(settings: Mapping[str, Any]) -> str:
    """The text of the agent's configuration.

    Args:
        settings: `push_url`, `user`, `ca_certificate`, `labels`, `retries`, `log_level`,
            `journal` (empty: it is not read), `files` and `scrape_configs`; of an agent in a pod
            also `node`, with `journal_dir` and `pods` (empty: they are not read).

    Raises:
        TranslationError: with all that cannot be translated.
    """
    problems = no_problems()
    node = settings.get("node") or {}
    jobs = Jobs(problems, str(node.get("journal_dir", "")))
    blocks = [
        Block("logging", attributes={"level": str(settings["log_level"]), "format": "logfmt"}),
        *_journal(jobs, settings["journal"]),
        *_pods(jobs, node.get("pods")),
        *_files(jobs, settings["files"]),
        *_scrape_configs(jobs, settings["scrape_configs"]),
        _write(settings, problems),
    ]
    if problems:
        raise TranslationError(problems)
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


def _pods(jobs: Jobs, given: object) -> Iterator[Block]:
    if given:
        found = pods.pods(given, jobs.problems)
        yield from jobs.blocks(pods.PODS, found.job, found.rules, pods.STAGES)


def _files(jobs: Jobs, given: object) -> Iterator[Block]:
    """Each a job of its own, so that it has a pipeline of its own."""
    keys = {**OF_FILE, **OF_FILE_OF_NODE} if jobs.node_journal else OF_FILE
    for where, item in read_list(FILES, given, jobs.problems):
        found = read_map(where, item, keys, jobs.problems)
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
    given = read_value(LABELS, settings["labels"], labels, problems)
    host = {"host": pods.NODE} if settings.get("node") else {}
    own: dict[str, Value] = {"external_labels": {**host, **as_map(given)}}
    return Block("loki.write", "default", own, [Block("endpoint", "", endpoint, inner)])
