"""Brings the state of an environment from its machine, and back there after the run.

    state.py fetch|keep ENVIRONMENT SSH_FOLDER

Records, journals and generated secrets belong together with what is installed; a runner is gone
after its run. The archive on the machine belongs to root and is replaced whole or not at all.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
FOLDER = "/var/lib/stratum-controller"
# The machine's answer where nothing was kept yet; ssh itself ends with 255.
NOTHING_YET = 44
# What cannot be made again; the wheels that were brought to the machine can.
KEPT = ("product.json", "journal", "records", "secrets")

FETCH = 'sudo -n sh -c \'test -e "$1" || exit {nothing}; cat "$1"\' - {path}'
KEEP = (
    'sudo -n sh -c \'umask 077; mkdir -p "$(dirname "$1")" && cat > "$1.new" && sync "$1.new" '
    '&& mv "$1.new" "$1"\' - {path}'
)


class StateError(Exception):
    """The state could not be brought; the run must not go on without it."""


def fetch(state: Path, path: str, ssh: list[str]) -> bool:
    """Unpack what the machine keeps; whether it kept anything."""
    command = [*ssh, FETCH.format(nothing=NOTHING_YET, path=path)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == NOTHING_YET:
        return False
    _succeeded(done)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(state, filter="data")
    return True


def keep(state: Path, path: str, ssh: list[str]) -> None:
    """Put what is here in place of what the machine keeps."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in KEPT:
            if (state / name).exists():
                archive.add(state / name, name)
    command = [*ssh, KEEP.format(path=path)]
    _succeeded(subprocess.run(command, input=packed.getvalue(), capture_output=True, check=False))


def _succeeded(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise StateError(f"the machine cannot be used: {said[-1]}")


def main(command: str, environment: str, ssh_folder: Path) -> int:
    """Fetch or keep."""
    if not NAME.fullmatch(environment):
        print(f"::error::the environment's name must fit {NAME.pattern}")
        return 1
    state, path = Path(".stratum") / environment, f"{FOLDER}/{environment}.tar.gz"
    ssh = ["ssh", "-F", str(ssh_folder / "config"), "machine"]
    try:
        if command == "fetch":
            print(
                "the state was fetched" if fetch(state, path, ssh) else "nothing is installed yet"
            )
        elif state.is_dir():
            keep(state, path, ssh)
            print("the state is kept on the machine")
    except StateError as error:
        print(f"::error title=State of {environment}::{error}")
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(f"### {environment}: {error}\n\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
