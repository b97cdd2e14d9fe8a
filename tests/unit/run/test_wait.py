"""Waiting: nothing goes before all it needs has ended well; in the end all is decided."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.run.wait import (
    GOOD,
    Blocked,
    Go,
    Progress,
    Stopped,
    Wait,
)


def instance(
    name: str, needs: tuple[str, ...] = (), after: str | None = None, on_failure: str = ""
) -> dict[str, Any]:
    return {
        "name": name,
        "needs": [{"instance": need, "reasons": []} for need in needs],
        "after_tier": after,
        "on_failure": on_failure or "stop_dependents",
    }


def run_of(*instances: dict[str, Any], tiers: dict[str, list[str]] | None = None) -> Progress:
    progress = Progress()
    listed = [{"name": name, "instances": members} for name, members in (tiers or {}).items()]
    progress.feed([{"event": "run_started", "instances": list(instances), "tiers": listed}])
    return progress


def end(progress: Progress, name: str, state: str, revision: int | None = None) -> None:
    progress.feed([{"event": "ended", "instance": name, "state": state, "revision": revision}])


def test_what_needs_nothing_goes() -> None:
    assert run_of(a := instance("a")).decide(a) == Go({})


def test_a_needed_instance_is_waited_for_until_it_has_ended() -> None:
    progress = run_of(instance("a"), b := instance("b", needs=("a",)))
    assert progress.decide(b) == Wait(("a",))
    progress.feed([{"event": "ready", "instance": "a", "revision": 4, "outputs": {"url": "u"}}])
    assert progress.decide(b) == Wait(("a",))
    end(progress, "a", "changed", 4)
    assert progress.decide(b) == Go({"a": 4})
    assert progress.outputs == {"a": {"url": "u"}}


def test_the_whole_tier_before_is_waited_for() -> None:
    c = instance("c", needs=("b",), after="storage")
    progress = run_of(instance("a"), instance("b"), c, tiers={"storage": ["a", "b"]})
    assert progress.decide(c) == Wait(("b", "a"))
    end(progress, "b", "unchanged", 1)
    assert progress.decide(c) == Wait(("a",))


def test_a_bad_end_blocks_although_others_are_still_at_work() -> None:
    c = instance("c", needs=("a", "b"))
    progress = run_of(instance("a"), instance("b"), c)
    end(progress, "b", "failed")
    assert progress.decide(c) == Blocked(("b",))


def test_blocked_and_not_started_block_in_their_turn() -> None:
    c = instance("c", needs=("a", "b"))
    progress = run_of(instance("a"), instance("b"), c)
    end(progress, "a", "blocked")
    end(progress, "b", "not started")
    assert progress.decide(c) == Blocked(("a", "b"))


def test_an_edge_to_an_instance_outside_the_run_is_not_waited_for_here() -> None:
    progress = run_of(b := instance("b", needs=("outside",), after="storage"))
    assert progress.decide(b) == Go({})
    assert progress.waits_for(b) == ["outside"]


def test_a_failure_that_stops_the_run_stops_even_what_does_not_need_it() -> None:
    progress = run_of(instance("a", on_failure="stop"), b := instance("b"))
    end(progress, "a", "failed")
    assert progress.decide(b) == Stopped("a")


def test_only_a_failure_stops_the_run() -> None:
    progress = run_of(instance("a", on_failure="stop"), b := instance("b"))
    end(progress, "a", "blocked")
    assert progress.decide(b) == Go({})


def test_the_problems_of_the_preflight_are_known() -> None:
    progress = run_of(instance("a"))
    progress.feed([{"event": "preflight", "problems": [{"where": "a"}]}])
    assert progress.problems == [{"where": "a"}]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Instances in topological order with random edges, some to the outside, and their tiers."""
    numbers = sorted(draw(st.lists(st.integers(0, 3), min_size=1, max_size=9)))
    tiers: dict[str, list[str]] = {}
    found: list[dict[str, Any]] = []
    scheduled = draw(st.booleans())
    for position, number in enumerate(numbers):
        name, tier = f"i{position}", f"t{number}"
        earlier = [entry["name"] for entry in found]
        needs = draw(st.sets(st.sampled_from([*earlier, "outside"]), max_size=3))
        before = [key for key in tiers if key != tier]
        after = before[-1] if scheduled and before else None
        fails = draw(st.sampled_from(["stop_dependents", "stop_dependents", "stop"]))
        found.append(instance(name, tuple(sorted(needs)), after, fails))
        tiers.setdefault(tier, []).append(name)
    return found, tiers


@given(graph=graphs(), data=st.data())
def test_every_instance_is_decided_and_none_goes_too_early(
    graph: tuple[list[dict[str, Any]], dict[str, list[str]]], data: st.DataObject
) -> None:
    instances, tiers = graph
    progress = run_of(*instances, tiers=tiers)
    states: dict[str, str] = {}
    working: list[str] = []
    undecided = {entry["name"]: entry for entry in instances}
    while undecided or working:
        for name, entry in list(undecided.items()):
            decision = progress.decide(entry)
            inside = {n for n in progress.waits_for(entry) if n != "outside"}
            if isinstance(decision, Go):
                assert inside <= states.keys() and {states[n] for n in inside} <= GOOD
                assert set(decision.observed) == inside
                working.append(name)
            elif isinstance(decision, Blocked):
                assert set(decision.by) <= inside and not {states[n] for n in decision.by} & GOOD
                states[name] = "blocked"
            elif isinstance(decision, Stopped):
                assert states[decision.by] == "failed"
                states[name] = "not started"
            else:
                assert set(decision.instances) == inside - states.keys()
                continue
            del undecided[name]
            if name in states:
                end(progress, name, states[name])
        assert working or not undecided, "all wait and nobody works"
        if working:
            name = working.pop(data.draw(st.integers(0, len(working) - 1)))
            states[name] = data.draw(st.sampled_from(["changed", "unchanged", "ok", "failed"]))
            end(progress, name, states[name], 1 if states[name] in GOOD else None)
    assert states.keys() == {entry["name"] for entry in instances}
