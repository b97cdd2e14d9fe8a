"""The charts of our services as helm renders them, for tests and for trying them out by hand."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from testbed.build import binary
from testbed.errors import BedError

CHARTS = Path(__file__).resolve().parents[3] / "charts"
KUBERNETES = "1.36.0"


def render(chart: str, release: str, namespace: str, values: Mapping[str, Any]) -> str:
    """The chart's objects as YAML; values go by standard input, as they hold secrets."""
    return _helm(
        "template",
        *(release, str(CHARTS / chart), f"--namespace={namespace}"),
        *(f"--kube-version={KUBERNETES}", "--values=-"),
        stdin=json.dumps(values),
    )


def lint(chart: str, values: Mapping[str, Any]) -> str:
    return _helm("lint", "--strict", str(CHARTS / chart), "--values=-", stdin=json.dumps(values))


def _helm(*arguments: str, stdin: str) -> str:
    command = [str(binary("helm")), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BedError(f"`helm {arguments[0]}` failed: {(done.stdout + done.stderr).strip()}")
    return done.stdout
