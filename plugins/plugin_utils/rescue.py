"""Whether a failed task is inside a block whose rescue will take care of it."""

from __future__ import annotations

from typing import Any

from ansible.playbook.block import Block


def is_rescued(task: Any) -> bool:  # noqa: ANN401  (Ansible has no types)
    """True where a surrounding block has a rescue and the task is in its main part."""
    child, parent = task, task._parent
    while parent is not None:
        if isinstance(parent, Block) and parent.rescue and _holds(parent.block, child):
            return True
        child, parent = parent, parent._parent
    return False


def _holds(tasks: list[Any], child: Any) -> bool:  # noqa: ANN401
    """Compared by id: the strategies work on copies."""
    return any(entry._uuid == child._uuid for entry in tasks)
