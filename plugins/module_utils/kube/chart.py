"""A Helm chart as objects and hooks, rendered by `helm template`; no cluster is asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from .document import load
from .hook import Hook, hook_of, is_hook
from .identity import Manifest
from .problem import SourceError

RENDER_SECONDS = 120
# What helm says beside its reason.
NOISE = ("Use --debug flag", "WARNING:", "level=", "time=", "walk.go:", "coalesce.go:")


@dataclass(frozen=True)
class Chart:
    """What a chart makes of its values. Tests and notes are not part of it."""

    manifests: list[Manifest] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)


def render(
    source: str | Path,
    name: str,
    namespace: str,
    values: Mapping[str, Any],
    kube_version: str,
    api_versions: Sequence[str],
    *,
    upgrade: bool = False,
    helm: str = "helm",
) -> Chart:
    """Render a chart for a cluster.

    Args:
        source: the chart's folder or `.tgz`.
        name: of the release.
        namespace: of the release.
        values: over those of the chart; they are given in a file that only this user can read.
        kube_version: the API server's.
        api_versions: what the API server serves, `apps/v1` and `apps/v1/Deployment`.
        upgrade: the release is there already.
        helm: the program, by name or path.

    Raises:
        SourceError: the chart's own reason, or that there is no helm.
    """
    chart = Path(source).expanduser()
    if not chart.exists():
        cure = "give a chart's folder or .tgz; fetch one from an address with `url` and `sha256`"
        raise SourceError("there is no such chart", str(source), cure)
    options = ["--namespace", namespace, "--kube-version", kube_version, "--include-crds"]
    for version in api_versions:
        options += ["--api-versions", version]
    if upgrade:
        options.append("--is-upgrade")
    text = _rendered(_program(helm), [name, str(chart.resolve()), *options], values, str(source))
    found = [loaded.manifest for loaded in load(text, f"{source} (rendered)")]
    hooks = [hook_of(manifest) for manifest in found if is_hook(manifest)]
    return Chart(
        [manifest for manifest in found if not is_hook(manifest)],
        [hook for hook in hooks if hook],
    )


def _program(helm: str) -> str:
    found = shutil.which(helm)
    if found is None:
        cure = "install Helm 3 or newer on the controller, where PATH finds it"
        raise SourceError(f"charts need the program {helm}, which is not on PATH", "", cure)
    return found


def _rendered(helm: str, arguments: list[str], values: Mapping[str, Any], where: str) -> str:
    """What helm prints. JSON is YAML, and NamedTemporaryFile makes files of mode 0600."""
    environment = {key: value for key, value in os.environ.items() if key != "HELM_DEBUG"}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        json.dump(values, file)
        file.flush()
        command = [helm, "template", *arguments, "--values", file.name]
        try:
            answer = subprocess.run(
                command,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=RENDER_SECONDS,
                env=environment,
                encoding="utf-8",
                check=False,
            )
        except subprocess.TimeoutExpired:
            cure = "look for a loop in its templates"
            raise SourceError(f"not rendered within {RENDER_SECONDS} s", where, cure) from None
    if answer.returncode:
        cure = "correct the values given to the chart, or the chart"
        raise SourceError(_reason(answer.stderr), where, cure)
    return answer.stdout


def _reason(said: str) -> str:
    """helm's own words; what is wrong with values comes in any order and is told in one."""
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    told = [line for line in lines if not line.lstrip().startswith(NOISE)] or lines
    runs = groupby(told, key=lambda line: line.startswith("- "))
    ordered = [line for items, run in runs for line in (sorted(run) if items else run)]
    return "\n".join(ordered).removeprefix("Error: ") or "helm failed and gave no reason"
