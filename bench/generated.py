"""Products of made-up components, each with a role of its own, for benchmarks and engine tests.

Their work is waiting, not computing, so what a run takes beyond its critical path is the engine.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent

COMPONENT = """component:
  description: A made-up component.
  drivers: [host]
  outputs:
    place: {type: string, value: "{{ %(role)s_place }}", description: where it is}
  readiness: []
"""

HOST = """- name: Work for a while
  made_up_work:
    seconds: "{{ %(role)s_seconds }}"
    fate: "{{ %(role)s_fate }}"
"""

UNREACHABLE = """- name: Ask the machine
  ansible.builtin.ping:
"""


@dataclass(frozen=True)
class Component:
    """One component with one instance. `fate` says how its work ends.

    Fates: `succeeds`, `fails`, `is killed` (its worker process), `is unreachable`, and `is seen`,
    which succeeds and leaves the file `seen` in the state directory when it begins.
    """

    name: str
    tier: int
    seconds: float
    needs: tuple[str, ...] = ()
    fate: str = "succeeds"

    @property
    def instance(self) -> str:
        return f"{self.name}@local"


@dataclass(frozen=True)
class Product:
    """Components in topological order."""

    components: tuple[Component, ...]
    schedule: str

    def critical_seconds(self) -> float:
        """The longest chain of work under the product's schedule."""
        finish: dict[str, float] = {}
        for component in self.components:
            start = max((finish[name] for name in self.waits_for(component)), default=0.0)
            finish[component.name] = start + component.seconds
        return max(finish.values(), default=0.0)

    def waits_for(self, component: Component) -> list[str]:
        before = self.tier_before(component)
        barrier = [c.name for c in self.components if c.tier == before]
        return [*component.needs, *barrier]

    def tier_before(self, component: Component) -> int | None:
        """The nearest earlier tier with components, where tiers count."""
        tiers = {c.tier for c in self.components if c.tier < component.tier}
        return max(tiers) if tiers and self.schedule == "tiers" else None


