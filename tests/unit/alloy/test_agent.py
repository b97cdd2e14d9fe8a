"""What a log agent is told, against known answers, each read by a reader of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.stratum.platform.tests.unit.alloy.alloy_text import Name, Read, read

CASES = sorted((Path(__file__).parent / "cases").iterdir())
Written = Callable[..., str]
Told = Callable[..., tuple[str, ...]]
# What names another component: its kind, its label and what it exports.
EXPORTS = {
    "loki.write": {"receiver"},
    "loki.process": {"receiver"},
    "loki.relabel": {"receiver", "rules"},
    "discovery.kubernetes": {"targets"},
    "discovery.relabel": {"output", "rules"},
    "local.file_match": {"targets"},
}


def names(value: Any) -> set[str]:
    if isinstance(value, Name):
        return {value.text}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for item in inner for name in names(item)}


def settings(case: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((case / "settings.yml").read_text()))


def job(**more: Any) -> dict[str, Any]:
    found = {"job_name": "x", "static_configs": [{"labels": {"__path__": "/x.log"}}]}
    return {"scrape_configs": [found | more]}


def stage_problems(problems: Told, *stages: Any) -> list[str]:
    place = "log_agent_scrape_configs[0].pipeline_stages"
    return [told.removeprefix(place) for told in problems(**job(pipeline_stages=list(stages)))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_written_as_expected(case: Path, written: Written) -> None:
    assert written(**settings(case)) == (case / "agent.alloy").read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_name_in_it_is_exported_by_a_component_of_it(case: Path, written: Written) -> None:
    blocks = read(written(**settings(case)))
    exported = {
        f"{block.name}.{block.label}.{export}"
        for block in blocks
        for export in EXPORTS.get(block.name, ())
    }
    used = {name for block in blocks for name in names(block.attributes)}
    used -= {name for name in used if name.startswith("sys.env(")}
    assert used
    assert used - exported == set()


def found(blocks: list[Read], name: str) -> Read:
    return next(block for block in blocks if block.name == name)


def test_a_password_is_named_and_not_told(written: Written) -> None:
    [endpoint] = found(read(written(user="writer")), "loki.write").blocks
    assert endpoint.blocks[0].attributes == {
        "username": "writer",
        "password_file": Name("sys.env('CREDENTIALS_DIRECTORY')+'/push_password'"),
    }


def test_an_empty_journal_is_not_read(written: Written) -> None:
    assert [block.name for block in read(written())] == ["logging", "loki.write"]


def test_quotes_backslashes_and_line_breaks_reach_the_agent(written: Written) -> None:
    expression = 'say "\\d+"\n\tä `x` ${y} %s'
    blocks = read(written(**job(pipeline_stages=[{"drop": {"expression": expression}}])))
    [stage] = found(blocks, "loki.process").blocks
    assert stage.attributes == {"expression": expression}


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (
            {"geoip": {"db": "/x"}},
            "[0].geoip cannot be translated; the stages are: docker, decolorize, cri, regex, json, "
            "logfmt, replace, multiline, template, pack, timestamp, output, tenant, drop, limit "
            "and 7 more",
        ),
        (
            {"drop": {"olderthan": "1h"}},
            "[0].drop.olderthan cannot be translated; write `older_than`; the keys are: source, "
            "separator, expression, value, older_than, longer_than, drop_counter_reason",
        ),
        (
            {"drop": {"older_than": "1d"}},
            "[0].drop.older_than is '1d'; write a time such as 90s, 15m or 24h",
        ),
        (
            {"drop": {"longer_than": "much"}},
            "[0].drop.longer_than is 'much'; write a size such as 512, 8KB or 1MB",
        ),
        ({"multiline": None}, "[0].multiline has no firstline; give one"),
        ({"regex": "^x"}, "[0].regex is '^x'; write a map with expression, source"),
        (
            {"cri": {"max_partial_lines": True}},
            "[0].cri.max_partial_lines is True; write a number that is not negative",
        ),
        ("docker", "[0] is 'docker'; write one stage with what it is given"),
        ({"docker": {}, "cri": {}}, "[0] is a map; write one stage with what it is given"),
        ({"labeldrop": "job"}, "[0].labeldrop is 'job'; write a list of texts"),
        (
            {"labels": {"http-code": "code"}},
            "[0].labels has the label http-code; give a name of letters, digits and _ that does "
            "not begin with a digit",
        ),
        (
            {"match": {"selector": "{a='b'}"}},
            "[0].match has no stages; give it some, or action: drop",
        ),
        (
            {"match": {"selector": "job", "action": "drop"}},
            "[0].match.selector is 'job'; write a selector such as {job=\"nginx\"}",
        ),
        (
            {"match": {"selector": "{}", "action": "drop", "stages": [{"docker": {}}]}},
            "[0].match has stages for what it drops; take them or action: drop away",
        ),
        (
            {"match": {"selector": "{}", "stages": [{"eventlog": {}}]}},
            "[0].match.stages[0].eventlog cannot be translated; the stages are: docker, "
            "decolorize, cri, regex, json, logfmt, replace, multiline, template, pack, timestamp, "
            "output, tenant, drop, limit and 7 more",
        ),
    ],
)
def test_a_stage_that_cannot_be_translated_is_named(
    stage: Any, told: str | None, problems: Told
) -> None:
    if told is None:
        told = "[0].cri.max_partial_lines is True; write a number that is not negative"
    assert stage_problems(problems, stage) == [told]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"static_configs": [{"targets": ["localhost"]}]},
            ".static_configs[0] has no labels; give one",
        ),
        (
            {"static_configs": [{"labels": {"job": "x"}}]},
            ".static_configs[0].labels has no __path__; name the files to read in it",
        ),
        ({"static_configs": {"labels": {}}}, ".static_configs is a map; write a list"),
        (
            {"relabel_configs": [{"source_labels": ["a"], "regex": "b"}]},
            ".relabel_configs[0] has the action replace and no target_label; name the label",
        ),
        (
            {"relabel_configs": [{"action": "hashmod", "target_label": "x"}]},
            ".relabel_configs[0] has the action hashmod and no modulus; give the number of shares",
        ),
        (
            {"relabel_configs": [{"action": "rename"}]},
            ".relabel_configs[0].action is 'rename'; write one of replace, keep, drop, keepequal, "
            "dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase",
        ),
        (
            {"journal": {"max_age": "7d"}},
            ".journal.max_age is '7d'; write a time such as 90s, 15m or 24h",
        ),
        (
            {"syslog": {"listen_address": "127.0.0.1:514"}},
            ".syslog cannot be translated; the keys are: job_name, static_configs, journal, "
            "relabel_configs, pipeline_stages, encoding",
        ),
    ],
)
def test_a_source_that_cannot_be_translated_is_named(
    changed: Any, told: str, problems: Told
) -> None:
    assert problems(**job(**changed)) == (f"log_agent_scrape_configs[0]{told}",)


def test_all_problems_are_told_at_once(problems: Told) -> None:
    assert problems(
        journal={"max-age": "12h"},
        files=[{"path": "app.log"}],
        scrape_configs=["x"],
        labels={"my-host": "a"},
    ) == (
        "log_agent_journal.max-age cannot be translated; write `max_age`; the keys are: max_age, "
        "matches, labels, pipeline_stages",
        "log_agent_files[0].path is 'app.log'; write a path that begins with /",
        "log_agent_scrape_configs[0] is 'x'; write a map with job_name, static_configs, journal, "
        "relabel_configs, pipeline_stages, encoding",
        "log_agent_labels has the label my-host; give a name of letters, digits and _ that does "
        "not begin with a digit",
    )


def test_a_relabelled_path_needs_no_other(written: Written) -> None:
    rules = [{"source_labels": ["where"], "target_label": "__path__"}]
    found_in = read(
        written(**job(static_configs=[{"labels": {"where": "/x"}}], relabel_configs=rules))
    )
    assert found(found_in, "discovery.relabel").attributes == {"targets": [{"where": "/x"}]}


NODE = {"journal_dir": "/var/log/journal", "pods": {}}


def of_pods(**more: Any) -> dict[str, Any]:
    """A job of pods of an agent in a pod."""
    path = {"target_label": "__path__", "replacement": "/var/log/pods/*$1/*.log"}
    found = {"kubernetes_sd_configs": [{"role": "pod"}], "relabel_configs": [path]}
    return {"node": NODE, "scrape_configs": [{"job_name": "x", **found, **more}]}


def test_an_agent_in_a_pod_asks_for_the_pods_of_its_own_node(written: Written) -> None:
    discovery = found(read(written(**of_pods())), "discovery.kubernetes")
    assert [(block.name, block.attributes) for block in discovery.blocks] == [
        ("selectors", {"role": "pod", "field": Name("'spec.nodeName='+sys.env('NODE_NAME')")})
    ]


def test_an_agent_of_a_machine_knows_no_pods(problems: Told) -> None:
    assert problems(**{**of_pods(), "node": {}}) == (
        "log_agent_scrape_configs[0].kubernetes_sd_configs cannot be translated; the keys are: "
        "job_name, static_configs, journal, relabel_configs, pipeline_stages, encoding",
        "log_agent_scrape_configs[0] reads nothing; give it static_configs or a journal; other "
        "sources cannot be translated",
    )


def test_a_host_that_is_named_takes_the_place_of_the_nodes_name(written: Written) -> None:
    write = found(read(written(node=NODE, labels={"host": "east-1"})), "loki.write")
    assert write.attributes == {"external_labels": {"host": "east-1"}}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"relabel_configs": []},
            ".relabel_configs has no rule with the target_label __path__; name the files to read "
            "in it, such as /var/log/pods/*$1/*.log",
        ),
        (
            {"kubernetes_sd_configs": []},
            ".kubernetes_sd_configs has 0 items; write one with role: pod",
        ),
        (
            {"kubernetes_sd_configs": [{"role": "node"}]},
            ".kubernetes_sd_configs[0].role is 'node'; write one of pod",
        ),
        (
            {"kubernetes_sd_configs": [{"role": "pod", "namespaces": {"names": "shop"}}]},
            ".kubernetes_sd_configs[0].namespaces.names is 'shop'; write a list of namespaces",
        ),
        (
            {"static_configs": [{"labels": {"__path__": "/var/log/x.log"}}]},
            " reads files and pods; make two jobs of it",
        ),
    ],
)
def test_a_source_of_pods_that_cannot_be_translated_is_named(
    changed: Any, told: str, problems: Told
) -> None:
    assert problems(**of_pods(**changed)) == (f"log_agent_scrape_configs[0]{told}",)


def test_what_is_said_of_pods_is_told_by_its_own_place(problems: Told) -> None:
    pods = {"namespaces": "shop", "relabel_configs": [{"action": "rename"}]}
    assert problems(node={**NODE, "pods": pods}) == (
        "log_agent_pods.namespaces is 'shop'; write a list of namespaces",
        "log_agent_pods.relabel_configs[0].action is 'rename'; write one of replace, keep, drop, "
        "keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase",
    )


def test_files_that_no_pod_sees_are_told(problems: Told) -> None:
    static = {"job_name": "x", "static_configs": [{"labels": {"__path__": "/srv/x.log"}}]}
    files = [{"path": "/srv/y.log"}]
    assert problems(node=NODE, files=files, scrape_configs=[static]) == (
        "log_agent_files[0].path is '/srv/y.log'; write a path below /var/log/, all that a pod "
        "sees of its node",
        "log_agent_scrape_configs[0].static_configs[0].labels.__path__ is '/srv/x.log'; write a "
        "path below /var/log/",
    )
