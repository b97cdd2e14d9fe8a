"""A product of many made-up components on Kubernetes, as a project with an environment of its own.

It goes the whole way of a real one: template, lock, resolver, inventory, playbooks/site.yml.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from . import usage
from .objects import Manifest, Part, part
from .usage import Usage

ROOT = Path(__file__).resolve().parents[1]
TIERS = 6
MOST_NEEDS = 3
PRODUCT, RELEASE = "made_up", "1.0.0"
COMMIT = "0" * 40


@dataclass(frozen=True)
class ClusterProject:
    """`components` of five objects each, evenly over six tiers, each tier in a namespace."""

    folder: Path
    components: int
    kubeconfig: Path

    @property
    def namespaces(self) -> list[str]:
        """One a tier."""
        return [f"bench-scale-{tier}" for tier in range(TIERS)]

    @cached_property
    def parts(self) -> dict[str, Part]:
        """The objects of every component."""
        return {
            name: part(name.replace("_", "-"), self.namespaces[self._tier(number)], number)
            for number, name in enumerate(self._names)
        }

    @property
    def objects(self) -> list[Manifest]:
        """The objects of all components."""
        return [manifest for found in self.parts.values() for manifest in found.objects]

    def write(self) -> None:
        """Write product, lock, environment and manifests."""
        product = self.folder / "products" / PRODUCT
        _write(product / "product.yml.j2", self._product())
        _write(product / "releases" / f"{RELEASE}.yml", self._lock())
        _write(self.folder / "inventories" / "bench" / "product.yml", self._environment())
        for name, found in self.parts.items():
            _write(
                self._manifest(name), {"apiVersion": "v1", "kind": "List", "items": found.objects}
            )

    def run(self, *arguments: str) -> Usage:
        """Install the product as a user would."""
        command = [
            str(Path(sys.executable).with_name("ansible-playbook")),
            str(ROOT / "playbooks" / "site.yml"),
            "--inventory",
            str(self.folder / "inventories" / "bench"),
            *arguments,
        ]
        environment = {
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "LC_ALL": "C.UTF-8",
        }
        return usage.run(command, self.folder, environment, whole_tree=True)

    def journal(self) -> bytes:
        """The journal of the last run."""
        journals = self.folder / ".stratum" / "bench" / "journal"
        return max(journals.glob("*.jsonl")).read_bytes()

    @property
    def _names(self) -> list[str]:
        return [f"made_up_{number:03d}" for number in range(self.components)]

    def _tier(self, number: int) -> int:
        return number * TIERS // self.components

    def _manifest(self, name: str) -> Path:
        return self.folder / "files" / f"{name}.json"

    def _product(self) -> dict[str, Any]:
        draw = random.Random(1)
        components: dict[str, Any] = {}
        for number, name in enumerate(self._names):
            tier = self._tier(number)
            earlier = [n for i, n in enumerate(self._names) if self._tier(i) < tier]
            needs = draw.sample(earlier, min(len(earlier), draw.randint(0, MOST_NEEDS)))
            components[name] = {
                "tier": f"tier_{tier}",
                "role": "manifest",
                "namespace": self.namespaces[tier],
                "needs": sorted(needs),
                "vars": {"manifest_sources": [{"manifest": str(self._manifest(name))}]},
            }
        tiers = [f"tier_{tier}" for tier in range(TIERS)]
        return {
            "product": PRODUCT,
            "schedule": "tiers",
            "tiers": tiers,
            "components": components,
        }

    def _lock(self) -> dict[str, Any]:
        source = {"repository": "https://example.org/made-up", "tag": "v1.0.0", "commit": COMMIT}
        entry = {"version": RELEASE, "source": source, "files": [], "images": []}
        return {
            "product": PRODUCT,
            "version": RELEASE,
            "released": "2026-11-21",
            "components": dict.fromkeys(self._names, entry),
        }

    def _environment(self) -> dict[str, Any]:
        return {
            "plugin": "stratum.platform.product",
            "product": PRODUCT,
            "release": RELEASE,
            "clusters": {"bed": {"kubeconfig": str(self.kubeconfig)}},
        }


def _write(path: Path, value: Any) -> None:  # noqa: ANN401  (JSON is any value, and is YAML)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
