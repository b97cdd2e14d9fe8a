"""Whether applying the same manifest again can change anything, told from the live object. Pure.

Server-side apply depends on the manifest, on the fields our manager owns and on their values. A
change of an owned field by anyone takes the field from us, or changes its value. So where all
three are as they were after the last apply, another one would do nothing.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .connection import FIELD_MANAGER
from .identity import Manifest

Fields = dict[str, Any]


def fingerprint(live: Manifest) -> str | None:
    """A digest of the fields we own and of their values; None if we own none or it is going."""
    metadata = live["metadata"]
    if metadata.get("deletionTimestamp"):
        return None
    for manager in metadata.get("managedFields") or []:
        if (
            manager.get("manager") == FIELD_MANAGER
            and manager.get("operation") == "Apply"
            and not manager.get("subresource")
        ):
            fields = manager.get("fieldsV1") or {}
            seen = [manager.get("apiVersion"), fields, _owned(live, fields)]
            text = json.dumps(seen, sort_keys=True, separators=(",", ":"))
            return hashlib.sha256(text.encode()).hexdigest()[:24]
    return None


def _owned(value: Any, fields: Fields) -> Any:  # noqa: ANN401  (any value of a JSON object)
    """The parts of a value that the fields name; a leaf is the whole value."""
    inner = {key: below for key, below in fields.items() if key != "."}
    if not inner:
        return value is not None if "." in fields else value
    return [[key, _owned(_at(value, key), below)] for key, below in sorted(inner.items())]


def _at(value: Any, step: str) -> Any:  # noqa: ANN401  (any value of a JSON object)
    """What a step of `fieldsV1` leads to: a field, an item by its keys, value or index."""
    kind, _, name = step.partition(":")
    if kind == "f":
        return value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    if kind == "i":
        return value[int(name)] if int(name) < len(value) else None
    wanted = json.loads(name)
    if kind == "v":
        return wanted if wanted in value else None
    matching = (item for item in value if isinstance(item, dict) and _has(item, wanted))
    return next(matching, None)


def _has(item: Manifest, wanted: Manifest) -> bool:
    return all(item.get(key) == value for key, value in wanted.items())
