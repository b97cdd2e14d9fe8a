"""Renders the products by `site.yml --check`, with a copy of the collection that asks no cluster.

The copy is links to the checkout, but for two actions; roles, charts and inputs are the real ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE / "environments"
ACTIONS = HERE / "actions"
# They are no part of a collection, or would lead into the copy again.
LEFT_OUT = {".collections", ".git", ".venv", "build", "plugins"}


class RenderError(Exception):
    """A product that could not be rendered, with what Ansible said."""


def render(environment: Path, folder: Path, helm: Path) -> Path:
    """Write what the environment would bring onto its cluster.

    Args:
        environment: its file, as `inventories/<name>/product.yml`.
        folder: an empty one, for the copy and for what is rendered.
        helm: the program.

    Returns:
        The folder of the manifests, one file a release.
    """
    rendered, inventory = folder / "rendered", folder / "inventories" / environment.stem
    for each in (rendered, inventory):
        each.mkdir(parents=True)
    (inventory / "product.yml").write_text(environment.read_text("utf-8"))
    _copy_collection(folder / "collections" / "ansible_collections" / "stratum" / "platform")
    program = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [program, "-i", inventory, ROOT / "playbooks" / "site.yml", "--check"],
        cwd=ROOT,
        env={
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
            "ANSIBLE_NOCOLOR": "1",
            "PATH": f"{helm.parent}:{os.environ['PATH']}",
            "STRATUM_RENDERED": str(rendered),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RenderError(f"{environment.name} could not be rendered:\n{done.stdout}{done.stderr}")
    return rendered


def _copy_collection(target: Path) -> None:
    target.mkdir(parents=True)
    _link(ROOT, target, LEFT_OUT)
    _link(ROOT / "plugins", target / "plugins", {"action"})
    ours = {path.name for path in ACTIONS.glob("*.py")}
    _link(ROOT / "plugins" / "action", target / "plugins" / "action", ours)
    for name in sorted(ours):
        (target / "plugins" / "action" / name).symlink_to(ACTIONS / name)
        itself = ROOT / "plugins" / "action" / name
        if itself.exists():
            link = target / "plugins" / "action" / name.replace(".py", "_itself.py")
            link.symlink_to(itself)


def _link(source: Path, target: Path, without: set[str]) -> None:
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        if path.name not in without:
            (target / path.name).symlink_to(path)
