"""A role's own variables, for what happens to its instance outside of its tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

FILES = ("defaults/main.yml", "vars/main.yml")


def in_role(templar: Any, loader: Any, role: Path, variables: dict[str, Any]) -> Any:  # noqa: ANN401
    """A templar that sees a role's files below all that is set for the task.

    `include_role` with `public` would give the task the same. But then every task of every
    instance would carry the variables of all roles that a run has loaded so far.

    Args:
        templar: the task's own.
        loader: Ansible's reader of files.
        role: the role's folder.
        variables: those of the task.
    """
    paths = [role / name for name in FILES]
    files = [
        loader.load_from_file(str(path), trusted_as_template=True) or {}
        for path in paths
        if path.is_file()
    ]
    together: dict[str, Any] = {}
    for layer in (*files, variables, {"role_path": str(role)}):
        together.update(layer)
    return templar.copy_with_new_env(available_variables=together)
