"""The SQL files of this room, put together from their parts."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

INCLUDE = re.compile(r"-- include (\w+)")


@cache
def load(name: str) -> str:
    """The text of `sql/<name>.sql`; `-- include part` stands for the file of that name."""
    text = resources.files("stratum.console").joinpath("sql", f"{name}.sql").read_text("utf-8")
    return INCLUDE.sub(lambda match: "\n" + load(match[1]).strip(), text)
