"""A mirror for a machine with no way out, made of what another machine was installed from."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

# The builder of the services project, and what installs on the machine.
TOOLS = ("hatchling==1.33.0", f"pip=={version('pip')}")


def add_wheels(mirror: Path, state: Path, machine: str) -> None:
    """The wheels that the instances of a machine were installed from.

    Without those of the project itself, which are made of the checkout.
    """
    for archive in state.glob(f"components/*@{machine}/**/wheels/*.tar"):
        with tarfile.open(archive) as file:
            wheels = [member for member in file if _is_foreign(member.name)]
            file.extractall(mirror, members=wheels)


def add_tools(mirror: Path) -> None:
    """What makes and installs the project's own wheels."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", f"--dest={mirror}"]
    subprocess.run([*pip, *TOOLS], check=True)


def _is_foreign(name: str) -> bool:
    return name.endswith(".whl") and name != "pip.whl" and "stratum" not in name
