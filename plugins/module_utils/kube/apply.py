"""Applying a plan's objects, phase by phase."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..ready.status import State
from . import wait
from .connection import Cluster
from .difference import differs
from .identity import Manifest, ObjectKey
from .phases import in_phases
from .plan import CHANGED, CREATED, RECREATED, UNCHANGED, Change, together
from .problem import KubeError, NotReady, UnknownKind
from .world import WORKLOADS

NEW_KIND_SECONDS = 10.0  # between a definition's being Established and its objects' being served


class Applier:
    """Applies changes; `between` is called between phases and may end the work."""

    def __init__(
        self, cluster: Cluster, deadline: float, force: bool, between: Callable[[], None]
    ) -> None:
        self._cluster = cluster
        self._deadline = deadline
        self._force = force
        self._between = between

    def apply(self, changes: Sequence[Change]) -> list[Change]:
        """Apply one phase's changes; gives what has become of each.

        Raises:
            KubeError: all that was refused; what was not is applied.
        """
        self._between()
        answers = self._cluster.parallel(self._one, changes)
        errors = [answer for answer in answers if isinstance(answer, KubeError)]
        if errors:
            raise together(errors)
        return [answer for answer in answers if isinstance(answer, Change)]

    def delete(self, objects: Sequence[Manifest], keys: Sequence[ObjectKey]) -> None:
        """Delete objects, the last phase first, each phase gone before the one before it.

        Raises:
            NotReady: some are not gone at the deadline.
        """
        live = dict(zip(keys, objects, strict=True))
        for _, group in reversed(in_phases(keys)):
            self._between()
            self._cluster.parallel(lambda key: self._delete(key, live[key]), group)
            self.until_gone(group)

    def until_gone(self, keys: Sequence[ObjectKey]) -> None:
        """Wait for deletions.

        Raises:
            NotReady: some are not gone at the deadline.
        """
        found = wait.until_gone(self._cluster, keys, self._deadline)
        left = {key: seen for key, seen in found.items() if seen.state is not State.NOT_FOUND}
        if left:
            what = "; ".join(f"{key} {status.sentence}" for key, status in left.items())
            raise NotReady(
                f"not deleted in time: {what}",
                "",
                "what holds it is told above: the program that is to take its finalizer away "
                "must run, or take the finalizer away by hand",
                [line for status in left.values() for line in status.evidence],
            )

    def _one(self, change: Change) -> Change | KubeError:
        if not change.needed:
            return change
        try:
            if change.change == RECREATED and change.before is not None:
                self._delete(change.key, change.before)
            if change.change == RECREATED or change.going:
                self.until_gone([change.key])
            return self._became(change, self._applied(change.manifest))
        except KubeError as error:
            return error

    def _applied(self, manifest: Manifest) -> Manifest:
        end = min(self._deadline, time.monotonic() + NEW_KIND_SECONDS)
        while True:
            try:
                return self._cluster.apply(manifest, force=self._force)
            except UnknownKind:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.1)
                self._cluster.discovery.refresh(again=True)

    @staticmethod
    def _became(change: Change, after: Manifest) -> Change:
        if change.change in (CREATED, RECREATED) or change.before is None:
            return replace(change, live=after)
        became = CHANGED if differs(change.before, after) else UNCHANGED
        return replace(change, change=became, after=after, live=after)

    def _delete(self, key: ObjectKey, live: Manifest) -> None:
        # Of what runs pods, being gone means that these are gone too.
        propagation = "Foreground" if key.group_kind in WORKLOADS else "Background"
        self._cluster.delete(key, propagation=propagation, uid=live["metadata"]["uid"])