def random_product(
    size: int,
    schedule: str,
    seed: int,
    seconds: tuple[float, float] = (2.0, 8.0),
    fates: Mapping[int, str] | None = None,
) -> Product:
    """At most fifteen components a tier, each with up to three needs in earlier tiers."""
    draw = random.Random(seed)
    tiers = max(3, size // 15)
    components: list[Component] = []
    for number in range(size):
        tier = number * tiers // size
        earlier = [c.name for c in components if c.tier < tier]
        needs = draw.sample(earlier, min(len(earlier), draw.randint(0, 3)))
        components.append(
            Component(
                name=f"made_up_{number:03d}",
                tier=tier,
                seconds=round(draw.uniform(*seconds), 2),
                needs=tuple(sorted(needs)),
                fate=(fates or {}).get(number, "succeeds"),
            )
        )
    return Product(tuple(components), schedule)


@dataclass(frozen=True)
class Project:
    """A folder with the roles and the inventory of a product, and the state of its runs."""

    folder: Path
    product: Product
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self) -> None:
        """Write roles and inventory."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for component in self.product.components:
            self._write_role(component)
        inventory = json.dumps(self._inventory(), indent=1)
        (self.folder / "inventory.yml").write_text(inventory, encoding="utf-8")

    def run(self, *arguments: str, playbook: str = "site.yml") -> subprocess.CompletedProcess[str]:
        """Run a playbook of the collection on this product, as a user would."""
        running = self.start(*arguments, playbook=playbook)
        out, err = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, out, err)

    def start(self, *arguments: str, playbook: str = "site.yml") -> subprocess.Popen[str]:
        """Begin what `run` does, without waiting for its end."""
        command = [
            str(Path(sys.executable).with_name("ansible-playbook")),
            str(PROJECT / "playbooks" / playbook),
            "--inventory",
            str(self.folder / "inventory.yml"),
            *arguments,
        ]
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
            "ANSIBLE_FORCE_COLOR": "false",
            "ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml",
            "ANSIBLE_ROLES_PATH": str(self.folder / "roles"),
            "ANSIBLE_ACTION_PLUGINS": str(PROJECT / "bench" / "plugins"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "LC_ALL": "C.UTF-8",
            **self.environment,
        }
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def journals(self) -> list[Path]:
        """The journals of all runs, oldest first."""
        return sorted((self.state / "journal").glob("*.jsonl"))

    def _write_role(self, component: Component) -> None:
        role, named = self.folder / "roles" / component.name, {"role": component.name}
        reach = UNREACHABLE if component.fate == "is unreachable" else ""
        files = {
            "meta/component.yml": COMPONENT % named,
            "meta/argument_specs.yml": _argument_specs(component.name),
            "defaults/main.yml": f"{component.name}_place: here\n{component.name}_seconds: 0\n"
            f"{component.name}_fate: succeeds\n",
            "tasks/main.yml": "- name: Install\n  ansible.builtin.import_tasks: host.yml\n",
            "tasks/preflight.yml": "[]\n",
            "tasks/host.yml": reach + HOST % named,
            "tasks/absent.yml": "[]\n",
        }
        for name, text in files.items():
            path = role / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"---\n{text}", encoding="utf-8")

    def _inventory(self) -> dict[str, Any]:
        components = self.product.components
        tiers = sorted({c.tier for c in components})
        product = {
            "product": "made_up",
            "release": "1.0.0",
            "environment": "bench",
            "schedule": self.product.schedule,
            "secrets": {},
            "tiers": [
                {
                    "name": f"tier_{tier}",
                    "instances": [c.instance for c in components if c.tier == tier],
                }
                for tier in tiers
            ],
        }
        return {
            "all": {
                "vars": {
                    "stratum_product": product,
                    "stratum_state_dir": str(self.state),
                    "stratum_project_dir": str(self.folder),
                    "ansible_python_interpreter": sys.executable,
                },
                "hosts": {c.instance: self._host(c) for c in components},
                "children": {"ports_to_check": {}},
            }
        }

    def _host(self, component: Component) -> dict[str, Any]:
        before = self.product.tier_before(component)
        unreachable = component.fate == "is unreachable"
        inputs = {
            f"{component.name}_seconds": component.seconds,
            f"{component.name}_fate": component.fate,
        }
        machine = (
            {"ansible_host": "127.0.0.1", "ansible_port": 1, "ansible_connection": "ssh"}
            if unreachable
            else {"ansible_connection": "local"}
        )
        return {
            **machine,
            "stratum_service_manager": "supervisord",
            "stratum_role_digest": f"digest of {component.name}",
            "stratum_role_path": str(self.folder / "roles" / component.name),
            "stratum_instance": {
                "name": component.instance,
                "component": component.name,
                "role": component.name,
                "driver": "host",
                "tier": f"tier_{component.tier}",
                "machine": "local",
                "namespace": None,
                "version": "1.0.0",
                "source": {},
                "files": [],
                "images": [],
                "needs": [
                    {"instance": f"{name}@local", "reasons": [f"needs {name}"]}
                    for name in component.needs
                ],
                "after_tier": None if before is None else f"tier_{before}",
                "on_failure": "stop_dependents",
                "ports": {},
                "vars": inputs,
            },
            **inputs,
        }


def _argument_specs(role: str) -> str:
    options = {
        f"{role}_place": {"type": "str", "description": "Where it is.", "default": "here"},
        f"{role}_seconds": {"type": "float", "description": "How long it works.", "default": 0},
        f"{role}_fate": {"type": "str", "description": "How it ends.", "default": "succeeds"},
    }
    specs = {"argument_specs": {"main": {"short_description": "Made up.", "options": options}}}
    return json.dumps(specs) + "\n"


def instances(product: Product) -> Sequence[str]:
    """The names of a product's instances."""
    return [component.instance for component in product.components]
