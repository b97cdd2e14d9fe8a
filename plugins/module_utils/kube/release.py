"""A release on a cluster: installed, brought to another state, rolled back, removed.

The order: look, foretell, write the revision, apply in phases, prune, wait, note the result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from . import history, hooks, ownership, place, removal
from .apply import Applier
from .connection import Cluster
from .fingerprint import fingerprint
from .history import History
from .identity import Manifest, ObjectKey
from .lease import Lease
from .normal import images, secret_values
from .observe import observe
from .outcome import Item, Outcome, of_changes, of_removals
from .ownership import Owner
from .phases import Phase, in_phases
from .plan import CREATED, UNCHANGED, Change, Known, plan
from .problem import KubeError
from .prune import Removal
from .revision import FAILED, OK, Revisions
from .rules import parse
from .settle import Say, settle
from .wish import Options, Wanted, now


@dataclass(frozen=True)
class _Seen:
    """The cluster before anything is done."""

    past: History
    namespace: Manifest | None
    live: Mapping[ObjectKey, Manifest]
    removals: Sequence[Removal]


class Release:
    """One release; one method call a run."""

    def __init__(self, cluster: Cluster, owner: Owner, options: Options, say: Say) -> None:
        self._cluster = cluster
        self._owner = owner
        self._options = options
        self._say = say
        self._revisions = Revisions(cluster, owner)
        self._lease = Lease(cluster, owner)
        self._deadline = time.monotonic() + options.timeout

    def install(self, wanted: Wanted) -> Outcome:
        """Bring the release to what is wanted."""
        return self._bring(lambda _: wanted)

    def roll_back(self, number: int | None) -> Outcome:
        """Bring the release back to an earlier revision; None for the last that succeeded."""

        def wanted(past: History) -> Wanted:
            return self._as_it_was(past.before(number, f"release {self._owner}"))

        return self._bring(wanted)

    def remove(self) -> Outcome:
        """Delete the release's objects, but not what holds data."""
        if self._options.check or not self._revisions.entries():
            return self._removed(check=True)
        self._lease.acquire(self._deadline, self._waiting)
        gone = False
        try:
            outcome = self._removed(check=False)
            gone = True
        finally:
            self._lease.release(remove=gone)
        return outcome

    def _bring(self, wish: Callable[[History], Wanted]) -> Outcome:
        check = self._options.check
        if not check:
            self._lease.peek()
        past = history.read(self._revisions)
        wanted = wish(past)
        # Without a revision nothing can be settled: the one look is that with the lease held.
        seen = self._look(past, wanted) if check or past.newest else None
        if seen and self._is_there(seen, wanted):
            return self._unchanged(seen, wanted, seen.live)
        if seen and check:
            return self._foretold(seen, wanted)
        namespace = seen.namespace if seen else place.find(self._cluster, self._owner.namespace)
        place.ensure(self._cluster, namespace, self._owner.namespace, self._deadline)
        try:
            if not self._lease.acquire(self._deadline, self._waiting) or seen is None:
                past = history.read(self._revisions)
                wanted = wish(past)
                seen = replace(self._look(past, wanted), namespace=namespace)
            return self._carried_out(seen, wanted)
        finally:
            self._lease.release()

    def _look(self, past: History, wanted: Wanted) -> _Seen:
        namespace = place.find(self._cluster, self._owner.namespace)
        live = observe(self._cluster, [*wanted.keys, *past.owned], self._owner)
        if not self._options.adopt:
            ownership.check(self._owner, [live[k] for k in wanted.keys if k in live])
        gone = removal.decide(self._cluster, self._owner, past.owned, wanted.keys, live)
        return _Seen(past, namespace, live, gone)

    def _is_there(self, seen: _Seen, wanted: Wanted) -> bool:
        """Whether nothing is to be done, known without asking for more."""
        known = self._known(seen, wanted)
        return self._is_at(seen, wanted) and all(map(known.settled, wanted.manifests))

    def _is_at(self, seen: _Seen, wanted: Wanted) -> bool:
        """Whether the newest revision is what is wanted."""
        newest = seen.past.newest
        if newest is None or newest.result != OK:
            return False
        return newest.digest == wanted.revision(0).digest

    def _unchanged(
        self, seen: _Seen, wanted: Wanted, live: Mapping[ObjectKey, Manifest]
    ) -> Outcome:
        if self._options.wait and not self._options.check:
            self._settle({key: live[key] for key in wanted.keys}, wanted)
        items = [Item(key, UNCHANGED) for key in wanted.keys]
        return Outcome(False, seen.past.number, items + self._kept(seen), images(wanted.manifests))

    def _foretold(self, seen: _Seen, wanted: Wanted) -> Outcome:
        if seen.namespace is not None and place.is_going(seen.namespace):
            raise place.stuck(seen.namespace)
        changes = self._plan(seen, wanted)
        items = self._own_namespace(seen, wanted) + of_changes(changes)
        return self._outcome(seen, wanted, items, seen.past.number + 1)

    def _carried_out(self, seen: _Seen, wanted: Wanted) -> Outcome:
        made = replace(seen, namespace=place.find(self._cluster, self._owner.namespace))
        changes = self._plan(made, wanted)
        if not any(map(_matters, changes)) and self._is_at(seen, wanted) and not _doomed(seen):
            return self._unchanged(seen, wanted, seen.live)
        number = seen.past.number + 1
        self._revisions.begin(wanted.revision(number))
        prints = dict.fromkeys(map(str, wanted.keys), "")
        try:
            done = self._applied(seen, wanted, changes, prints)
        except KubeError as error:
            self._failed(seen, wanted, number, error, prints)
            raise
        self._finish(number, OK, "", prints)
        self._forget_old(seen.past)
        items = self._own_namespace(seen, wanted) + of_changes(done)
        return self._outcome(seen, wanted, items, number)

    def _plan(self, seen: _Seen, wanted: Wanted) -> list[Change]:
        known = self._known(seen, wanted)
        return plan(self._cluster, wanted.manifests, known, self._options.force)

    def _known(self, seen: _Seen, wanted: Wanted) -> Known:
        coming = {k.name for k in wanted.keys if k.kind == "Namespace" and k not in seen.live}
        if seen.namespace is None:
            coming.add(self._owner.namespace)
        else:
            coming.discard(self._owner.namespace)
        return Known(seen.live, seen.past.applied, seen.past.fingerprints, coming)

    def _applied(
        self, seen: _Seen, wanted: Wanted, changes: Sequence[Change], prints: dict[str, str]
    ) -> list[Change]:
        event = _event(seen, wanted)
        self._run_hooks(wanted, f"pre-{event}")
        applier = self._applier()
        by_key = {change.key: change for change in changes}
        done: dict[ObjectKey, Change] = {}
        for phase, keys in in_phases(by_key):
            group = [by_key[key] for key in keys]
            busy = any(change.needed for change in group)
            if phase is Phase.GATES and busy and self._options.wait:
                self._settle(_live(done.values()), wanted)
            became = applier.apply(group)
            prints |= {str(each.key): fingerprint(each.live) or "" for each in became if each.live}
            done |= {each.key: each for each in became}
            if phase is Phase.DEFINITIONS and busy:
                self._settle(_live(became), wanted)
                self._cluster.discovery.refresh(again=True)
        self._delete(applier, seen.removals)
        if self._options.wait:
            self._settle(_live(done.values()), wanted)
        self._run_hooks(wanted, f"post-{event}")
        return [done[key] for key in by_key]

    def _failed(
        self, seen: _Seen, wanted: Wanted, number: int, error: KubeError, prints: dict[str, str]
    ) -> None:
        """Note the failure; where it is asked for, bring back what was before."""
        self._finish(number, FAILED, error.what, prints)
        self._forget_old(seen.past)
        back_to = seen.past.succeeded[-1] if seen.past.succeeded else None
        if not self._options.roll_back or back_to is None or wanted.back_to is not None:
            return
        self._say(f"rolling back to revision {back_to}")
        self._deadline = time.monotonic() + self._options.timeout
        before = self._as_it_was(back_to)
        try:
            self._carried_out(self._look(history.read(self._revisions), before), before)
        except KubeError as second:
            words = f"{error.what}; rolling back to revision {back_to} failed too: {second.what}"
            evidence = [*error.evidence, *second.evidence]
            raise type(error)(words, error.where, error.cure, evidence) from second
        words = f"{error.what}; rolled back to revision {back_to}"
        raise type(error)(words, error.where, error.cure, error.evidence) from error

    def _forget_old(self, past: History) -> None:
        """Drop revisions beyond those to keep, but never the last that succeeded."""
        numbers = [entry.number for entry in past.entries]
        old = numbers[: max(0, len(numbers) + 1 - self._options.keep)]
        self._revisions.drop([n for n in old if n not in past.succeeded[-1:]])

    def _finish(self, number: int, result: str, reason: str, prints: Mapping[str, str]) -> None:
        known = {key: value for key, value in prints.items() if value}
        self._revisions.finish(number, result, now(), reason, known)

    def _removed(self, check: bool) -> Outcome:
        past = history.read(self._revisions)
        live = observe(self._cluster, past.owned, self._owner)
        gone = removal.decide(self._cluster, self._owner, past.owned, [], live, self._options.purge)
        if not check:
            before = Wanted.of(past.newest) if past.newest else Wanted([])
            self._run_hooks(before, "pre-delete")
            self._delete(self._applier(), gone)
            self._run_hooks(before, "post-delete")
            hooks.sweep(self._cluster, before.hooks)
            self._revisions.drop([entry.number for entry in past.entries])
        return Outcome(bool(past.entries), 0, of_removals(gone))

    def _delete(self, applier: Applier, removals: Sequence[Removal]) -> None:
        doomed = [each for each in removals if not each.kept_because]
        applier.delete([each.live for each in doomed], [each.key for each in doomed])

    def _as_it_was(self, number: int) -> Wanted:
        return Wanted.of(self._revisions.read(number), back_to=number)

    def _run_hooks(self, wanted: Wanted, event: str) -> None:
        self._lease.check()
        if any(event in hook.events for hook in wanted.hooks):
            self._say(f"running the {event} hooks")
            hidden = secret_values([*wanted.manifests, *(hook.manifest for hook in wanted.hooks)])
            hooks.run(self._cluster, wanted.hooks, event, self._deadline, hidden=hidden)

    def _settle(self, live: Mapping[ObjectKey, Manifest], wanted: Wanted) -> None:
        rules = parse(wanted.rules)
        hidden = secret_values(wanted.manifests)
        settle(self._cluster, self._owner, live, rules, self._deadline, self._say, hidden)
        self._lease.check()

    def _applier(self) -> Applier:
        return Applier(self._cluster, self._deadline, self._options.force, self._lease.check)

    def _own_namespace(self, seen: _Seen, wanted: Wanted) -> list[Item]:
        """The namespace that the run makes by itself, where no source has it."""
        key = place.namespace_key(self._owner.namespace)
        if seen.namespace is not None or key in wanted.keys:
            return []
        return [Item(key, CREATED, None, place.new(self._owner.namespace))]

    def _kept(self, seen: _Seen) -> list[Item]:
        return of_removals(each for each in seen.removals if each.kept_because)

    def _outcome(self, seen: _Seen, wanted: Wanted, items: list[Item], revision: int) -> Outcome:
        told = items + of_removals(seen.removals)
        changed = any(item.change not in (UNCHANGED, "kept") for item in told)
        if not changed and self._is_at(seen, wanted):
            return Outcome(False, seen.past.number, told, images(wanted.manifests))
        return Outcome(True, revision, told, images(wanted.manifests))

    def _waiting(self, holder: str) -> None:
        self._say(f"waiting for another run on release {self._owner}: {holder}")


def _matters(change: Change) -> bool:
    return change.needed or change.change != UNCHANGED


def _doomed(seen: _Seen) -> bool:
    return any(not each.kept_because for each in seen.removals)


def _live(changes: Iterable[Change]) -> dict[ObjectKey, Manifest]:
    return {change.key: change.live for change in changes if change.live is not None}


def _event(seen: _Seen, wanted: Wanted) -> str:
    if wanted.back_to is not None:
        return "rollback"
    return "upgrade" if seen.past.succeeded else "install"
