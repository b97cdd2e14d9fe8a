"""A failed task's result as a few lines for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LINES_OF_OUTPUT = 20
Result = Mapping[str, Any]


def message(result: Result) -> str:
    """What went wrong, as the task says it."""
    if "censored" in result:
        return str(result["censored"])
    items = [item for item in result.get("results", []) if _is_bad(item)]
    if items:
        return "\n".join(f"{_label(item)}: {message(item)}" for item in items)
    text = str(result.get("msg") or result.get("reason") or "it failed without a message")
    if "assertion" in result:
        text += f" ({result['assertion']})"
    return text.strip()


def evidence(result: Result) -> list[str]:
    """Lines that show why: those the task names, else the end of what a command printed."""
    lines = [str(line) for line in result.get("evidence", [])]
    for item in result.get("results", []):
        lines += evidence(item) if _is_bad(item) else []
    if not lines:
        keys = ("stdout", "stderr", "module_stdout", "module_stderr")
        printed = [str(result.get(key) or "") for key in keys]
        lines = [line for text in printed for line in text.splitlines()][-LINES_OF_OUTPUT:]
    return lines


def _is_bad(item: Any) -> bool:  # noqa: ANN401  (an item's result may be any value)
    return isinstance(item, Mapping) and bool(item.get("failed") or item.get("unreachable"))


def _label(item: Result) -> str:
    if item.get("_ansible_no_log"):
        return "one item"
    return str(item.get("_ansible_item_label", item.get("item")))
