from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.run import order
from ansible_collections.stratum.platform.tests.unit.run.simulated import (
    Piece,
    journal,
    products,
)

Event = dict[str, Any]
CHAIN = [Piece("i0", 0), Piece("i1", 1, needs=("i0",))]


def index(events: list[Event], kind: str, instance: str) -> int:
    return next(
        i for i, e in enumerate(events) if e["event"] == kind and e.get("instance") == instance
    )


def test_a_kept_order_says_how_many_edges_were_checked() -> None:
    assert order.check(journal(CHAIN)).lines() == ["Order kept: 1 edge checked."]


def test_an_instance_that_starts_before_its_need_is_ready() -> None:
    events = journal(CHAIN)
    events.insert(index(events, "ready", "i0"), events.pop(index(events, "started", "i1")))
    assert order.check(events).violations == ("i1 started before i0 was ready",)


def test_an_instance_that_saw_another_revision() -> None:
    events = journal(CHAIN)
    events[index(events, "started", "i1")]["observed"] = {"i0": 7}
    verdict = order.check(events)
    assert verdict.violations == ("i1 saw revision 7 of i0, which was ready at 1",)


def test_an_instance_that_looked_at_nothing() -> None:
    events = journal(CHAIN)
    events[index(events, "started", "i1")]["observed"] = {}
    assert order.check(events).violations == ("i1 started without a look at i0",)


def test_a_tier_edge_counts_like_a_need() -> None:
    events = journal([Piece("i0", 0), Piece("i1", 1)])
    events.insert(index(events, "ready", "i0"), events.pop(index(events, "started", "i1")))
    assert order.check(events).violations == ("i1 started before i0 was ready",)


def test_a_need_outside_of_the_run_must_have_been_seen_at_a_revision() -> None:
    events = journal([Piece("i0", 0)])
    reasons = {"instance": "base", "reasons": ["needs base"]}
    events[0]["instances"][0]["needs"] = [reasons]
    assert order.check(events).violations == (
        "i0 started without a revision of base, which is outside the run",
    )


def test_a_need_outside_of_the_run_that_was_seen_is_fine() -> None:
    events = journal([Piece("i0", 0)])
    events[0]["instances"][0]["needs"] = [{"instance": "base", "reasons": ["needs base"]}]
    events[index(events, "started", "i0")]["observed"] = {"base": 4}
    assert order.check(events).kept


def test_an_instance_without_a_final_state() -> None:
    events = journal([Piece("i0", 0)])
    del events[index(events, "ended", "i0")]
    assert order.check(events).violations == (
        "i0 has no final state",
        "run_ended counts {'changed': 1}, the instances say {}",
    )


def test_a_run_at_work_may_lack_final_states() -> None:
    events = journal(CHAIN)
    assert order.check(events[: index(events, "ready", "i0")], at_work=True).kept


def test_a_line_after_the_end_of_an_instance() -> None:
    events = journal([Piece("i0", 0)])
    again = events[index(events, "ended", "i0")]
    events.insert(-1, again)
    assert order.check(events).violations == ("i0 has a line (ended) after it ended",)


def test_a_start_in_spite_of_problems() -> None:
    events = journal([Piece("i0", 0)])
    events[1]["problems"] = [{"where": "a", "what": "b", "cure": "c"}]
    verdict = order.check(events)
    assert verdict.violations == ("i0 started although the preflight had problems",)


def test_a_blocked_instance_that_had_started() -> None:
    events = journal([Piece("i0", 0, fate="failed"), Piece("i1", 1)])
    start = {"event": "started", "time": 0.0, "instance": "i1", "observed": {"i0": None}}
    events.insert(index(events, "ended", "i1"), start)
    assert order.check(events).violations == (
        "i1 started before i0 was ready",
        "i1 ended as blocked, but it had started",
    )


def test_an_instance_blocked_by_what_had_not_failed() -> None:
    events = journal(CHAIN)
    end = index(events, "ended", "i1")
    events[end].update(state="blocked", by=["i0"], revision=None)
    del events[index(events, "started", "i1")]
    del events[index(events, "ready", "i1")]
    events[-1]["states"] = {"changed": 1, "blocked": 1}
    assert order.check(events).violations == ("i1 is blocked by i0, which had not failed",)


def test_a_journal_that_is_empty() -> None:
    assert order.check_journal(b"").violations == ("the journal does not begin with run_started",)


def test_a_torn_last_line_is_reported() -> None:
    data = b"".join(json.dumps(event).encode() + b"\n" for event in journal(CHAIN))
    assert order.check_journal(data + b'{"event": "en').violations == (
        """line 13 of the journal is torn, its writer was stopped: '{"event": "en'""",
    )


def test_a_line_that_is_no_event_is_reported() -> None:
    data = b"".join(json.dumps(event).encode() + b"\n" for event in journal(CHAIN))
    assert order.check_journal(b"[]\n" + data).violations == (
        "line 1 of the journal is not an event: '[]'",
    )


@given(products())
def test_a_run_that_keeps_the_order_has_no_violation(product: tuple[list[Piece], str]) -> None:
    verdict = order.check(journal(*product))
    assert verdict.violations == ()


@given(products(), st.data())
def test_a_lost_ready_line_is_found(product: tuple[list[Piece], str], data: st.DataObject) -> None:
    events = journal(*product)
    ready = [event for event in events if event["event"] == "ready"]
    assume(ready)
    lost = data.draw(st.sampled_from(ready))
    events.remove(lost)
    violations = order.check(events).violations
    assert any(v.startswith(f"{lost['instance']} ended ") for v in violations)


@given(products(), st.data())
def test_a_start_moved_before_readiness_is_found(
    product: tuple[list[Piece], str], data: st.DataObject
) -> None:
    events = journal(*product)
    edges = [(e, n) for e in events if e["event"] == "started" for n in e["observed"]]
    assume(edges)
    start, needed = data.draw(st.sampled_from(edges))
    events.remove(start)
    events.insert(index(events, "started", needed), start)
    wanted = f"{start['instance']} started before {needed} was ready"
    assert wanted in order.check(events).violations


@given(products(), st.data())
def test_a_wrong_revision_is_found(product: tuple[list[Piece], str], data: st.DataObject) -> None:
    events = journal(*product)
    edges = [(e, n) for e in events if e["event"] == "started" for n in e["observed"]]
    assume(edges)
    start, needed = data.draw(st.sampled_from(edges))
    start["observed"][needed] += 1
    assert len(order.check(events).violations) == 1


@pytest.mark.parametrize("state", ["done", ""], ids=["unknown", "empty"])
def test_an_unknown_final_state(state: str) -> None:
    events = journal([Piece("i0", 0)])
    events[index(events, "ended", "i0")]["state"] = state
    events[-1]["states"] = {state: 1}
    assert order.check(events).violations == (f"i0 ended with the unknown state {state!r}",)
