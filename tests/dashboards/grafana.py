"""What Grafana and its plug-ins put in place of the variables of a query, for one moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(\w+)")
MACRO = re.compile(r"\$__(\w+)(?:\(([^()]*)\))?")
EVERYTHING = "$__all"


class BrokenVariableError(Exception):
    """A query names a variable or macro that is not there."""


@dataclass(frozen=True)
class Window:
    """The time that is shown, and the step of its points."""

    since: datetime
    until: datetime
    step: timedelta = timedelta(seconds=60)

    @property
    def range(self) -> str:
        return f"{int((self.until - self.since).total_seconds())}s"

    @property
    def rate_interval(self) -> str:
        """Four scrapes at least, as the data source's setting says how long one takes."""
        scrape = timedelta(seconds=15)
        return f"{int(max(self.step + scrape, 4 * scrape).total_seconds())}s"


@dataclass(frozen=True)
class Choice:
    """A variable with the value that is chosen; `everything` is how it says all of them."""

    name: str
    value: str
    everything: str = ""
    multiple: bool = False


@dataclass(frozen=True)
class Chosen:
    """What a dashboard's variables are set to."""

    window: Window
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def metrics(self, text: str) -> str:
        return self._filled(text, _of_expression)

    def sql(self, text: str) -> str:
        """First the variables, as the page does; then the macros, as the plug-in does."""
        window = self.window

        def macro(found: re.Match[str]) -> str:
            name, argument = found[1], found[2]
            written = {
                "fromTime_ms": _moment(window.since),
                "toTime_ms": _moment(window.until),
                "interval_s": str(max(int(window.step.total_seconds()), 1)),
            }
            if name in written:
                return written[name]
            if name == "timeFilter_ms" and argument:
                since, until = _moment(window.since), _moment(window.until)
                return f"{argument} >= {since} AND {argument} <= {until}"
            if name == "timeInterval" and argument:
                seconds = written["interval_s"]
                return f"toStartOfInterval(toDateTime({argument}), INTERVAL {seconds} second)"
            raise BrokenVariableError(f"there is no macro {found[0]}")

        return MACRO.sub(macro, self._filled(text, _of_sql))

    def _filled(self, text: str, formatted: Any) -> str:
        window = self.window
        built_in = {
            "__range": window.range,
            "__interval": f"{int(window.step.total_seconds())}s",
            "__rate_interval": window.rate_interval,
        }

        def value(found: re.Match[str]) -> str:
            name, form = found[1] or found[3], found[2] or ""
            if name in built_in:
                return built_in[name]
            if name.startswith("__") and formatted is _of_sql:
                return found[0]  # a macro
            if name not in self.choices:
                raise BrokenVariableError(f"there is no variable {found[0]}")
            choice = self.choices[name]
            if choice.value == EVERYTHING:
                # Grafana never formats what says all of them.
                return choice.everything
            return str(formatted(choice, form))

        filled = VARIABLE.sub(value, text)
        left = re.search(r"\$\{|\[\[", filled)
        if left:
            raise BrokenVariableError(f"something is left of a variable in {filled!r}")
        return filled


def chosen(dashboard: Mapping[str, Any], window: Window, values: Mapping[str, str]) -> Chosen:
    """With the values of the variables; those that are not named are at what they begin with."""
    choices = {}
    for variable in dashboard["templating"]["list"]:
        begins = variable["current"]["value"]
        first = begins[0] if isinstance(begins, list) else begins
        choices[variable["name"]] = Choice(
            variable["name"],
            values.get(variable["name"], first),
            variable.get("allValue", ""),
            variable.get("multi", False),
        )
    return Chosen(window, choices)


def this_moment(length: timedelta, step: timedelta) -> Window:
    until = datetime.now(UTC).replace(microsecond=0)
    return Window(until - length, until, step)


def _of_expression(choice: Choice, form: str) -> str:
    """In PromQL and LogQL a value that may be several is a pattern, inside of quotes."""
    if form or not choice.multiple:
        return choice.value
    return re.sub(r"[$^*{}\[\]+?.()|]", lambda sign: f"\\\\{sign[0]}", choice.value)


def _of_sql(choice: Choice, form: str) -> str:
    if form != "sqlstring":
        return choice.value
    quoted = choice.value.replace("'", "''")
    return f"'{quoted}'"


def _moment(time: datetime) -> str:
    return f"fromUnixTimestamp64Milli({int(time.timestamp() * 1000)})"
