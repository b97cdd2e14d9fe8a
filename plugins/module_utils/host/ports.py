"""TCP ports of the instances of an embedded environment: free, or held by the instance itself?"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..run.process import tree_of
from .listeners import Listener, listeners, sockets
from .supervisord import Supervisord

END_SECONDS = 20.0


def check(
    instances: Sequence[Mapping[str, Any]], state_directory: Path, end_orphans: bool
) -> list[dict[str, str]]:
    """Problems with the ports of `instances`, each with where, what and cure.

    A port that is held by processes which an earlier supervisord of this environment left behind
    is freed (unless `end_orphans` is false): each gets SIGTERM, by its own id.
    """
    supervisord = Supervisord(state_directory)
    main = supervisord.process()
    kept = tree_of(main) if main else set()
    problems: list[dict[str, str]] = []
    for instance in instances:
        pid = int(supervisord.info(instance["name"]).get("pid", 0)) if main else 0
        own = tree_of(pid) if pid else set()
        for variable, port in instance["ports"].items():
            holders = listeners(int(port))
            if not holders or any(holder.pid in own for holder in holders):
                continue
            if all(_is_orphan(holder, supervisord, kept) for holder in holders) and (
                not end_orphans or _end(int(port), holders)
            ):
                continue
            problems.append(_problem(instance, variable, int(port), holders[0], kept))
    return problems


def _is_orphan(holder: Listener, supervisord: Supervisord, kept: set[int]) -> bool:
    ours = holder.environment.get("SUPERVISOR_SERVER_URL") == f"unix://{supervisord.socket}"
    return ours and holder.pid not in kept


def _problem(
    instance: Mapping[str, Any], variable: str, port: int, holder: Listener, kept: set[int]
) -> dict[str, str]:
    who = f"process {holder.pid} ({holder.name})" if holder.pid else "another process"
    cure = f"end that process, or set the parameter behind {variable} to a free port"
    other = holder.environment.get("SUPERVISOR_PROCESS_NAME")
    if holder.pid in kept and other:
        who = f"{other} of this environment, {who}"
        cure = (
            f"give {other} its new port first (--limit {other}) or remove it, "
            f"or set the parameter behind {variable} to a free port"
        )
    return {
        "where": f"{instance['name']}, {variable}",
        "what": f"port {port} is in use by {who}",
        "cure": cure,
    }


def _end(port: int, holders: Sequence[Listener]) -> bool:
    """Whether the port is free in the end; their ids may stay as long as nobody asks for them."""
    for holder in holders:
        try:
            os.kill(holder.pid, signal.SIGTERM)
        except ProcessLookupError:
            continue
    end = time.monotonic() + END_SECONDS
    while sockets(port):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
