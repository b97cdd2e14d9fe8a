"""Lines that tell a person what a run is doing, one event at a time.

Waiting is told apart from failing by word, sign and tone. Pure, but for what it remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .line import Line, Signs, Span, duration, joined, listed, pad
from .report import TONES, sign_of

Event = Mapping[str, Any]
SILENCE_SECONDS = 15.0


def local_time(seconds: float) -> str:
    """The time of day on this machine."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%H:%M:%S")


@dataclass
class Progress:
    """Turns events into lines; `heartbeat` breaks a long silence."""

    signs: Signs
    time_of_day: Callable[[float], str] = local_time
    _width: int = 0
    _check: bool = False
    _last: float = 0.0
    _changed: set[str] = field(default_factory=set)
    _waiting: dict[str, list[str]] = field(default_factory=dict)
    _working: dict[str, float] = field(default_factory=dict)
    _probing: set[str] = field(default_factory=set)

    def take(self, event: Event) -> list[Line]:
        """The lines for an event; most events need none."""
        kind, time = event["event"], event["time"]
        if kind == "run_started":
            self._width = max((len(entry["name"]) for entry in event["instances"]), default=0)
            self._check = event["check"]
            self._last = time
        lines = self._of_instance(kind, event) if "instance" in event else []
        if lines:
            self._last = time
        return lines

    def heartbeat(self, now: float) -> list[Line]:
        """After a silence: who is at work, and for how long."""
        if not (self._working or self._waiting) or now - self._last < SILENCE_SECONDS:
            return []
        self._last = now
        spans = [
            Span(f"{name} {duration(now - since)}{self._doing(name)}")
            for name, since in self._working.items()
        ]
        if self._waiting:
            spans.append(Span(f"{len(self._waiting)} waiting", "waiting"))
        begin = Span(f"{self.time_of_day(now)}  still at work: ", "dim")
        return [(begin, *joined(spans, ", "))]

    def _of_instance(self, kind: str, event: Event) -> list[Line]:
        name = event["instance"]
        if kind == "waiting":
            known = name in self._waiting
            self._waiting[name] = event["for"]
            text = f"waiting for {listed(event['for'])}"
            return [] if known else [self._line(event, "waiting", text)]
        if kind == "started":
            self._waiting.pop(name, None)
            self._working[name] = event["time"]
        elif kind == "phase" and event["phase"] == "install":
            return [self._line(event, "working", "working")]
        elif kind == "phase" and event["phase"] == "ready":
            self._probing.add(name)
        elif kind == "changed":
            self._changed.add(name)
        elif kind == "ended":
            return self._ended(event)
        return []

    def _ended(self, event: Event) -> list[Line]:
        name, state, reason = event["instance"], event["state"], event["reason"]
        self._waiting.pop(name, None)
        since = self._working.pop(name, None)
        took = "" if since is None else f" ({duration(event['time'] - since)})"
        first, *more = (reason or "").splitlines() or [""]
        if state == "failed":
            lines = [self._line(event, state, f"failed: {first or 'no reason was given'}")]
            return lines + self._below([*more, *event["evidence"]])
        if state == "blocked":
            return [self._line(event, state, first or f"blocked by {listed(event['by'])}")]
        if state == "not started":
            return [self._line(event, state, f"not started: {first}"), *self._below(more)]
        return [self._line(event, state, self._good(name, state) + took)]

    def _good(self, name: str, state: str) -> str:
        if state == "unchanged":
            return "unchanged"
        if self._check:
            return "checked: would change" if name in self._changed else "checked"
        return "ready" if state == "changed" else "ready, nothing changed"

    def _line(self, event: Event, state: str, text: str) -> Line:
        name = pad(event["instance"], self._width)
        begin = f"{self.time_of_day(event['time'])}  {name}  "
        return Span(begin), Span(f"{sign_of(state, self.signs)} {text}", TONES[state])

    def _below(self, lines: list[str]) -> list[Line]:
        """Evidence stands under the text of its line."""
        indent = " " * (len("00:00:00") + self._width + 6)
        return [(Span(indent + line),) for line in lines]

    def _doing(self, name: str) -> str:
        return " (becoming ready)" if name in self._probing else ""
