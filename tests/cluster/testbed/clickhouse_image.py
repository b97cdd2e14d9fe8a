"""The image of a ClickHouse stand-in: the warehouse's, which has the engine, and programs."""

from __future__ import annotations

from pathlib import Path

import yaml

from testbed.images import Image
from testbed.layer import with_layer
from testbed.layout import ROOM, STAND_IN
from testbed.services_images import build_services

NAME = "clickhouse-stand-in"
SOURCES = ROOM / "clickhouse_stand_in"
HOME = "opt/stand-in"
SERVER = """#!/bin/sh
PYTHONPATH=/opt/stand-in exec /opt/stratum/bin/python3 -m clickhouse_stand_in.server "$@"
"""


def build_clickhouse() -> Image:
    """`clickhouse-server`, `clickhouse` and `clickhouse-keeper`."""
    files = {
        **_modules(SOURCES, SOURCES.name),
        **_modules(STAND_IN, STAND_IN.name),
        # The services have no need of YAML; without its compiled part it is only files.
        **_modules(Path(yaml.__file__).parent, "yaml"),
        "usr/local/bin/stand-in": (STAND_IN / "stand_in.py").read_bytes(),
        "usr/local/bin/clickhouse-server": SERVER.encode(),
    }
    links = {f"usr/local/bin/{name}": "stand-in" for name in ("clickhouse", "clickhouse-keeper")}
    below = build_services(("warehouse",))["warehouse"]
    return with_layer(below, NAME, files, links, {"Entrypoint": ["clickhouse-server"], "Cmd": []})


def _modules(folder: Path, package: str) -> dict[str, bytes]:
    return {f"{HOME}/{package}/{each.name}": each.read_bytes() for each in folder.glob("*.py")}
