"""How an installed release is now: one status over all of its objects."""

from __future__ import annotations

import time

from ..ready.status import State, Status
from . import wait
from .connection import Cluster
from .observe import observe
from .ownership import Owner
from .revision import OK, Revisions
from .rules import parse
from .status import overall


def status(cluster: Cluster, namespace: str, name: str) -> Status:
    """The status of the newest revision's objects, without waiting.

    A release whose newest revision did not succeed is Failed, whatever its objects are.
    """
    owner = Owner(namespace, name)
    revisions = Revisions(cluster, owner)
    entries = revisions.entries()
    if not entries:
        return Status(State.NOT_FOUND, f"release {owner} is not installed")
    newest = revisions.read(entries[-1].number)
    if newest.result != OK:
        ended = f": {newest.reason}" if newest.reason else " (its run did not end)"
        sentence = f"revision {newest.number} of release {owner} is {newest.result}{ended}"
        return Status(State.FAILED, sentence)
    seen = observe(cluster, newest.keys, owner)
    return overall(
        wait.until_current(
            cluster,
            newest.keys,
            time.monotonic(),  # one look
            parse(newest.rules),
            known=seen,
            labels=owner.selector,
        )
    )


def images(cluster: Cluster, namespace: str, name: str) -> list[str]:
    """The images that the newest revision's containers run."""
    revisions = Revisions(cluster, Owner(namespace, name))
    entries = revisions.entries()
    return revisions.read(entries[-1].number).images if entries else []
