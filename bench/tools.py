"""The ways to bring the same objects onto a cluster: Stratum's task and those of others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from . import usage
from .objects import Part, all_of
from .usage import BenchError, Usage

CALLBACKS = Path(__file__).resolve().parent / "callbacks"
TASK = "The objects"
CHARTS = 30
TIMEOUT = 600


@dataclass(frozen=True)
class HelmPrograms:
    """What helmfile is run with."""

    helmfile: Path
    helm: Path
    plugins: Path


@dataclass(frozen=True)
class Sample:
    """One run; `task` are the seconds of the task alone, where there is a playbook around it."""

    whole: Usage
    task: float | None = None

    @property
    def least(self) -> float:
        """The task alone where there is one, else the whole."""
        return self.whole.seconds if self.task is None else self.task


class Tool(Protocol):
    """One way; `write` and `run` use the same folder."""

    @property
    def key(self) -> str:
        """Its name where letters are few."""

    @property
    def name(self) -> str:
        """Its name for people."""

    def write(self, folder: Path, parts: Sequence[Part]) -> None:
        """Write its sources."""

    def run(self, folder: Path) -> Sample:
        """Bring the cluster to the sources."""


@dataclass(frozen=True)
class Playbook:
    """A playbook with one task, and what decides which task that is."""

    key: str
    name: str
    program: Path
    task: dict[str, Any]
    environment: dict[str, str]

    def write(self, folder: Path, parts: Sequence[Part]) -> None:
        objects = all_of(parts)
        _write_objects(folder / "objects.yml", objects)
        (folder / "objects.json").write_text(json.dumps({"objects": objects}))
        play = {
            "name": "Install",
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars_files": ["objects.json"] if "loop" in self.task else [],
            "tasks": [{"name": TASK, **self.task}],
        }
        (folder / "playbook.yml").write_text(json.dumps([play]))
        # So that no configuration of the user's counts.
        (folder / "ansible.cfg").write_text("[defaults]\nlocalhost_warning = false\n")

    def run(self, folder: Path) -> Sample:
        times = folder / "times.jsonl"
        times.unlink(missing_ok=True)
        environment = {
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "task_times",
            "BENCH_TASK_TIMES": str(times),
            "LC_ALL": "C.UTF-8",
            **self.environment,
        }
        command = [str(self.program), "-i", "localhost,", str(folder / "playbook.yml")]
        whole = usage.run(command, folder, environment)
        lines = [json.loads(line) for line in times.read_text().splitlines()]
        found = [line["seconds"] for line in lines if line["task"] == TASK]
        if len(found) != 1:
            raise BenchError(f"{self.name}: not one task but {lines} was timed")
        return Sample(whole, found[0])


@dataclass(frozen=True)
class Kubectl:
    """`kubectl apply`; with `waits` also for the Deployments, as a script would do it."""

    key: str
    name: str
    program: Path
    kubeconfig: Path
    waits: bool

    def write(self, folder: Path, parts: Sequence[Part]) -> None:
        objects = all_of(parts)
        _write_objects(folder / "objects.yml", objects)
        (folder / "namespace").write_text(objects[0]["metadata"]["namespace"])

    def run(self, folder: Path) -> Sample:
        access = [f"--kubeconfig={self.kubeconfig}", f"--cache-dir={folder / 'cache'}"]
        program = [str(self.program), *access]
        used = usage.run([*program, "apply", "--server-side", "-f", "objects.yml"], folder, {})
        if self.waits:
            namespace = (folder / "namespace").read_text()
            wanted = ["-n", namespace, "-l", "app.kubernetes.io/part-of=bench"]
            status = ["rollout", "status", "deployment", f"--timeout={TIMEOUT}s", *wanted]
            used = used.then(usage.run([*program, *status], folder, {}))
        return Sample(used)


@dataclass(frozen=True)
class Helmfile:
    """The objects in charts without templating, each a release; the charts have no dependencies."""

    key: str
    name: str
    programs: HelmPrograms
    kubeconfig: Path
    verb: str

    def write(self, folder: Path, parts: Sequence[Part]) -> None:
        namespace = parts[0].objects[0]["metadata"]["namespace"]
        each = max(1, len(parts) // CHARTS)
        releases = []
        for start in range(0, len(parts), each):
            name = f"chart-{start // each:03d}"
            chart = folder / "charts" / name
            (chart / "templates").mkdir(parents=True, exist_ok=True)
            about = {"apiVersion": "v2", "name": name, "version": "1.0.0"}
            (chart / "Chart.yaml").write_text(json.dumps(about))
            _write_objects(
                chart / "templates" / "objects.yaml", all_of(parts[start : start + each])
            )
            releases.append({"name": name, "namespace": namespace, "chart": f"./charts/{name}"})
        defaults = {"wait": True, "timeout": TIMEOUT, "createNamespace": False}
        # The diff plugin's check of the objects asks for flags that Helm 4 does not take together.
        defaults["disableValidation"] = True
        whole = {"helmDefaults": defaults, "releases": releases}
        # helmfile looks for lines that begin with its keys, so JSON is not YAML enough.
        (folder / "helmfile.yaml").write_text(yaml.safe_dump(whole, default_flow_style=False))

    def run(self, folder: Path) -> Sample:
        options = ["--helm-binary", str(self.programs.helm), "--skip-deps", "--log-level", "error"]
        command = [str(self.programs.helmfile), *options, self.verb]
        environment = {
            "KUBECONFIG": str(self.kubeconfig),
            "HELM_PLUGINS": str(self.programs.plugins),
            **{f"HELM_{kind}_HOME": str(folder / kind) for kind in ("CACHE", "CONFIG", "DATA")},
            "HELMFILE_UPGRADE_NOTICE_DISABLED": "true",
        }
        return Sample(usage.run(command, folder, environment))


def stratum(playbook: Path, collections: Path, kubeconfig: Path, namespace: str) -> Tool:
    """The task `stratum.platform.release`; it waits until all is ready."""
    task = {
        "name": "bench",
        "namespace": namespace,
        "kubeconfig": str(kubeconfig),
        "sources": [{"manifest": "objects.yml"}],
        "timeout": TIMEOUT,
    }
    return Playbook(
        "stratum",
        "stratum.platform.release",
        playbook,
        {"stratum.platform.release": task},
        {"ANSIBLE_COLLECTIONS_PATH": str(collections)},
    )


def kubernetes_core(playbook: Path, kubeconfig: Path, *, loop: bool) -> Tool:
    """The task `kubernetes.core.k8s` with all objects, or with each; it does not wait."""
    task: dict[str, Any] = {"state": "present", "kubeconfig": str(kubeconfig)}
    task["definition" if loop else "src"] = "{{ item }}" if loop else "objects.yml"
    repeated = {"loop": "{{ objects }}", "loop_control": {"label": "{{ item.metadata.name }}"}}
    python = str(playbook.with_name("python3"))
    return Playbook(
        "loop" if loop else "list",
        f"kubernetes.core.k8s, {'a loop' if loop else 'one list'}",
        playbook,
        {"kubernetes.core.k8s": task, **(repeated if loop else {})},
        {"ANSIBLE_PYTHON_INTERPRETER": python},
    )


def kubectl(program: Path, kubeconfig: Path, *, waits: bool) -> Tool:
    """`kubectl apply --server-side`, and if wanted `kubectl rollout status` after it."""
    name = "kubectl apply --server-side" + (", then rollout status" if waits else "")
    return Kubectl("kubectl-wait" if waits else "kubectl", name, program, kubeconfig, waits)


def helmfile(programs: HelmPrograms, kubeconfig: Path, verb: str) -> Tool:
    """`helmfile sync` or `helmfile apply`; it waits as Helm does."""
    return Helmfile(f"helmfile-{verb}", f"helmfile {verb}", programs, kubeconfig, verb)


def _write_objects(path: Path, objects: Sequence[dict[str, Any]]) -> None:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    path.write_text(yaml.dump_all(objects, Dumper=dumper, sort_keys=False))
