"""The action `release` in the copy of the collection: what it would apply goes into a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.action import release_itself
from ansible_collections.stratum.platform.plugins.action.unreached import Unreached
from ansible_collections.stratum.platform.plugins.module_utils.kube.outcome import Outcome


class ActionModule(release_itself.ActionModule):  # type: ignore[misc]
    """Everything up to the cluster is the action's own."""

    @contextmanager
    def cluster(self) -> Iterator[Unreached]:
        yield Unreached()

    def _outcome(self, cluster: Any, owner: Any) -> Outcome:
        wanted = self._wanted(cluster, owner)
        objects = [*wanted.manifests, *(hook.manifest for hook in wanted.hooks)]
        folder = Path(os.environ["STRATUM_RENDERED"])
        documents = "\n---\n".join(json.dumps(each, indent=1) for each in objects)
        (folder / f"{owner.namespace}-{owner.name}.yaml").write_text(documents)
        return Outcome(True, 1, [])
