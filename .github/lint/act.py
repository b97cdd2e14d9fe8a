"""Runs the workflow CI with act on this machine itself, without containers.

    act.py [BASE]      # as for a pull request from BASE, by default HEAD: what then has to run

Change detection decides as on GitHub: without a change it is lint and the verdict, with
BASE=HEAD~1 what the last commit can break. Each job works on a copy of the files that git knows,
and sets itself up from nothing as on a new runner. Jobs that need root need it here too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACT = Path(sys.executable).with_name("act")


def main(base: str) -> int:
    """Run act; its result is this program's."""
    command = ["git", "rev-parse", "--verify", f"{base}^{{commit}}"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        print(f"BASE={base} is no commit of this checkout", file=sys.stderr)
        return 1
    with tempfile.NamedTemporaryFile("w", suffix=".json") as event:
        json.dump({"pull_request": {"base": {"sha": found.stdout.strip()}}}, event)
        event.flush()
        workflow = [str(ACT), "pull_request", "--workflows", ".github/workflows/ci.yml"]
        here = ["--platform", "ubuntu-latest=-self-hosted", "--no-cache-server"]
        # One job at a time: this machine is not four.
        settings = ["--eventpath", event.name, "--concurrent-jobs", "1", "--log-prefix-job-id"]
        return subprocess.run([*workflow, *here, *settings], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "HEAD"))
