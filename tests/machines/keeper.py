"""Keeps one machine booted: starts systemd-nspawn, and again whenever the machine reboots itself.

Runs as a process of its own, in the machine's control group.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machines.cgroup import KINDS, Group

REBOOTED = 133  # systemd-nspawn's exit code for a machine that asked for a reboot


def main(folder: Path) -> int:
    """Ends when the machine is off; its output is the machine's console."""
    plan = json.loads((folder / "keeper.json").read_text())
    Group(plan["group"], kinds=plan.get("kinds", KINDS)).join()
    while True:
        done = subprocess.run(plan["command"], stdin=subprocess.DEVNULL, check=False)
        if done.returncode != REBOOTED:
            return done.returncode


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(Path(sys.argv[1])))
