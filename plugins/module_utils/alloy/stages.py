"""Pipeline stages as promtail has them, to the stages of Alloy's `loki.process`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..product.problem import choose
from ..structured.kinds import flag, mapping, number, one_of, one_or_more, text_or_number, texts
from ..structured.reading import Key, Problems, Read, UnfitError, read_list, read_map, read_value
from .reading import duration, labels, size
from .syntax import Block


@dataclass(frozen=True)
class Stage:
    """A stage that can be translated.

    Args:
        to: its name in Alloy.
        keys: what it may be given, where that is a map of them.
        whole: reads all that it is given, where that is one value.
    """

    to: str
    keys: Mapping[str, Key] = field(default_factory=dict)
    whole: Read | None = None


def _joined(value: object) -> str:
    return ",".join(one_or_more(value))


def _selector(value: object) -> str:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        return str(value)
    raise UnfitError('a selector such as {job="nginx"}')


SOURCE = {"source": Key(text_or_number)}
REASON = {"drop_counter_reason": Key(text_or_number)}
STAGES: Mapping[str, Stage] = {
    "docker": Stage("docker"),
    "decolorize": Stage("decolorize"),
    "cri": Stage(
        "cri",
        {
            "max_partial_lines": Key(number),
            "max_partial_line_size": Key(number),
            "max_partial_line_size_truncate": Key(flag),
        },
    ),
    "regex": Stage("regex", {"expression": Key(text_or_number, required=True), **SOURCE}),
    "json": Stage(
        "json",
        {"expressions": Key(mapping, required=True), "drop_malformed": Key(flag), **SOURCE},
    ),
    "logfmt": Stage("logfmt", {"mapping": Key(mapping, required=True), **SOURCE}),
    "replace": Stage(
        "replace",
        {
            "expression": Key(text_or_number, required=True),
            "replace": Key(text_or_number),
            **SOURCE,
        },
    ),
    "multiline": Stage(
        "multiline",
        {
            "firstline": Key(text_or_number, required=True),
            "max_wait_time": Key(duration),
            "max_lines": Key(number),
        },
    ),
    "template": Stage(
        "template",
        {
            "source": Key(text_or_number, required=True),
            "template": Key(text_or_number, required=True),
        },
    ),
    "pack": Stage("pack", {"labels": Key(texts, required=True), "ingest_timestamp": Key(flag)}),
    "timestamp": Stage(
        "timestamp",
        {
            "source": Key(text_or_number, required=True),
            "format": Key(text_or_number, required=True),
            "fallback_formats": Key(texts),
            "location": Key(text_or_number),
            "action_on_failure": Key(one_of("fudge", "skip")),
        },
    ),
    "output": Stage("output", {"source": Key(text_or_number, required=True)}),
    "tenant": Stage(
        "tenant", {"label": Key(text_or_number), "value": Key(text_or_number), **SOURCE}
    ),
    "drop": Stage(
        "drop",
        {
            "source": Key(_joined),
            "separator": Key(text_or_number),
            "expression": Key(text_or_number),
            "value": Key(text_or_number),
            "older_than": Key(duration),
            "longer_than": Key(size),
            **REASON,
        },
    ),
    "limit": Stage(
        "limit",
        {
            "rate": Key(number, required=True),
            "burst": Key(number, required=True),
            "drop": Key(flag),
            "by_label_name": Key(text_or_number),
            "max_distinct_labels": Key(number),
        },
    ),
    "sampling": Stage("sampling", {"rate": Key(number, required=True), **REASON}),
    "labels": Stage("labels", whole=labels),
    "static_labels": Stage("static_labels", whole=labels),
    "structured_metadata": Stage("structured_metadata", whole=labels),
    "labeldrop": Stage("label_drop", whole=texts),
    "labelallow": Stage("label_keep", whole=texts),
    "match": Stage(
        "match",
        {
            "selector": Key(_selector, required=True),
            "action": Key(one_of("keep", "drop")),
            "pipeline_name": Key(text_or_number),
            **REASON,
        },
    ),
}


def stages(where: str, given: object, problems: Problems) -> list[Block]:
    """The stages of a pipeline, in their order."""
    items = read_list(where, given, problems)
    return [block for place, item in items for block in _stage(place, item, problems)]


def _stage(where: str, given: object, problems: Problems) -> Iterator[Block]:
    if not isinstance(given, Mapping) or len(given) != 1:
        problems.unfit(where, given, "one stage with what it is given")
        return
    ((name, content),) = given.items()
    stage, place = STAGES.get(str(name)), f"{where}.{name}"
    if stage is None:
        problems.add(place, problems.stranger, choose(str(name), STAGES, "stages"))
    elif stage.whole:
        values = read_value(place, content, stage.whole, problems)
        yield Block(f"stage.{stage.to}", attributes={"values": values})
    elif name == "match":
        yield _match(place, content, stage, problems)
    else:
        found = read_map(place, {} if content is None else content, stage.keys, problems)
        yield Block(f"stage.{stage.to}", attributes=found)


def _match(where: str, given: object, stage: Stage, problems: Problems) -> Block:
    """What drops has no stages of its own; any other must have some."""
    if not isinstance(given, Mapping):
        return Block("stage.match", attributes=read_map(where, given, stage.keys, problems))
    rest = {key: value for key, value in given.items() if key != "stages"}
    found = read_map(where, rest, stage.keys, problems)
    inner = stages(f"{where}.stages", given.get("stages") or [], problems)
    drops = found.get("action") == "drop"
    if drops and given.get("stages"):
        problems.add(where, "has stages for what it drops", "take them or action: drop away")
    if not drops and not given.get("stages"):
        problems.add(where, "has no stages", "give it some, or action: drop")
    return Block("stage.match", attributes=found, blocks=inner)
