"""Waiting for objects by watches: until all are Current, or gone, or one has failed.

What `status` says of an object decides; here is only how it comes to be known. An API server
that goes away in the meantime is waited for like everything else, until the deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from ..ready.status import State, Status
from .condition import part, terminating
from .connection import Cluster
from .follow import Follower, Scope, Seen
from .identity import Manifest, ObjectKey
from .marks import CLAIM
from .problem import Forbidden, KubeError, UnknownKind, Unreachable
from .rules import Rule
from .status import settled, status
from .world import CLASSES, World, scopes_of

Progress = Callable[[ObjectKey, Status], None]
RETRY_SECONDS = 0.5
# Kinds that are finished by being there. They are not asked for again once `apply` gave them,
# and otherwise only their names are.
LIFELESS = frozenset(
    {
        "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io",
        "ConfigMap",
        "IngressClass.networking.k8s.io",
        "LimitRange",
        "NetworkPolicy.networking.k8s.io",
        "PriorityClass.scheduling.k8s.io",
        "Role.rbac.authorization.k8s.io",
        "RoleBinding.rbac.authorization.k8s.io",
        "RuntimeClass.node.k8s.io",
        "Secret",
        "ServiceAccount",
        "StorageClass.storage.k8s.io",
    }
)


def _quietly(_: ObjectKey, __: Status) -> None:
    """Tell nobody."""


def until_current(
    cluster: Cluster,
    keys: Sequence[ObjectKey],
    deadline: float,
    rules: Sequence[Rule] = (),
    on_progress: Progress = _quietly,
    *,
    known: Mapping[ObjectKey, Manifest] | None = None,
    labels: Mapping[str, str] | None = None,
) -> dict[ObjectKey, Status]:
    """Wait until every object is Current (or Unknown, which does not block).

    Ends early when one has Failed. At the deadline the statuses are those last seen.

    Args:
        cluster: where they are.
        keys: the objects.
        deadline: on the monotonic clock.
        rules: when custom resources are Current.
        on_progress: called when the status of an object that is waited for changes.
        known: objects as the API server has just returned them; they are not listed first.
        labels: that all the objects have; LIST and watch are limited to them.
    """
    judge = _Current(tuple(rules), frozenset(rule.kind for rule in rules))
    wait = _Wait(cluster, keys, deadline, judge, on_progress, labels or {})
    return wait.run(known or {})


def until_gone(
    cluster: Cluster, keys: Sequence[ObjectKey], deadline: float
) -> dict[ObjectKey, Status]:
    """Wait until no object is left; one that someone made anew under the name does not count."""
    return _Wait(cluster, keys, deadline, _Gone({}), _quietly, {}).run({})


@dataclass(frozen=True)
class _Current:
    """Judges how far objects are."""

    rules: tuple[Rule, ...]
    ruled: frozenset[str]
    again: bool = True  # what was Current first may not be when the last one is

    def status(self, world: World, key: ObjectKey) -> Status:
        return status(world.objects.get(key), self.rules, world.related(key))

    @staticmethod
    def finished(found: Status) -> bool:
        return settled(found)

    def lifeless(self, key: ObjectKey) -> bool:
        return key.group_kind in LIFELESS and key.group_kind not in self.ruled


@dataclass(frozen=True)
class _Gone:
    """Judges whether objects are gone; `uids` are those that were there first."""

    uids: dict[ObjectKey, str]
    again: bool = False

    def status(self, world: World, key: ObjectKey) -> Status:
        manifest = world.objects.get(key)
        if manifest is None:
            return Status(State.NOT_FOUND, "is gone")
        uid = manifest["metadata"]["uid"]
        if self.uids.setdefault(key, uid) != uid:
            return Status(State.NOT_FOUND, "is gone; there is a new one of its name")
        return terminating(manifest) or Status(State.IN_PROGRESS, "is not being deleted")

    @staticmethod
    def finished(found: Status) -> bool:
        return found.state is State.NOT_FOUND

    @staticmethod
    def lifeless(key: ObjectKey) -> bool:
        return key.kind != "Namespace"


class _Wait:
    """One wait: a look at everything, then watches for what is not finished, and again."""

    def __init__(
        self,
        cluster: Cluster,
        keys: Sequence[ObjectKey],
        deadline: float,
        judge: _Current | _Gone,
        tell: Progress,
        labels: Mapping[str, str],
    ) -> None:
        self._cluster = cluster
        self._deadline = deadline
        self._judge = judge
        self._tell = tell
        self._world = World(keys)
        self._scopes = scopes_of(self._world.keys, labels)
        self._scope_of = {key: scope for scope, group in self._scopes.items() for key in group}
        self._statuses: dict[ObjectKey, Status] = {}
        self._waiting: set[ObjectKey] = set()
        self._failed: set[ObjectKey] = set()
        self._lost: dict[Scope, Seen] = {}

    def run(self, known: Mapping[ObjectKey, Manifest]) -> dict[ObjectKey, Status]:
        """The statuses at the end."""
        given = {key for key in self._world.keys if key in known}
        for key in given:
            self._world.know(known[key])
        versions = self._look(given)
        lifeless = {key for key in given if self._judge.lifeless(key)}
        while self._waiting and not self._over():
            self._follow(versions)
            if self._over() or not (self._waiting or self._judge.again):
                break
            versions = self._look(lifeless)
        self._raise_if_lost()
        return self._statuses

    def _look(self, given: set[ObjectKey]) -> dict[Scope, str]:
        """One LIST for each kind and namespace, but not of what is given."""
        scopes = [scope for scope, group in self._scopes.items() if not given.issuperset(group)]
        versions = self._list(scopes)
        around = {scope for key in self._world.keys for scope in self._world.around(key)}
        slices = {scope for scope in around if scope.kind == "EndpointSlice"}
        versions |= self._list([*slices, *([CLASSES] if self._unbound() else [])])
        self._update(self._world.keys)
        # Nothing more will be seen of these: their pods say why.
        last = sorted(self._failed or (self._waiting if self._over() else ()), key=str)
        pods = {scope for key in last for scope in self._world.around(key) if scope.kind == "Pod"}
        if pods:
            versions |= self._list(list(pods))
            self._update(last)
        return versions

    def _follow(self, versions: Mapping[Scope, str]) -> None:
        """Watch until all is finished or over, or until more has to be watched."""
        told: SimpleQueue[Seen] = SimpleQueue()
        scopes = self._needed(self._waiting)
        followers = [
            Follower(self._cluster, scope, told.put, versions.get(scope)) for scope in scopes
        ]
        for follower in followers:
            follower.start()
        touched: set[ObjectKey] = set()
        try:
            while self._waiting and not self._over() and self._needed(touched) <= scopes:
                touched = self._take(_all_of(told, self._deadline - time.monotonic()))
        finally:
            for follower in followers:
                follower.stop()

    def _take(self, batch: Iterable[Seen]) -> set[ObjectKey]:
        """Take in what was told; gives the objects that it is about."""
        touched: set[ObjectKey] = set()
        for told in batch:
            self._lost.pop(told.scope, None)
            ended = self._is_end_of_kind(told.error)
            seen = Seen(told.scope, listed=()) if ended else told
            if seen.error is None:
                self._world.keep(seen)
                touched |= self._world.concerned(seen, self._waiting)
            elif not seen.final:
                self._lost[seen.scope] = seen
            elif seen.scope in self._scopes:
                raise seen.error
            else:
                self._world.closed.add(seen.scope)
                touched |= self._waiting
        self._update(sorted(touched, key=str))
        return touched

    def _update(self, keys: Iterable[ObjectKey]) -> None:
        for key in keys:
            before, now = self._statuses.get(key), self._judge.status(self._world, key)
            self._statuses[key] = now
            (self._waiting.discard if self._judge.finished(now) else self._waiting.add)(key)
            (self._failed.add if now.state is State.FAILED else self._failed.discard)(key)
            if before is None and self._judge.finished(now):
                continue
            if before is None or (before.state, before.sentence) != (now.state, now.sentence):
                self._tell(key, now)

    def _list(self, scopes: Sequence[Scope]) -> dict[Scope, str]:
        found = self._cluster.parallel(self._listed, scopes)
        for scope, listed in zip(scopes, found, strict=True):
            self._lost.pop(scope, None)
            if listed is None:
                self._world.closed.add(scope)
            else:
                self._world.keep(Seen(scope, listed=tuple(listed[0])))
        return {s: listed[1] for s, listed in zip(scopes, found, strict=True) if listed}

    def _listed(self, scope: Scope) -> tuple[list[Manifest], str] | None:
        """The objects of a scope; None where those around others may not be read."""
        own = self._scopes.get(scope, [])
        lifeless = bool(own) and all(map(self._judge.lifeless, own))
        while True:
            try:
                return scope.list(self._cluster, only_metadata=lifeless)
            except UnknownKind as error:
                if not self._is_end_of_kind(error):
                    raise
                return [], ""
            except Forbidden:
                if own:
                    raise
                return None
            except Unreachable:
                if time.monotonic() + RETRY_SECONDS >= self._deadline:
                    raise
                time.sleep(RETRY_SECONDS)

    def _is_end_of_kind(self, error: KubeError | None) -> bool:
        """Whether all objects of a kind are gone, with its definition."""
        return isinstance(error, UnknownKind) and isinstance(self._judge, _Gone)

    def _needed(self, among: set[ObjectKey]) -> set[Scope]:
        """What has to be watched for those that are not finished."""
        waiting = self._waiting & among
        own = {self._scope_of[key] for key in waiting}
        if isinstance(self._judge, _Gone):
            return own
        return own | {scope for key in waiting for scope in self._world.around(key)}

    def _unbound(self) -> bool:
        claims = (found for key, found in self._world.objects.items() if key.group_kind == CLAIM)
        return any(part(claim, "status").get("phase") != "Bound" for claim in claims)

    def _over(self) -> bool:
        return bool(self._failed) or time.monotonic() >= self._deadline

    def _raise_if_lost(self) -> None:
        """At the end of the time, what could not be seen is not told as if it had been."""
        if not self._waiting or self._failed:
            return
        for seen in self._lost.values():
            if seen.error and seen.scope in self._scopes:
                raise seen.error


def _all_of(told: SimpleQueue[Seen], seconds: float) -> list[Seen]:
    """What has been told, waiting for the first; nothing when the time is over."""
    try:
        found = [told.get(timeout=max(0.0, seconds))]
        while not told.empty():
            found.append(told.get_nowait())
    except Empty:
        return []
    return found
