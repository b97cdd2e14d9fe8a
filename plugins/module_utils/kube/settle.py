"""Waiting for a release's objects, and the one message when they do not become ready."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from ..ready.status import Status
from . import evidence, wait
from .connection import Cluster
from .identity import Manifest, ObjectKey
from .ownership import Owner
from .problem import NotReady
from .rules import Rule
from .status import overall, settled

SHOWN = 3  # objects whose evidence is gathered
SAY_EVERY_SECONDS = 10.0
Say = Callable[[str], None]


def settle(
    cluster: Cluster,
    owner: Owner,
    live: Mapping[ObjectKey, Manifest],
    rules: Sequence[Rule],
    deadline: float,
    say: Say,
    hidden: Sequence[str] = (),
) -> None:
    """Wait until all objects are Current.

    Args:
        live: the objects, as the API server gave them last.
        rules: when custom resources are Current.
        deadline: on the monotonic clock.
        say: told what is waited for, every few seconds.
        hidden: values that evidence must not show.

    Raises:
        NotReady: with what is not ready, why, and what shows it.
    """
    began = time.monotonic()
    found = wait.until_current(
        cluster,
        list(live),
        deadline,
        rules,
        _Teller(say),
        known=live,
        labels=owner.selector,
    )
    status = overall(found)
    if status.current:
        return
    waited = time.monotonic() - began
    late = {key: seen for key, seen in found.items() if not settled(seen)}
    raise NotReady(
        f"not ready after {waited:.0f} s: {status.sentence}",
        f"release {owner}",
        "mend what is named, then run again; nothing that is ready is restarted",
        _evidence(cluster, late, hidden),
    )


def _evidence(
    cluster: Cluster, late: Mapping[ObjectKey, Status], hidden: Sequence[str]
) -> list[str]:
    lines: list[str] = []
    for key in list(late)[:SHOWN]:
        lines += evidence.of(cluster, key, late[key], hidden=hidden)
    if len(late) > SHOWN:
        lines.append(f"and {len(late) - SHOWN} more: {', '.join(map(str, list(late)[SHOWN:]))}")
    return lines


class _Teller:
    """Says now and then what is waited for."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._next = time.monotonic() + SAY_EVERY_SECONDS

    def __call__(self, key: ObjectKey, status: Status) -> None:
        if time.monotonic() >= self._next and not settled(status):
            self._next = time.monotonic() + SAY_EVERY_SECONDS
            self._say(f"waiting for {key}: {status.sentence}")
