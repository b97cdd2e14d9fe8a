"""How an instance stands now, from its record and its live readiness."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..ready import readiness
from ..ready.status import Status
from .grid import Row, grid
from .line import Line, Signs
from .record import Record

HEADINGS = ("instance", "state", "version", "commit", "rev", "installed (UTC)", "")
TONES = {"ok": "good", "failed": "failed", "not ready": "failed"}


@dataclass(frozen=True)
class Standing:
    """One instance; `text` says why its state is not `ok`."""

    instance: str
    state: str
    version: str
    commit: str = ""
    revision: int | None = None
    installed_at: str = ""
    text: str = ""


def standing(
    instance: Mapping[str, Any], record: Record | None, ask: Callable[[Mapping[str, Any]], Status]
) -> Standing:
    """Judge an instance of the product.

    Args:
        instance: its entry in the resolved product.
        record: what was installed.
        ask: gives the status that a probe sees now.
    """
    if record is None:
        return Standing(instance["name"], "not installed", instance["version"])
    state, text = "ok", ""
    if record.result != "ok":
        state, text = "failed", "its last installation failed"
    else:
        status = readiness.check(record.probes, ask)
        if not status.current:
            state, text = "not ready", status.sentence
    if state == "ok" and record.version != instance["version"]:
        text = f"the product has version {instance['version']}"
    return _of_record(record, state, text)


def left_over(record: Record) -> Standing:
    """An instance that is installed, but no longer in the product."""
    return _of_record(record, "left over", "it is no longer in the product")


def table(standings: Sequence[Standing], columns: int, signs: Signs) -> list[Line]:
    """All of them as a table."""
    signed = {"ok": signs.good, "failed": signs.failed, "not ready": signs.failed}
    rows = [
        Row(
            (
                each.instance,
                f"{signed.get(each.state, signs.still)} {each.state}",
                each.version,
                each.commit,
                "" if each.revision is None else str(each.revision),
                each.installed_at,
                each.text,
            ),
            TONES.get(each.state, "blocked"),
        )
        for each in standings
    ]
    return grid(HEADINGS, rows, columns, right=(4,))


def _of_record(record: Record, state: str, text: str) -> Standing:
    return Standing(
        instance=record.instance,
        state=state,
        version=record.version,
        commit=str(record.source.get("commit") or "")[:8],
        revision=record.revision,
        installed_at=record.ended_at[:16].replace("T", " "),
        text=text,
    )
