"""How long it takes to resolve a product of 1,000 components: the median of five runs.

python bench/resolver.py [components]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import (  # noqa: E402
    Folder,
)
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import (  # noqa: E402
    resolve,
)

TIERS = 10
ROLES = 50
RUNS = 5
META = """component:
  description: A part of the benchmark.
  drivers: [host]
  outputs:
    url: {{type: url, value: "http://{{{{ {role}_address }}}}:{{{{ {role}_port }}}}"}}
  ports: [{role}_port]
  secrets:
    key: {{length: 40}}
  readiness:
    - {{kind: tcp, host: "{{{{ {role}_address }}}}", port: "{{{{ {role}_port }}}}"}}
"""
COMPONENT = """  c{index}:
    tier: t{tier}
    role: r{role}
    on: m{machine}
    needs: [{needs}]
    vars:
      r{role}_port: {port}
      r{role}_upstream: {upstream}
      r{role}_key: {{secret: c{index}.key}}
"""


def lay_out(root: Path, components: int) -> Path:
    """A project of that many components on ten machines; gives its environment file."""
    for role in range(ROLES):
        folder = root / "roles" / f"r{role}" / "meta"
        folder.mkdir(parents=True)
        (folder / "component.yml").write_text(META.format(role=f"r{role}"))
    product = root / "products" / "bench"
    (product / "releases").mkdir(parents=True)
    (product / "product.yml.j2").write_text(_template(components))
    (product / "releases" / "1.0.0.yml").write_text(_lock(components))
    environment = root / "inventories" / "bench" / "product.yml"
    environment.parent.mkdir(parents=True)
    machines = "".join(
        f"  m{index}: {{address: 10.0.0.{index + 1}, service_manager: systemd}}\n"
        for index in range(10)
    )
    environment.write_text(
        f"plugin: stratum.platform.product\nproduct: bench\nrelease: 1.0.0\nmachines:\n{machines}"
    )
    return environment


def _template(components: int) -> str:
    tiers = ", ".join(f"t{tier}" for tier in range(TIERS))
    parts = [f"product: bench\ntiers: [{tiers}]\ncomponents:\n"]
    for index in range(components):
        before = range(max(0, index - 3), index)
        parts.append(
            COMPONENT.format(
                index=index,
                tier=index * TIERS // components,
                role=index % ROLES,
                machine=index % 10,
                needs=", ".join(f"c{other}" for other in before),
                upstream=f"{{output: c{index - 1}.url}}" if index else "none",
                port=10000 + index,
            )
        )
    return "".join(parts)


def _lock(components: int) -> str:
    entries = "".join(
        f"  c{index}:\n    version: 1.0.0\n    source: {{repository: https://example.org/c{index}, "
        f'tag: v1.0.0, commit: "{index:040x}"}}\n    files: []\n    images: []\n'
        for index in range(components)
    )
    return f"product: bench\nversion: 1.0.0\nreleased: 2026-11-21\ncomponents:\n{entries}"


def main(components: int) -> None:
    """Print the median."""
    with tempfile.TemporaryDirectory() as root:
        environment = lay_out(Path(root), components)
        seconds = []
        for _run in range(RUNS):
            began = time.perf_counter()
            resolved = resolve(Folder(environment))
            seconds.append(time.perf_counter() - began)
    assert len(resolved.instances) == components
    print(
        f"{components} components resolved in {statistics.median(seconds):.2f} s (median of {RUNS})"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
