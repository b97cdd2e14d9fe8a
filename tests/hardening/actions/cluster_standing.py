"""The action `cluster_standing` in the copy of the collection: nothing is there yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.stratum.platform.plugins.action import cluster_standing_itself
from ansible_collections.stratum.platform.plugins.action.unreached import Unreached


class ActionModule(cluster_standing_itself.ActionModule):  # type: ignore[misc]
    @contextmanager
    def cluster(self) -> Iterator[Unreached]:
        yield Unreached()
