"""Says why a build ended, on standard error and in the first line of a workflow's summary."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def failed(what: str, error: Exception) -> int:
    """The exit code of what failed."""
    print(f"{what}: {error}", file=sys.stderr)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"### {what}: {error}\n\n")
    return 1
