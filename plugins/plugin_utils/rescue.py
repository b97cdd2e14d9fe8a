"""Whether a failed task is inside a block whose rescue will take care of it."""

from __future__ import annotations

from typing import Any

from ansible.playbook.block import Block


def is_rescued(task: Any) -> bool:  # noqa: ANN401  (Ansible has no types)
    """True where a surrounding block has a rescue and the task is in its main part."""
    # Compared by id: the strategies work on copies. All below a block are compared: what a static
    # import brings in is listed in the block, the import itself is not.
    below = {task._uuid}
    parent = task._parent
    while parent is not None:
        if isinstance(parent, Block) and parent.rescue and _holds(parent.block, below):
            return True
        below.add(parent._uuid)
        parent = parent._parent
    return False


def _holds(tasks: list[Any], below: set[str]) -> bool:
    return any(entry._uuid in below for entry in tasks)
