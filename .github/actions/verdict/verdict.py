"""Fails where a job of CI failed, was cancelled, or was skipped though the change needed it.

Reads the context `needs` as JSON from NEEDS.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

# These run whatever was changed.
ALWAYS = ("changes", "lint")


def faults(needs: Mapping[str, Any]) -> Iterator[str]:
    """What stands against a green verdict."""
    told = needs["changes"].get("outputs", {}).get("jobs")
    wanted = {*ALWAYS, *(json.loads(told) if told else needs)}
    for name, job in needs.items():
        result = job["result"]
        if result == "skipped" and name in wanted:
            yield f"{name} was skipped, but this change needs it"
        elif result not in ("success", "skipped"):
            yield f"{name} ended as {result}"


def main() -> int:
    """Print the verdict."""
    found = list(faults(json.loads(os.environ["NEEDS"])))
    for fault in found:
        print(f"::error::{fault}")
    if not found:
        print("all green")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
