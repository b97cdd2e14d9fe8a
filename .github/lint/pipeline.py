"""Runs the pipeline's installation with act, onto a test machine that SSH reaches.

    pipeline.py          # as root

A key that is not let in, then a component of the last tier that cannot be installed, then the cure,
then once more: each run must end as it should and say the cause. The tests that go before an
installation on GitHub are left out: `make act` runs those.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACT = Path(sys.executable).with_name("act")
BED = [sys.executable, "tests/machines/bed.py", "--bed=act", "--network=10.213.79.0/24"]
MACHINE = "p"
# A folder where the unit's file is to be written: the last tier's component cannot be installed.
OBSTACLE = "/etc/systemd/system/stratum-console.service"


@dataclass(frozen=True)
class Machine:
    """The test machine, and how it is reached."""

    address: str
    config: Path

    def run(self, command: str) -> None:
        """A command as root on it."""
        ssh = ["ssh", "-F", str(self.config), MACHINE, f"sudo {command}"]
        subprocess.run(ssh, check=True)

    def secrets(self, key: Path) -> dict[str, str]:
        """The pipeline's secrets, with this key."""
        return {
            "HOST_IP": self.address,
            "HOST_USER": "admin",
            "HOST_KNOWN_HOSTS": self.config.with_name("known_hosts").read_text("utf-8"),
            "SSH_PRIVATE_KEY": key.read_text("utf-8"),
        }


def main() -> int:
    """The scenario."""
    with tempfile.TemporaryDirectory() as folder, machine() as found:
        wrong, right = Path(folder, "key"), found.config.with_name("identity")
        keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(wrong)]
        subprocess.run(keygen, check=True)
        expect("a key that is not let in", found.secrets(wrong), "Permission denied (publickey")
        found.run(f"mkdir -p {OBSTACLE}")
        expect("a component that fails", found.secrets(right), "1 of 5 failed: console@host")
        found.run(f"rmdir {OBSTACLE}")
        expect("the cure", found.secrets(right), "All 5 are well", green=True)
        expect("once more", found.secrets(right), "All 5 are well", green=True)
    return 0


def expect(what: str, secrets: Mapping[str, str], said: str, *, green: bool = False) -> None:
    """One run; the program ends where it does not end so."""
    print(f"== {what}", flush=True)
    status, output = deploy(secrets)
    if (status == 0) is not green or said not in output:
        sys.exit(
            f"{what}: exit code {status}, and {said!r} was {'' if said in output else 'not '}said"
        )
    leaked = [name for name in ("SSH_PRIVATE_KEY",) if secrets[name].splitlines()[1] in output]
    if leaked:
        sys.exit(f"{what}: the log shows {', '.join(leaked)}")


def deploy(secrets: Mapping[str, str]) -> tuple[int, str]:
    """Run the job `deploy`; gives its exit code and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        event, file = Path(folder, "event.json"), Path(folder, "secrets")
        inputs = {"environment": "production", "place": "machine", "plan_only": False}
        event.write_text(json.dumps({"inputs": inputs}), "utf-8")
        file.touch(mode=0o600)
        # Its form is that of .env files, in which a quoted value may hold line ends.
        file.write_text("".join(f"{name}={json.dumps(text)}\n" for name, text in secrets.items()))
        command = [str(ACT), "workflow_dispatch", "--workflows", ".github/workflows/pipeline.yml"]
        command += ["--job", "deploy", "--eventpath", str(event), "--secret-file", str(file)]
        command += ["--platform", "ubuntu-latest=-self-hosted", "--no-cache-server"]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
        return process.wait(), "".join(lines)


@contextmanager
def machine() -> Iterator[Machine]:
    """A new machine with systemd, gone afterwards."""
    subprocess.run([*BED, "up", MACHINE], cwd=ROOT, check=True)
    try:
        told = json.loads(subprocess.check_output([*BED, "status"], cwd=ROOT, text=True))
        yield Machine(told["machines"][MACHINE]["address"], Path(told["ssh_config"]))
    finally:
        subprocess.run([*BED, "down", MACHINE], cwd=ROOT, check=False)


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("test machines need root: run it as root")
    sys.exit(main())
