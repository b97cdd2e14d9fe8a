"""How an instance stands: from the run that is at work, else from its record and its last end."""

from __future__ import annotations

from typing import cast

from stratum.console.platform.files import Instance, Record
from stratum.console.platform.models import InstanceState
from stratum.console.platform.timeline import Bar

Standing = tuple[InstanceState, str]


def standing(
    instance: Instance, record: Record | None, bar: Bar | None, *, at_work: bool
) -> Standing:
    """A state and the sentence that explains it; `bar` is the instance's in the last real run."""
    if bar is not None and at_work and bar.ended_at is None:
        return _in_run(bar)
    if bar is not None and bar.state in {"failed", "blocked"}:
        return cast("InstanceState", bar.state), _sentence(bar.reason or f"It {_was(bar.state)}.")
    if bar is not None and bar.state == "working":
        return "unknown", "The last run broke off while it was being installed."
    if record is None:
        if bar is not None and bar.state == "not started":
            return "not started", _sentence(bar.reason or "It was not started in the last run.")
        return "unknown", "It was never installed."
    if record.result != "ok":
        return "failed", f"Its last installation failed, in run {record.run}."
    if record.version != instance.version:
        return "ok", f"Version {record.version} is installed; the product has {instance.version}."
    return "ok", f"Version {record.version} is installed, revision {record.revision}."


def _in_run(bar: Bar) -> Standing:
    if bar.state == "waiting":
        names = ", ".join(bar.waiting_for)
        return "waiting", f"Waiting for {names}." if names else "Waiting for its turn."
    if bar.state == "working":
        return "working", "Becoming ready." if bar.phase == "ready" else "Being installed."
    return "not started", "Its turn has not come yet."


def _was(state: str) -> str:
    return "was blocked by another instance" if state == "blocked" else "failed"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
