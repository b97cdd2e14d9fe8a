"""What DeepFlow's two charts are told alike: images, texts in their files, clusters. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..structured.reading import Problems

IMAGE = re.compile(
    r"(?P<repository>[^@ ]+?)(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[^:/@ ]+))"
)
# What the server takes as the id of a cluster.
CLUSTER_ID = re.compile(r"[0-9a-zA-Z][-0-9a-zA-Z]{0,31}")
# A cluster's name stands bare in a file of YAML.
CLUSTER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


@dataclass
class Composed:
    """What a chart is told, and what is wrong with what it was made of."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)


def image(where: str, given: str, problems: Problems) -> dict[str, Any]:
    """An image as the charts name one: they put a colon between its two halves."""
    found = IMAGE.fullmatch(given)
    if found is None:
        problems.add(where, f"is {given}", "give an image as name@sha256:… or name:tag")
        return {}
    if found["tag"]:
        return {"repository": found["repository"], "tag": found["tag"]}
    algorithm, _, digest = found["digest"].partition(":")
    return {"repository": f"{found['repository']}@{algorithm}", "tag": digest}


def bare(text: str) -> str:
    """The charts write texts into a file of YAML as they are: quotes make any text one value."""
    return json.dumps(text)


def check_cluster(where: str, inputs: Mapping[str, Any], problems: Problems) -> None:
    """Id and name of a cluster, `<where>_id` and `<where>_name`."""
    given, name = inputs["cluster_id"], inputs["cluster_name"]
    if not CLUSTER_ID.fullmatch(given):
        cure = "use at most 32 letters, digits and -, the first no -"
        problems.add(f"{where}_id", f"is {given}", cure)
    if not CLUSTER_NAME.fullmatch(name):
        cure = "use letters, digits, ., _ and -, the first a letter"
        problems.add(f"{where}_name", f"is {name}", cure)


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """The second over the first, map by map."""
    both = dict(first)
    for key, value in second.items():
        old = both.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            both[key] = merged(old, value)
        else:
            both[key] = value
    return both


def secrets(names: list[str]) -> list[dict[str, str]]:
    return [{"name": name} for name in names]
