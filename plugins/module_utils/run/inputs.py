"""What an instance is made from: its variables with references replaced, and their digest.

Pure: outputs and secrets come in as functions, so the same inputs give the same digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OutputOf = Callable[[str, str], Any]
SecretOf = Callable[[str, str], str]


@dataclass(frozen=True)
class Inputs:
    """The variables for the role (secrets in clear) and a digest that reveals none of them."""

    variables: dict[str, Any]
    digest: str


def work_out(
    instance: Mapping[str, Any], role_digest: str, output_of: OutputOf, secret_of: SecretOf
) -> Inputs:
    """Replace the references in an instance's `vars` and take the digest of all it depends on.

    Args:
        instance: one entry of the resolved product (docs/contracts.md §2).
        role_digest: content of the role and of the sources it builds from.
        output_of: value of an output, by component and output name.
        secret_of: value of a secret, by component and key.
    """
    variables = _replace(instance["vars"], output_of, secret_of)
    hidden = _replace(instance["vars"], output_of, lambda c, k: _sha256(secret_of(c, k)))
    made_of = {
        "role": instance["role"],
        "role_digest": role_digest,
        "driver": instance["driver"],
        "version": instance["version"],
        "files": instance["files"],
        "images": instance["images"],
        "vars": hidden,
    }
    text = json.dumps(made_of, sort_keys=True, separators=(",", ":"))
    return Inputs(variables, f"sha256:{_sha256(text)}")


def reference(value: object) -> tuple[str, str, str] | None:
    """`("output", "clickhouse", "url")` for `{output: clickhouse.url}`, None for a plain value."""
    if isinstance(value, Mapping) and len(value) == 1:
        kind, target = next(iter(value.items()))
        if kind in ("output", "secret") and isinstance(target, str):
            component, _dot, key = target.partition(".")
            return kind, component, key
    return None


def secrets_of(value: object) -> Iterator[tuple[str, str]]:
    """Component and key of every secret that `value`, an instance's `vars`, refers to."""
    found = reference(value)
    if found:
        kind, component, key = found
        if kind == "secret":
            yield component, key
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from secrets_of(item)


def _replace(value: Any, output_of: OutputOf, secret_of: SecretOf) -> Any:  # noqa: ANN401
    found = reference(value)
    if found:
        kind, component, key = found
        return output_of(component, key) if kind == "output" else secret_of(component, key)
    if isinstance(value, Mapping):
        return {key: _replace(item, output_of, secret_of) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace(item, output_of, secret_of) for item in value]
    return value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
