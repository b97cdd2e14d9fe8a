"""What differs between two states of an object, in words for a person. Pure.

Values of Secrets never leave this module: a few digits of their digest show whether they differ.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

import yaml

from .identity import Manifest, ObjectKey

# Written by the API server at every change; they say nothing about the object.
NOISE = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
SECRET_PARTS = ("data", "stringData")
Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def content(live: Manifest) -> Manifest:
    """The object without its status and without what the API server keeps for itself."""
    metadata = {key: value for key, value in live["metadata"].items() if key not in NOISE}
    annotations = metadata.get("annotations") or {}
    if LAST_APPLIED in annotations:  # a copy of the object, of a Secret with its values
        rest = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
        metadata["annotations"] = rest
    shown = {key: value for key, value in live.items() if key not in ("status", "metadata")}
    return {**shown, "metadata": {k: v for k, v in metadata.items() if v not in ({}, None)}}


def differs(before: Manifest, after: Manifest) -> bool:
    """Whether two states of an object differ in content."""
    return content(before) != content(after)


def entry(
    key: ObjectKey, change: str, before: Manifest | None, after: Manifest | None
) -> dict[str, str]:
    """One entry of Ansible's `diff`."""
    old = content(before) if before else None
    new = content(after) if after else None
    if key.kind == "Secret" and key.group == "":
        old, new = _hidden(old, new)
    return {
        "before_header": f"{key} ({'absent' if old is None else 'on the cluster'})",
        "after_header": f"{key} ({change})",
        "before": _text(old),
        "after": _text(new),
    }


def _hidden(old: Manifest | None, new: Manifest | None) -> tuple[Manifest | None, Manifest | None]:
    shown_old, shown_new = _masked(old), _masked(new)
    if old is None or new is None or shown_old is None or shown_new is None:
        return shown_old, shown_new
    for part in SECRET_PARTS:
        for key, value in (new.get(part) or {}).items():
            before = (old.get(part) or {}).get(key)
            if before is not None and before != value:
                shown_new[part][key] = f"{shown_new[part][key][:-1]}, another value)"
    return shown_old, shown_new


def _masked(manifest: Manifest | None) -> Manifest | None:
    if manifest is None:
        return None
    hidden = {
        part: {key: _mask(value, part) for key, value in manifest[part].items()}
        for part in SECRET_PARTS
        if isinstance(manifest.get(part), dict)
    }
    return {**manifest, **hidden}


def _mask(value: Any, part: str) -> str:  # noqa: ANN401  (YAML is any value)
    raw = str(value).encode()
    if part == "data":
        try:
            raw = base64.b64decode(raw, validate=True)
        except binascii.Error:
            return "(hidden)"
    return f"(hidden, sha256 {hashlib.sha256(raw).hexdigest()[:4]}…)"


def _text(manifest: Manifest | None) -> str:
    if manifest is None:
        return ""
    text: str = yaml.dump(
        manifest, Dumper=Dumper, sort_keys=True, default_flow_style=False, allow_unicode=True
    )
    return text
