"""What the instances of a run wait for that is no part of the run. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .wait import Progress


def outside(opening: Mapping[str, Any], instances: Iterable[Mapping[str, Any]]) -> list[str]:
    """Their names, in the product's order.

    Args:
        opening: the fields of the run's `run_started`.
        instances: those that take part, as they are resolved; the run itself leaves out the tiers
            of which nothing takes part.
    """
    progress = Progress()
    progress.feed([{**opening, "event": "run_started"}])
    waited_for = {name for instance in instances for name in progress.waits_for(instance)}
    order = [name for tier in opening["tiers"] for name in tier["instances"]]
    return [name for name in order if name in waited_for and name not in progress.instances]
