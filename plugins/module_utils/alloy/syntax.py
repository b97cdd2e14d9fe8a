"""The text of Grafana Alloy's configuration: blocks in, text out. Knows nothing of logs. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

INDENT = "\t"


@dataclass(frozen=True)
class Expression:
    """Written as it is, such as the name of another component's export."""

    text: str


Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | Expression"


@dataclass(frozen=True)
class Block:
    """One block, with its attributes before the blocks in it."""

    name: str
    label: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    blocks: Sequence[Block] = ()


def render(blocks: Iterable[Block]) -> str:
    """The text of a file; the same blocks give the same text."""
    return "\n".join("\n".join(_block(block, "")) + "\n" for block in blocks)


def identifier(name: str) -> str:
    """A name as a component's label may be: letters, digits and `_`, and no digit first."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"


def _block(block: Block, indent: str) -> Iterator[str]:
    label = f" {json.dumps(block.label)}" if block.label else ""
    head = f"{indent}{block.name}{label} {{"
    if not block.attributes and not block.blocks:
        yield f"{head} }}"
        return
    yield head
    for name, value in block.attributes.items():
        yield f"{indent}{INDENT}{name} = {_value(value, indent + INDENT)}"
    for inner in block.blocks:
        yield from _block(inner, indent + INDENT)
    yield f"{indent}}}"


def _value(value: Value, indent: str) -> str:
    """The escapes of JSON are among those of Alloy's strings."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, Mapping):
        inner = indent + INDENT
        pairs = [f"{inner}{_text(k)} = {_value(v, inner)},\n" for k, v in sorted(value.items())]
        return f"{{\n{''.join(pairs)}{indent}}}" if pairs else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(item, indent) for item in value)}]"
    return _text(value)


def _text(value: str | float) -> str:
    return json.dumps(value, ensure_ascii=False)
