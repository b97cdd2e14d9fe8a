"""Relabelling rules as promtail and Prometheus have them, to `rule` blocks of Alloy. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ..structured.kinds import number, one_of, text_or_number, texts
from ..structured.reading import Key, Problems, read_list, read_map
from .syntax import Block

ACTIONS = (
    "replace",
    "keep",
    "drop",
    "keepequal",
    "dropequal",
    "hashmod",
    "labelmap",
    "labeldrop",
    "labelkeep",
    "lowercase",
    "uppercase",
)
WITH_TARGET = ("replace", "keepequal", "dropequal", "hashmod", "lowercase", "uppercase")
KEYS: Mapping[str, Key] = {
    "source_labels": Key(texts),
    "separator": Key(text_or_number),
    "regex": Key(text_or_number),
    "modulus": Key(number),
    "target_label": Key(text_or_number),
    "replacement": Key(text_or_number),
    "action": Key(one_of(*ACTIONS)),
}


def rules(where: str, given: object, problems: Problems) -> list[Block]:
    """The rules, in their order."""
    return [_rule(place, item, problems) for place, item in read_list(where, given, problems)]


def _rule(where: str, given: object, problems: Problems) -> Block:
    found = read_map(where, given, KEYS, problems)
    action = found.get("action", "replace")
    if found and action in WITH_TARGET and "target_label" not in found:
        problems.add(where, f"has the action {action} and no target_label", "name the label")
    if found and action == "hashmod" and "modulus" not in found:
        problems.add(where, "has the action hashmod and no modulus", "give the number of shares")
    return Block("rule", attributes=found)
