"""The console's SQL as Grafana's queries: both count the same, as there is only one text."""

from __future__ import annotations

import re
from pathlib import Path

from stratum.console.queries import load
from stratum.console.scope import USUAL

from .model import Variable

ALL = "'*'"
SERVICE, ENVIRONMENT = "${service:sqlstring}", "${environment:sqlstring}"
FROM, TO = "$__fromTime_ms", "$__toTime_ms"
# Milliseconds, which can be counted with.
SINCE, UNTIL = f"toUnixTimestamp64Milli({FROM})", f"toUnixTimestamp64Milli({TO})"
DAYS = f"(({UNTIL} - {SINCE}) / 86400000)"
# The parameters of queries, in Grafana's words.
PARAMETERS = {
    "{service:String} = ''": f"{SERVICE} = {ALL}",
    "{service:String}": SERVICE,
    "{environment:String}": ENVIRONMENT,
    "{repository:String}": "${repository:sqlstring}",
    "{from:DateTime64(3, 'UTC')}": FROM,
    "{to:DateTime64(3, 'UTC')}": TO,
    "{previous_from:DateTime64(3, 'UTC')}": f"fromUnixTimestamp64Milli(2 * {SINCE} - {UNTIL})",
    "{days:Float64}": DAYS,
    "{incident_seconds:UInt32}": str(USUAL.incident_within_seconds),
    "{rollback_seconds:UInt32}": str(USUAL.rollback_within_seconds),
}
COMMENT = re.compile(r"^\s*--.*\n?|\s+--\s.*$", re.MULTILINE)
# What stands for another query in one of this folder: of its own, or of the console's.
PART = re.compile(r"^-- (part|console|in production) (\w+)$", re.MULTILINE)
FOLDER = Path(__file__).with_name("sql")


def query(name: str) -> str:
    """A query of this folder, `sql/<name>.sql`."""
    ways = {"part": query, "console": console, "in production": _in_production}
    text = (FOLDER / f"{name}.sql").read_text("utf-8")
    return _written(PART.sub(lambda found: ways[found[1]](found[2]), text))


def console(name: str) -> str:
    """A query of the console, for the service and environment that are chosen."""
    return _written(load(name))


def _in_production(name: str) -> str:
    """For all services."""
    return console(name).replace(SERVICE, ALL).replace(ENVIRONMENT, "'production'")


def _written(text: str) -> str:
    """Without comments, and with the parameters."""
    text = COMMENT.sub("", text).strip()
    for parameter, here in PARAMETERS.items():
        text = text.replace(parameter, here)
    return text


def choice(name: str, title: str, query: str) -> Variable:
    return Variable(name, title, "warehouse", query, ALL, multiple=False)
