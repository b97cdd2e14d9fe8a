"""The parts of an object's status that all kinds share: conditions, generation, deletion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..ready.status import State, Status
from .identity import Manifest

MESSAGE_LIMIT = 300  # characters; some controllers write pages


@dataclass(frozen=True)
class Condition:
    """One entry of `status.conditions`."""

    type: str
    status: str
    reason: str
    message: str

    @property
    def true(self) -> bool:
        """Whether it holds."""
        return self.status == "True"

    @property
    def false(self) -> bool:
        """Whether it is known not to hold."""
        return self.status == "False"

    def __str__(self) -> str:
        why = ": ".join(part for part in (self.reason, self.message) if part)
        return f"{self.type}={self.status}" + (f" ({why})" if why else "")

    @property
    def why(self) -> str:
        """Its message, else its reason, else itself."""
        return self.message or self.reason or f"{self.type} is {self.status}"


def conditions(manifest: Manifest) -> tuple[Condition, ...]:
    """All of an object's conditions that speak of its present generation."""
    generation = manifest["metadata"].get("generation")
    return tuple(
        Condition(
            str(entry.get("type", "")),
            str(entry.get("status", "Unknown")),
            str(entry.get("reason") or ""),
            clipped(str(entry.get("message") or "")),
        )
        for entry in sequence(part(manifest, "status").get("conditions"))
        if isinstance(entry, dict) and entry.get("observedGeneration") in (None, generation)
    )


def find(manifest: Manifest, kind: str) -> Condition | None:
    """The condition of that type, if the object has it."""
    return next((found for found in conditions(manifest) if found.type == kind), None)


def terminating(manifest: Manifest) -> Status | None:
    """That an object is being deleted, and what it still waits for."""
    metadata = manifest["metadata"]
    since = metadata.get("deletionTimestamp")
    if not since:
        return None
    sentence = f"is being deleted since {since}"
    held = sequence(metadata.get("finalizers"))
    if held:
        noun = "finalizer" if len(held) == 1 else "finalizers"
        sentence += f" and waits for the {noun} {', '.join(held)}"
    # A Namespace tells in its conditions what is left in it.
    is_namespace = manifest["kind"] == "Namespace"
    left = [found for found in conditions(manifest) if found.true and is_namespace]
    if left:
        sentence += f": {'; '.join(found.why for found in left)}"
    return Status(State.TERMINATING, sentence)


def unobserved(manifest: Manifest, *, required: bool = False) -> Status | None:
    """That the controller has not yet seen the present generation.

    Args:
        manifest: the object.
        required: its controller always tells the generation, so none means not yet seen.
    """
    generation = manifest["metadata"].get("generation")
    observed = part(manifest, "status").get("observedGeneration")
    if observed is None and required:
        return Status(State.IN_PROGRESS, "its controller has not seen it yet")
    if not isinstance(observed, int) or generation is None or observed >= generation:
        return None
    sentence = f"its controller has seen generation {observed}, not yet {generation}"
    return Status(State.IN_PROGRESS, sentence)


def part(manifest: Manifest, name: str) -> dict[str, Any]:
    """A map inside an object, empty where it is missing or something else."""
    found = manifest.get(name)
    return found if isinstance(found, dict) else {}


def sequence(value: Any) -> list[Any]:  # noqa: ANN401  (any value of a JSON object)
    """A list inside an object, empty where it is missing or something else."""
    return value if isinstance(value, list) else []


def clipped(text: str) -> str:
    """One line of a limited length. Its end stays: of errors in a chain the cause is the last."""
    line = " ".join(text.split())
    if len(line) <= MESSAGE_LIMIT:
        return line
    end = MESSAGE_LIMIT // 3
    return f"{line[: MESSAGE_LIMIT - end - 1]}…{line[-end:]}"
