"""Brings the state of an environment from its machine, and back there after the run.

    state.py fetch|require|keep ENVIRONMENT SSH_FOLDER

`require` is `fetch` of what must be there. Both also write the last run's id to
SSH_FOLDER/ENVIRONMENT.before: by it the report tells runs apart.

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
NOT_THERE = "nothing is installed there yet: run the Pipeline first"
# What cannot be made again; the wheels that were brought to the machine can. The lock says which
# images were installed, the kubeconfig is that of K3s.
KEPT = (
    *("product.json", "lock.yml", "journal", "records", "secrets", "components/*/kubeconfig"),
    "place",
)

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
    _move(state)
    return True


def _move(state: Path) -> None:
    """Records name files by their whole paths, and this checkout may lie elsewhere."""
    file, here = state / "place", str(state.absolute())
    before = file.read_text("utf-8") if file.exists() else here
    for record in state.glob("records/*.json") if before != here else ():
        record.write_text(record.read_text("utf-8").replace(before, here), "utf-8")


def keep(state: Path, path: str, ssh: list[str]) -> None:
    """Put what is here in place of what the machine keeps."""
    (state / "place").write_text(str(state.absolute()), "utf-8")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for entry in sorted(found for kind in KEPT for found in state.glob(kind)):
            archive.add(entry, entry.relative_to(state).as_posix())
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
        if command in ("fetch", "require"):
            there = fetch(state, path, ssh)
            if command == "require" and not there:
                raise StateError(NOT_THERE)
            print("the state was fetched" if there else "nothing is installed yet")
            runs = sorted(journal.stem for journal in state.glob("journal/*.jsonl"))
            (ssh_folder / f"{environment}.before").write_text("".join(runs[-1:]), "utf-8")
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
