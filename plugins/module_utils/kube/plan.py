"""What applying a release's objects would do to each, found out by the server's dry run.

All that is refused is found before anything is changed, and told together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .connection import Cluster
from .difference import differs
from .explain import NEVER_RECREATED, RECREATE
from .fingerprint import fingerprint
from .identity import Manifest, ObjectKey, key_of
from .normal import definition_of
from .problem import (
    AccessError,
    Forbidden,
    Immutable,
    Invalid,
    KubeError,
    NotFound,
    Unauthorized,
    UnknownKind,
    Unreachable,
)

CREATED, CHANGED, UNCHANGED, RECREATED = "created", "changed", "unchanged", "recreated"
OF_THE_CONNECTION = (AccessError, Unauthorized, Unreachable)
NO_DRY_RUN = "does not support dry run"


@dataclass(frozen=True)
class Change:
    """One object: what is wanted, how it is, how it will be.

    Attributes:
        needed: whether it has to be applied; of an unchanged one it is known to do nothing.
        live: the object as the API server gave it last.
    """

    key: ObjectKey
    change: str
    manifest: Manifest
    before: Manifest | None
    after: Manifest | None
    needed: bool = True
    live: Manifest | None = None

    @property
    def going(self) -> bool:
        """Whether an object of its name is still being deleted."""
        return self.before is None and self.live is not None


@dataclass(frozen=True)
class Known:
    """What is known of the cluster before anything is tried.

    Attributes:
        live: the wanted objects that are there.
        applied: the manifests that were applied last, by object.
        fingerprints: of those as they were then, by the object's words.
        coming: namespaces that will be there when objects are applied.
    """

    live: Mapping[ObjectKey, Manifest]
    applied: Mapping[ObjectKey, Manifest]
    fingerprints: Mapping[str, str]
    coming: Collection[str]

    def settled(self, manifest: Manifest) -> bool:
        """Whether it is certain, without asking, that applying it does nothing."""
        key = key_of(manifest)
        live = self.live.get(key)
        if live is None or self.applied.get(key) != manifest:
            return False
        seen = self.fingerprints.get(str(key))
        return seen is not None and seen == fingerprint(live)


def plan(
    cluster: Cluster, wanted: Sequence[Manifest], known: Known, force: bool = False
) -> list[Change]:
    """What would become of every object.

    Raises:
        KubeError: what the API server refuses, all of it.
    """
    tried = _Tried(cluster, wanted, known, force)
    answers = cluster.parallel(tried.change, wanted)
    errors = [answer for answer in answers if isinstance(answer, KubeError)]
    if errors:
        raise together(errors)
    return [answer for answer in answers if isinstance(answer, Change)]


def together(errors: Sequence[KubeError]) -> KubeError:
    """One error of several; a single one stays as it is."""
    if len(errors) == 1:
        return errors[0]
    kinds = {type(error) for error in errors}
    kind = kinds.pop() if len(kinds) == 1 else KubeError
    lines = "\n  ".join(f"{error.where}: {error.what}" for error in errors)
    cures = list(dict.fromkeys(error.cure for error in errors if error.cure))
    evidence = [line for error in errors for line in error.evidence]
    what = f"{len(errors)} objects are refused:\n  {lines}"
    return kind(what, "", "\n  ".join(cures), evidence)


@dataclass(frozen=True)
class _Tried:
    cluster: Cluster
    wanted: Sequence[Manifest]
    known: Known
    force: bool

    def change(self, manifest: Manifest) -> Change | KubeError:
        """The change of one object, or why there cannot be one."""
        key = key_of(manifest)
        live = self.known.live.get(key)
        if self.known.settled(manifest):
            return Change(key, UNCHANGED, manifest, live, live, needed=False, live=live)
        try:
            if live is None or live["metadata"].get("deletionTimestamp"):
                self._try_new(manifest, key)
                return Change(key, CREATED, manifest, None, manifest, live=live)
            return self._try_change(manifest, key, live)
        except OF_THE_CONNECTION:
            raise
        except KubeError as error:
            return error

    def _try_change(self, manifest: Manifest, key: ObjectKey, live: Manifest) -> Change:
        try:
            after = self.cluster.apply(manifest, dry_run=True, force=self.force)
        except Immutable:
            annotations = manifest["metadata"].get("annotations") or {}
            if annotations.get(RECREATE) != "true" or key.kind in NEVER_RECREATED:
                raise
            return Change(key, RECREATED, manifest, live, manifest, live=live)
        change = CHANGED if differs(live, after) else UNCHANGED
        # The dry run of an object whose kind is being redefined follows the old definition.
        same = change == UNCHANGED and fingerprint(live) == fingerprint(after)
        needed = not same or definition_of(key, self.wanted)
        return Change(key, change, manifest, live, after, needed, live)

    def _try_new(self, manifest: Manifest, key: ObjectKey) -> None:
        """An object may need others that come with it; only what they cannot mend is refused."""
        if key.namespace in self.known.coming:
            return
        try:
            self.cluster.apply(manifest, dry_run=True, force=self.force)
        except UnknownKind:
            if not definition_of(key, self.wanted):
                raise
        except Invalid as error:
            if NO_DRY_RUN not in error.what:
                raise
        except NotFound as error:
            if "namespace" in error.what:
                raise
        except Forbidden as error:
            if " cannot " in error.what:  # the account may not; other words are an admission's
                raise
        except OF_THE_CONNECTION:
            raise
        except KubeError:
            return  # a webhook that is not ready yet, perhaps by one of these objects
