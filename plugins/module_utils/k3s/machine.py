"""K3s as it stands on this machine: its unit, its process, its data, and its node.

Every answer comes from systemd, the process or the API server, not from what was written.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .supervisor import digest

UNITS = {"server": "k3s.service", "agent": "k3s-agent.service"}
CRASH_LOOP = 5
EVIDENCE_LINES = 20
Answer = tuple[int, str]
Run = Callable[[Sequence[str]], Answer]


def run(command: Sequence[str]) -> Answer:
    """The exit code of a command and what it printed; 127 where there is no such program."""
    try:
        done = subprocess.run(
            list(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60
        )
    except (FileNotFoundError, PermissionError) as error:
        return 127, str(error)
    except subprocess.TimeoutExpired:
        return 124, f"{command[0]} does not answer"
    return done.returncode, done.stdout.decode(errors="replace")


@dataclass(frozen=True)
class Process:
    """The unit's process: the version of what runs (not of what lies on disk), and its settings."""

    active: bool
    known: bool
    version: str
    revision: str
    restarts: int
    sentence: str


@dataclass(frozen=True)
class Machine:
    """K3s of one role on this machine.

    Args:
        role: `server` or `agent`.
        program: the path of `k3s`.
        data_dir: where it keeps everything.
        run: runs a command.
    """

    role: str
    program: str
    data_dir: Path
    run: Run = run

    @property
    def installed(self) -> str:
        """The version on disk; empty without one."""
        code, said = self.run([self.program, "--version"])
        return _version(said) if code == 0 else ""

    def process(self) -> Process:
        """The unit and its process."""
        unit = UNITS[self.role]
        wanted = "--property=ActiveState,SubState,MainPID,NRestarts,LoadState,Result"
        code, said = self.run(["systemctl", "show", wanted, unit])
        shown = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        if code or shown.get("LoadState") != "loaded":
            return Process(False, False, "", "", 0, f"there is no unit {unit}")
        pid, state = int(shown["MainPID"] or 0), shown["ActiveState"]
        sentence = f"unit {unit} is {state} ({shown['SubState']}), result {shown['Result']}"
        version = _version(self.run([f"/proc/{pid}/exe", "--version"])[1]) if pid else ""
        restarts = int(shown["NRestarts"] or 0)
        return Process(state == "active", True, version, _revision(pid), restarts, sentence)

    @property
    def other_role(self) -> bool:
        """Whether it is of the other role by its data: an agent keeps none of a server."""
        server = (self.data_dir / "server/db").exists()
        agent = (self.data_dir / "agent/client-kubelet.crt").exists()
        return server if self.role == "agent" else agent and not server

    @property
    def data(self) -> bool:
        """Whether it belongs to a cluster."""
        return (self.data_dir / _OF_ROLE[self.role][0]).exists()

    @property
    def ca_hash(self) -> str:
        """The digest of its cluster's authority; empty where it has none."""
        pem = _read(self.data_dir / _OF_ROLE[self.role][1])
        return digest(pem) if pem else ""

    @property
    def token(self) -> str:
        """The token of its cluster, as a server keeps it."""
        return _read(self.data_dir / "server/token").strip().rpartition(":")[2]

    def node(self, name: str) -> dict[str, Any]:
        """The node as the API server sees it; empty where that does not answer."""
        kubeconfig = _OF_ROLE[self.role][2]
        path = kubeconfig if kubeconfig.startswith("/") else str(self.data_dir / kubeconfig)
        raw = f"--kubeconfig={path}", "get", "--raw", f"/api/v1/nodes/{name}"
        code, said = self.run([self.program, "kubectl", *raw])
        try:
            return dict(json.loads(said)) if code == 0 else {}
        except ValueError:
            return {}

    def last_lines(self) -> list[str]:
        """The end of its journal, as evidence."""
        wanted = ["--lines", str(EVIDENCE_LINES), "--output", "cat", "--no-pager"]
        return self.run(["journalctl", "--unit", UNITS[self.role], *wanted])[1].splitlines()


# What shows that it belongs to a cluster, that cluster's authority, and who may ask its API server.
_OF_ROLE = {
    "server": ("server/db/etcd/member", "server/tls/server-ca.crt", "/etc/rancher/k3s/k3s.yaml"),
    "agent": ("agent/client-kubelet.crt", "agent/server-ca.crt", "agent/kubelet.kubeconfig"),
}


def not_ready(machine: Machine, node: str, version: str, revision: str) -> str:
    """Why the node is not ready as wanted; empty where it is."""
    process = machine.process()
    if not process.active:
        return process.sentence
    if process.revision != revision:
        return f"unit {UNITS[machine.role]} still runs with the configuration before"
    if process.version != version:
        return f"{process.version or 'no version'} runs, not {version}"
    seen = machine.node(node)
    if not seen:
        return f"the API server does not tell of the node {node}"
    told = seen["status"]["nodeInfo"]["kubeletVersion"]
    if told != version:
        return f"the node {node} reports {told}, not {version}"
    conditions = {entry["type"]: entry for entry in seen["status"].get("conditions", [])}
    ready = conditions.get("Ready", {"status": "Unknown", "message": "it has not reported yet"})
    if ready["status"] != "True":
        return f"the node {node} is not Ready: {ready.get('message', '')}"
    return ""


def _version(text: str) -> str:
    found = re.search(r"v\d+\.\d+\.\d+\+k3s\d+", text)
    return found[0] if found else ""


def _revision(pid: int) -> str:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""
    entries = dict(entry.partition("=")[::2] for entry in environment.split("\0"))
    return entries.get("STRATUM_REVISION", "")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
