"""Writes the dashboards that the role grafana brings along, so that panels are said once.

python -m docs.dashboards [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .availability import AVAILABILITY
from .cluster import CLUSTER
from .dora import DORA
from .flow import FLOW
from .logs import LOGS
from .nodes import NODES
from .platform import PLATFORM
from .render import text
from .workloads import WORKLOADS

FILES = Path(__file__).resolve().parents[2] / "roles" / "grafana" / "files" / "dashboards"
ALL = (NODES, CLUSTER, WORKLOADS, LOGS, AVAILABILITY, PLATFORM, DORA, FLOW)


def wanted() -> dict[Path, str]:
    return {FILES / dashboard.file: text(dashboard) for dashboard in ALL}


def stale() -> list[Path]:
    """Files that are not as they should be; those that should not be there, too."""
    texts = wanted()
    there = {path: path.read_text("utf-8") for path in FILES.rglob("*.json")}
    return sorted(path for path in texts.keys() | there if texts.get(path) != there.get(path))


def main() -> int:
    parser = argparse.ArgumentParser(description="The dashboards of the role grafana.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail if stale")
    check, texts = parser.parse_args().check, wanted()
    changed = stale()
    for path in changed:
        name = path.relative_to(FILES.parents[3])
        print(f"{name} is stale: run python -m docs.dashboards" if check else f"wrote {name}")
        if not check and path in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], "utf-8")
        elif not check:
            path.unlink()
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
