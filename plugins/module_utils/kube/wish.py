"""What a release is to be, and how it is brought about. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .hook import Hook, hook_of
from .identity import Manifest, ObjectKey, key_of
from .normal import images
from .revision import Revision


@dataclass(frozen=True)
class Options:
    """How a release is brought about; the names are those of the task."""

    keep: int = 5
    force: bool = False
    adopt: bool = False
    purge: bool = False
    wait: bool = True
    timeout: float = 300.0
    roll_back: bool = False
    check: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a release is to be; the manifests carry its labels."""

    manifests: list[Manifest]
    hooks: list[Hook] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    back_to: int | None = None

    @classmethod
    def of(cls, revision: Revision, back_to: int | None = None) -> Wanted:
        """What a revision was."""
        kept = [hook for manifest in revision.hooks if (hook := hook_of(manifest))]
        return cls(revision.manifests, kept, revision.rules, back_to)

    @property
    def keys(self) -> list[ObjectKey]:
        """Its objects."""
        return [key_of(manifest) for manifest in self.manifests]

    def revision(self, number: int) -> Revision:
        """It as a revision that begins now."""
        return Revision(
            number=number,
            manifests=self.manifests,
            hooks=[hook.manifest for hook in self.hooks],
            rules=self.rules,
            images=images(self.manifests),
            started_at=now(),
            rolled_back_to=self.back_to,
        )


def now() -> str:
    """This second, as records write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
