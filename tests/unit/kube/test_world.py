"""What is found by marks is what going through everything would find."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.kube.follow import Scope, Seen
from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import key_of
from ansible_collections.stratum.platform.plugins.module_utils.kube.related import (
    pods_behind,
    pods_of,
    pods_with_claim,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.world import (
    CLAIM,
    World,
    pods_in,
    slices_in,
)

SPACES = ("one", "two")
NAMES = ("a", "b")
LABELS = st.fixed_dictionaries(
    {}, optional={"app": st.sampled_from(NAMES), "part": st.sampled_from(NAMES)}
)
EXPRESSION = {"key": "part", "operator": "Exists"}
SELECTORS = st.one_of(
    st.none(),
    LABELS,
    st.builds(lambda labels: {"matchLabels": labels}, LABELS),
    st.builds(lambda labels: {"matchLabels": labels, "matchExpressions": [EXPRESSION]}, LABELS),
    st.just({"matchExpressions": [EXPRESSION]}),
)


def thing(api_version: str, kind: str, space: str, name: str, **rest: Any) -> dict[str, Any]:
    metadata = {"namespace": space, "name": name, "labels": rest.pop("labels", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def workload(space: str, name: str, selector: Any, labels: dict[str, str]) -> dict[str, Any]:
    spec = {"selector": selector, "template": {"metadata": {"labels": labels}}}
    return thing("apps/v1", "Deployment", space, name, spec=spec)


def service(space: str, name: str, selector: dict[str, str]) -> dict[str, Any]:
    return thing("v1", "Service", space, name, spec={"selector": selector})


def claim(space: str, name: str) -> dict[str, Any]:
    return thing("v1", CLAIM, space, name)


def pod(space: str, name: str, labels: dict[str, str], used: list[str]) -> dict[str, Any]:
    volumes = [{"persistentVolumeClaim": {"claimName": each}} for each in used]
    return thing("v1", "Pod", space, name, labels=labels, spec={"volumes": volumes})


def endpoint_slice(space: str, name: str, of: str) -> dict[str, Any]:
    labels = {"kubernetes.io/service-name": of}
    return thing("discovery.k8s.io/v1", "EndpointSlice", space, name, labels=labels)


def scope_of(found: dict[str, Any]) -> Scope:
    return Scope(found["apiVersion"], found["kind"], found["metadata"]["namespace"])


# Everything is in the one place at first, so that what comes then concerns much of it.
FIRST = st.tuples(
    *(
        made
        for name in NAMES
        for made in (
            st.builds(workload, st.just("one"), st.just(name), SELECTORS, LABELS),
            st.builds(service, st.just("one"), st.just(name), LABELS),
            st.builds(claim, st.just("one"), st.just(name)),
        )
    )
)
PLACE = {"space": st.sampled_from(SPACES), "name": st.sampled_from(NAMES)}
OBJECTS = st.one_of(
    st.builds(workload, **PLACE, selector=SELECTORS, labels=LABELS),
    st.builds(service, **PLACE, selector=LABELS),
    st.builds(claim, **PLACE),
)
PODS = st.builds(pod, **PLACE, labels=LABELS, used=st.lists(st.sampled_from(NAMES), max_size=2))
SLICES = st.builds(endpoint_slice, **PLACE, of=st.sampled_from(NAMES))
ONE = st.one_of(OBJECTS, PODS, SLICES)
EVENTS = st.one_of(
    st.builds(lambda found: Seen(scope_of(found), changed=found), ONE),
    st.builds(lambda found: Seen(scope_of(found), deleted=found), ONE),
    st.builds(
        lambda space, names, labels: Seen(
            pods_in(space), listed=tuple(pod(space, name, labels, [name]) for name in names)
        ),
        PLACE["space"],
        st.sets(st.sampled_from(NAMES)),
        LABELS,
    ),
)
KEYS = [
    key_of(found)
    for space in SPACES
    for name in NAMES
    for found in (workload(space, name, {}, {}), service(space, name, {}), claim(space, name))
]


def brought(known: tuple[dict[str, Any], ...]) -> World:
    world = World(KEYS)
    for space in SPACES:
        world.keep(Seen(pods_in(space), listed=()))
        world.keep(Seen(slices_in(space), listed=()))
    for found in known:
        world.know(found)
    return world


def uses(manifest: dict[str, Any], one: dict[str, Any]) -> bool:
    concerned = pods_with_claim if manifest["kind"] == CLAIM else pods_of
    return bool(concerned(manifest, [one]))


def is_concerned(manifest: dict[str, Any], one: dict[str, Any]) -> bool:
    if one["kind"] == "Pod":
        return uses(manifest, one)
    about = manifest["metadata"]
    return (
        one["kind"] == "EndpointSlice"
        and manifest["kind"] == "Service"
        and bool(manifest["spec"]["selector"])
        and one["metadata"]["namespace"] == about["namespace"]
        and one["metadata"]["labels"]["kubernetes.io/service-name"] == about["name"]
    )


@settings(max_examples=200, deadline=None)
@given(FIRST, st.lists(EVENTS, min_size=8, max_size=16))
def test_marks_find_what_going_through_everything_would(known, events):
    world = brought(known)
    there: dict[Any, dict[str, Any]] = {}
    for seen in events:
        one = seen.changed or seen.deleted
        world.keep(seen)
        if seen.listed is not None:
            in_it = {
                key for key in there if (key.kind, key.namespace) == ("Pod", seen.scope.namespace)
            }
            there = {key: found for key, found in there.items() if key not in in_it}
        there |= {key_of(each): each for each in seen.listed or ()}
        if seen.changed:
            there[key_of(seen.changed)] = seen.changed
        if seen.deleted:
            there.pop(key_of(seen.deleted), None)
        if one:
            touched = {key for key, found in world.objects.items() if is_concerned(found, one)}
            assert world.concerned(seen, set(KEYS)) == touched | ({key_of(one)} & set(KEYS))
        check_related(world, list(there.values()))


def check_related(world: World, there: list[dict[str, Any]]) -> None:
    pods = [each for each in there if each["kind"] == "Pod"]
    slices = [each for each in there if each["kind"] == "EndpointSlice"]
    workloads = [each for each in world.objects.values() if each["kind"] == "Deployment"]
    for key, found in world.objects.items():
        related = world.related(key)
        seen = {key_of(each) for each in related.pods if uses(found, each)}
        assert seen == {key_of(each) for each in pods if uses(found, each)}
        assert all(each in pods for each in related.pods)
        if key.kind == "Service" and found["spec"]["selector"]:
            assert pods_behind(found, related.workloads) == pods_behind(found, workloads)
            behind = {key_of(each) for each in slices if is_concerned(found, each)}
            assert {key_of(each) for each in related.endpoint_slices or ()} == behind
