"""Which release an object belongs to, as its labels say. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .identity import Manifest, key_of
from .problem import OwnedByAnother

MANAGED_BY = "app.kubernetes.io/managed-by"
RELEASE = "stratum.platform/release"
NAMESPACE = "stratum.platform/namespace"
KEEP = "stratum.platform/keep"
HELM_POLICY = "helm.sh/resource-policy"
HELM_RELEASE = "meta.helm.sh/release-name"
HELM_NAMESPACE = "meta.helm.sh/release-namespace"


@dataclass(frozen=True)
class Owner:
    """A release: its namespace and name."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def labels(self) -> dict[str, str]:
        """What every object of the release carries."""
        return {MANAGED_BY: "stratum", RELEASE: self.name, NAMESPACE: self.namespace}

    @property
    def selector(self) -> dict[str, str]:
        """What finds its objects."""
        return {RELEASE: self.name, NAMESPACE: self.namespace}

    def owned(self, manifest: Manifest) -> Manifest:
        """The manifest with the release's labels."""
        metadata = manifest["metadata"]
        labels = {**(metadata.get("labels") or {}), **self.labels}
        return {**manifest, "metadata": {**metadata, "labels": labels}}

    def owns(self, live: Manifest) -> bool:
        """Whether an object still carries this release's labels."""
        labels = live["metadata"].get("labels") or {}
        return all(labels.get(key) == value for key, value in self.selector.items())


def owner_of(live: Manifest) -> str | None:
    """Who an object of the cluster belongs to, in words; None where nobody claims it."""
    labels = live["metadata"].get("labels") or {}
    annotations = live["metadata"].get("annotations") or {}
    if RELEASE in labels:
        return f"the release {labels.get(NAMESPACE, '?')}/{labels[RELEASE]}"
    if HELM_RELEASE in annotations:
        return f"Helm's {annotations.get(HELM_NAMESPACE, '?')}/{annotations[HELM_RELEASE]}"
    return None


def kept(live: Manifest) -> bool:
    """Whether an object asks not to be deleted with its release, in our words or in Helm's."""
    annotations = live["metadata"].get("annotations") or {}
    return annotations.get(KEEP) == "true" or annotations.get(HELM_POLICY) == "keep"


def check(owner: Owner, found: Iterable[Manifest]) -> None:
    """Refuse objects of others.

    Raises:
        OwnedByAnother: with all of them.
    """
    others = [
        f"{key_of(live)} belongs to {other}"
        for live in found
        if not owner.owns(live) and (other := owner_of(live))
    ]
    if others:
        raise OwnedByAnother(
            "; ".join(others),
            f"release {owner}",
            "take them out of one of the two, or set `adopt: true` to take them over",
        )
